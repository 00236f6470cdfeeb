import AssistantCore
import ChatUI
import Foundation
import LocalInference
import Store
import Synchronization
import Turns

/// What stands behind the full screen: loads the model, and carries out what the screen asks for, one after the other.
final class ChatController: Sendable {
    private enum Order: Sendable {
        case effect(ChatEffect)
        case ready(Workbench)
        case configured(BrimConfiguration)
    }

    private let model = Mutex<LocalLanguageModel?>(nil)
    private let orders: AsyncStream<Order>.Continuation
    private let work: Task<Void, Never>
    private let inbox: SignsOfLife

    init(inbox: any ActionInbox, generation: GenerationOptions) {
        let (stream, orders) = AsyncStream<Order>.makeStream()
        self.orders = orders
        let inbox = SignsOfLife(inbox)
        self.inbox = inbox
        work = Task { await Self.serve(stream, inbox, generation) }
    }

    /// Takes what the screen asks for. Never blocks.
    func perform(_ effect: ChatEffect) { orders.yield(.effect(effect)) }

    /// Whether the model lives: tokens come, or it takes a small errand. Never returns where it hangs.
    func answers() async -> Bool {
        guard let model = model.withLock({ $0 }) else { return false }
        if inbox.isFresh { return true }
        await model.ping()
        return true
    }

    /// What the operator has set anew, as far as it takes effect without a restart.
    func configure(_ configuration: BrimConfiguration) { orders.yield(.configured(configuration)) }

    /// Stops what is at work and returns when it has stopped.
    func close() async {
        orders.finish()
        await work.value
    }

    /// Loads the model and tells the screen how that goes.
    func load(_ options: GlobalOptions, _ generation: GenerationOptions, _ configuration: BrimConfiguration) async {
        do {
            let words = HealthWords(inbox)
            let bench = try await Workbench.load(options, configuration, needsModel: false) { words.tell($0) }
            model.withLock { $0 = bench.backends.processor }
            if let identity = bench.model?.identity {
                inbox.post(.model(.ready(identity)))
            } else {
                inbox.post(.model(.failed(bench.modelProblem ?? "there is no model")))
            }
            inbox.post(.backend(bench.backends.words))
            if let reason = bench.backends.reason { inbox.post(.notice(Notice(.information, reason))) }
            if let problem = bench.confidenceProblem {
                inbox.post(.notice(Notice(.warning, "uncalibrated: \(problem)")))
            }
            for warning in bench.store.warnings { inbox.post(.notice(Notice(.warning, warning.description))) }
            orders.yield(.ready(bench))
            await Self.readAhead(generation.systemPrompt(in: configuration), bench.backends.processor)
        } catch {
            inbox.post(.model(.failed(String(describing: error))))
            // A question that waits for the model waits in vain.
            orders.yield(.effect(.stopAnswer))
        }
    }

    /// Reads what most questions begin with, so that the first answer need not wait for it. What cannot be read now is read
    /// with the question.
    private static func readAhead(_ systemPrompt: String?, _ processor: LocalLanguageModel?) async {
        let question = TurnRequest(systemPrompt: systemPrompt ?? "", prompt: "What is it?").inShippedFrame()
        guard let processor, case .chat(let messages) = question.generationRequest.prompt else { return }
        try? await processor.warmUp(messages.dropLast())
    }

    private static func serve(
        _ orders: AsyncStream<Order>, _ inbox: any ActionInbox, _ generation: GenerationOptions
    ) async {
        var talk: ChatTalk?
        // What was asked for before there was anybody to do it; the last question, where it was stopped, is not among it.
        var waiting: [ChatEffect] = []
        for await order in orders {
            switch order {
            case .ready(let bench):
                talk = await ChatTalk(bench, inbox, generation)
                for effect in waiting { await talk?.perform(effect) }
                waiting = []
            case .configured(let configuration): await talk?.configure(configuration)
            case .effect(let effect) where talk != nil:
                await talk?.perform(effect)
            case .effect(.stopAnswer):
                guard waiting.contains(where: \.isQuestion) else { break }
                waiting.removeAll(where: \.isQuestion)
                inbox.post(.answer(.ended(AnswerEnding(stop: .cancelled))))
            case .effect(let effect):
                if waiting.count < mostWaiting { waiting.append(effect) }
            }
        }
        await talk?.close()
    }

    private static let mostWaiting = 100
}

extension ChatEffect {
    fileprivate var isQuestion: Bool {
        if case .submit = self { true } else { false }
    }
}
