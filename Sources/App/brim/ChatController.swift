import AssistantCore
import ChatUI
import CursesScreen
import Foundation
import Routing
import Store
import Turns

/// The conversation behind the full screen: takes what the person sent, runs the turns one after the other, and tells
/// the screen what happens.
final class ChatController: Sendable {
    private enum Order: Sendable {
        case submit(String)
        case stop
        case ready(Workbench)
        case close
    }

    private let orders: AsyncStream<Order>.Continuation
    private let work: Task<Void, Never>
    private let inbox: ScreenInbox

    init(inbox: ScreenInbox, generation: GenerationOptions) {
        let (stream, orders) = AsyncStream<Order>.makeStream()
        self.orders = orders
        self.inbox = inbox
        work = Task { await Self.serve(stream, inbox, generation) }
    }

    func submit(_ text: String) { orders.yield(.submit(text)) }
    func stopAnswer() { orders.yield(.stop) }

    /// Stops what is at work and returns when it has stopped.
    func close() async {
        orders.yield(.close)
        await work.value
    }

    /// Loads the model and tells the screen how that goes.
    func load(_ options: GlobalOptions, _ cloud: CloudOptions) async {
        do {
            let bench = try await Workbench.load(options, cloud)
            if let identity = bench.model?.identity {
                inbox.post(.model(.ready(identity)))
            } else {
                inbox.post(.model(.failed(bench.modelProblem ?? "there is no model")))
            }
            for warning in bench.store.warnings { inbox.post(.notice(Notice(.warning, warning.description))) }
            orders.yield(.ready(bench))
        } catch {
            inbox.post(.model(.failed(String(describing: error))))
        }
    }

    private static func serve(
        _ orders: AsyncStream<Order>, _ inbox: ScreenInbox, _ generation: GenerationOptions
    ) async {
        var bench: Workbench?
        var waiting: String?
        var talk = Talk(system: generation.system ?? "", context: [])
        var turn: (running: TurnRunner.Running, watch: Task<Message?, Never>)?
        var journal: ConversationJournal?

        func start(_ text: String, _ bench: Workbench) async {
            let request = TurnRequest(
                systemPrompt: talk.system, context: talk.context, prompt: text, sampling: generation.sampling,
                maxTokens: generation.maxTokens)
            talk.context.append(Message(.user, text))
            let kept = journal ?? ConversationJournal(bench.store.conversations, now: { .now })
            journal = kept
            await keep(inbox) { try await kept.question(text) }
            let running = bench.runner.run(request)
            turn = (running, Task { await watch(running, kept, inbox) })
        }
        for await order in orders {
            if case .stop = order {
                turn?.running.stop()
                if waiting != nil {
                    waiting = nil
                    inbox.post(.answer(.ended(AnswerEnding(stop: .cancelled))))
                }
                continue
            }
            if case .submit(let text) = order, let bench {
                // The screen lets one question through at a time: the turn before has ended.
                if let reply = await turn?.watch.value { talk.context.append(reply) }
                await start(text, bench)
            } else if case .submit(let text) = order {
                waiting = text
            } else if case .ready(let ready) = order {
                bench = ready
                if let text = waiting { await start(text, ready) }
                waiting = nil
            } else {
                break
            }
        }
        turn?.running.stop()
        _ = await turn?.watch.value
        await turn?.running.end()
        await bench?.close()
    }

    /// Writes something down; where that fails, the conversation goes on and the screen says so.
    private static func keep(_ inbox: ScreenInbox, _ write: () async throws -> Void) async {
        do {
            try await write()
        } catch {
            inbox.post(.notice(Notice(.warning, "This conversation is not being kept: \(error)")))
        }
    }

    private struct Talk {
        var system: String
        var context: [Message]
    }

    /// Tells the screen what the turn tells, a finished answer only once it is kept; returns what was answered, for the next turn's context.
    private static func watch(
        _ running: TurnRunner.Running, _ journal: ConversationJournal, _ inbox: ScreenInbox
    ) async -> Message? {
        var reply: Message?
        for await update in running.updates {
            if case .finished(let outcome) = update {
                await keep(inbox) { try await journal.answer(outcome) }
                if !outcome.text.isEmpty { reply = Message(.assistant, outcome.text) }
            }
            for event in update.events { inbox.post(.answer(event)) }
        }
        return reply
    }
}

extension TurnUpdate {
    /// What the screen is told of it.
    fileprivate var events: [AnswerEvent] {
        switch self {
        case .contextTrimmed(let dropped): [.local(.contextTrimmed(droppedMessages: dropped))]
        case .prefilling(let done, let total): [.local(.prefilling(done: done, total: total))]
        case .prefilled(let statistics): [.local(.prefilled(statistics))]
        case .draft(let token, _): [.local(.token(token))]
        case .draftEnded(let summary): [.local(.finished(summary))]
        case .reply(let text): [.text(text)]
        case .escalation(let escalation):
            [
                .escalated(
                    ChatUI.Escalation(
                        model: escalation.model, reason: escalation.reason.sentence,
                        sentTokens: escalation.sentTokens, redacted: escalation.redactions, keptDraft: true))
            ]
        case .finished(let outcome): outcome.events
        case .route, .draftRestarted, .connected, .retrying, .reasoning: []
        }
    }
}

extension TurnOutcome {
    /// What the screen could not measure itself: of a remote or an earlier answer.
    private var shownFigures: ChatUI.AnswerFigures? {
        guard origin == .cloud || origin == .cache else { return nil }
        var figures = ChatUI.AnswerFigures()
        figures.age = cachedAge
        figures.costMicroUSD = cost.map { Int($0.microUSD) }
        if let cloud {
            let tokens = cloud.usage?.completionTokens ?? 0
            figures.tokens = tokens
            figures.timeToFirstToken = cloud.timeToFirstToken
            let streaming = (cloud.duration - (cloud.timeToFirstToken ?? .zero)).inSeconds
            figures.tokensPerSecond = tokens > 1 && streaming > 0 ? Double(tokens - 1) / streaming : nil
        }
        return figures
    }

    fileprivate var events: [AnswerEvent] {
        var events: [AnswerEvent] = origin == .cache ? [.text(text)] : []
        var stop = StopReason.eos
        switch ending {
        case .complete: break
        case .length: stop = .length
        case .stopped: stop = .cancelled
        case .broken(let why), .refused(let why): events.append(.failed(why))
        }
        return events + [
            .ended(
                AnswerEnding(
                    origin: origin ?? .local, model: model, stop: stop, isUnsure: isUnsure, figures: shownFigures))
        ]
    }
}
