import AssistantCore
import ChatUI
import Foundation
import LocalInference
import Routing
import Store
import Turns

/// The conversation of one screen: what was said so far, and the turn at work.
struct ChatTalk {
    private let bench: Workbench
    private let inbox: any ActionInbox
    private let generation: GenerationOptions
    private let conversations: ConversationDesk
    /// What the model is told before every conversation; `nil` for what ships with Brim.
    private var systemPrompt: String?
    private var rules: RoutingRules
    private let journal: ConversationJournal
    private var context: [Message] = []
    private var turn: (running: TurnRunner.Running, watch: Task<Message?, Never>)?

    private let standing: StandingDesk

    private var desk: CloudDesk { bench.runner.desk }

    /// Tells the screen how the cloud stands.
    init(_ bench: Workbench, _ inbox: any ActionInbox, _ generation: GenerationOptions) async {
        self.bench = bench
        self.inbox = inbox
        self.generation = generation
        conversations = ConversationDesk(store: bench.store.conversations, inbox: inbox)
        systemPrompt = generation.systemPrompt(in: bench.configuration)
        rules = bench.configuration.rules
        journal = ConversationJournal(bench.store.conversations, now: { .now })
        standing = StandingDesk(
            desk: bench.runner.desk, ledger: bench.store.spending, limits: bench.configuration.budget, inbox: inbox)
        await desk.refreshConsent()
        await standing.tell()
    }

    /// Stops what is at work and returns when it has stopped.
    mutating func close() async {
        turn?.running.stop()
        await settle()
        await bench.backends.unload()
        await bench.close()
    }

    mutating func perform(_ effect: ChatEffect) async {
        switch effect {
        case .submit(let text): await submit(text)
        case .stopAnswer: turn?.running.stop()
        case .setLocalOnly(let isOn): await setLocalOnly(isOn)
        case .previewHandOver: await previewHandOver()
        case .handOver: await handOver()
        case .newConversation: await beginAnew()
        case .forgetConversation: await forget()
        case .listConversations(let query): await conversations.list(query)
        case .openConversation(let id): await goOn(with: id)
        case .renameConversation(let id, let title): await conversations.rename(id, to: title)
        case .deleteConversation(let id):
            if await journal.conversation == id { await beginAnew() }
            await conversations.delete(id)
        case .exportConversation(let id, let argument): await conversations.export(id, to: argument)
        case .setThreshold(let threshold): await setThreshold(threshold)
        case .setSystemPrompt(let text):
            systemPrompt = text.isEmpty ? nil : text
            inbox.post(
                .hint(text.isEmpty ? "the model is told what it is told by default" : "the model is told that now"))
        case .report(let subject): await report(subject)
        case .judge(let verdict): await judge(verdict)
        case .talk, .muteMicrophone, .copy, .quit, .suspend, .redraw: break
        }
    }

    private mutating func beginAnew() async {
        await settle()
        context = []
        await journal.open()
        desk.beginConversation()
    }

    /// Whoever spoke has gone: nothing of it stays, in the model's cache either.
    private mutating func forget() async {
        let id = await journal.conversation
        await beginAnew()
        if let id { await conversations.remove(id) }
        if let processor = bench.backends.processor { await processor.forget() }
    }

    /// Shows a conversation that was kept; what is asked next is asked in it.
    private mutating func goOn(with id: ConversationID) async {
        guard let opened = await conversations.open(id) else { return }
        await beginAnew()
        context = opened.messages.filter { $0.state != .draft && $0.message.role != .system }.map(\.message)
        await journal.open(
            id, lastAnswer: opened.messages.last { $0.state != .draft && $0.message.role == .assistant }?.id)
        inbox.post(.opened(opened))
    }

    /// Keeps what the person thinks of the last answer, for the next calibration.
    private func judge(_ verdict: AnswerVerdict?) async {
        guard let answer = await journal.lastAnswer else { return inbox.post(.hint("this answer is not kept")) }
        do {
            try await bench.store.labels.label(answer, as: verdict, at: .now)
            inbox.post(.judged(verdict))
        } catch {
            inbox.post(.notice(Notice(.warning, "Your verdict was not kept: \(error)")))
        }
    }

    private func report(_ subject: ReportSubject) async {
        do {
            inbox.post(.report(try await ReportDesk(bench: bench).report(subject)))
        } catch {
            inbox.post(.notice(Notice(.warning, String(describing: error))))
        }
    }

    // MARK: - Turns

    private mutating func submit(_ text: String) async {
        // The screen lets one question through at a time: the turn before has ended.
        await settle()
        let request = request(text)
        context.append(Message(.user, text))
        let isFirst = await journal.conversation == nil
        await Self.keep(inbox) { [journal] in try await journal.question(text) }
        if isFirst, let id = await journal.conversation { await conversations.announce(id) }
        run(request)
    }

    private func request(_ prompt: String) -> TurnRequest {
        TurnRequest(
            systemPrompt: systemPrompt ?? "", context: context, prompt: prompt, sampling: generation.sampling,
            maxTokens: generation.maxTokens
        ).inShippedFrame()
    }

    private mutating func run(_ request: TurnRequest) {
        // A board that was left alone after a failure may be back.
        if bench.backends.hasBoard, let identity = bench.model?.identity {
            inbox.post(.model(.ready(identity)))
            inbox.post(.backend(bench.backends.words))
        }
        let running = bench.runner.run(request)
        let keepsDraft = request.handedOver == nil
        turn = (
            running,
            Task { [inbox, journal, standing] in await Self.watch(running, keepsDraft, journal, standing, inbox) }
        )
    }

    /// Takes in what the last turn answered, once it has ended.
    private mutating func settle() async {
        guard let turn else { return }
        if let reply = await turn.watch.value { context.append(reply) }
        await turn.running.end()
        self.turn = nil
    }

    /// Tells the screen what the turn tells, a finished answer only once it is kept; returns what was answered, for the
    /// next turn's context.
    ///
    /// - Parameter keepsDraft: whether a draft, standing or replaced, is not yet kept.
    private static func watch(
        _ running: TurnRunner.Running, _ keepsDraft: Bool, _ journal: ConversationJournal, _ standing: StandingDesk,
        _ inbox: any ActionInbox
    ) async -> Message? {
        var reply: Message?
        for await update in running.updates {
            if case .finished(var outcome) = update {
                if !outcome.text.isEmpty { reply = Message(.assistant, outcome.text) }
                if keepsDraft || outcome.origin == .cloud {
                    if !keepsDraft { outcome.draft = "" }
                    await keep(inbox) { [outcome] in try await journal.answer(outcome) }
                }
            }
            for event in update.events { inbox.post(.answer(event)) }
            if update.changesStanding { await standing.tell() }
        }
        return reply
    }

    /// Writes something down; where that fails, the conversation goes on and the screen says so.
    private static func keep(_ inbox: any ActionInbox, _ write: () async throws -> Void) async {
        do {
            try await write()
        } catch {
            inbox.post(.notice(Notice(.warning, "This conversation is not being kept: \(error)")))
        }
    }

    // MARK: - The cloud

    private func setLocalOnly(_ isOn: Bool) async {
        guard isOn || desk.settings.lock != .localOnly else {
            inbox.post(.hint("local-only was set when Brim started; start it without to allow the cloud"))
            return
        }
        await desk.setLock(isOn ? .localOnly : desk.settings.lock)
        await standing.tell()
    }

    /// The file was changed: threshold and rules hold from the next question on.
    mutating func configure(_ configuration: BrimConfiguration) async {
        if generation.system == nil { systemPrompt = configuration.systemPrompt }
        guard configuration.rules != rules else { return }
        await setRules(configuration.rules)
    }

    private mutating func setThreshold(_ threshold: Double) async {
        var rules = rules
        rules.threshold = threshold
        await setRules(rules)
    }

    private mutating func setRules(_ rules: RoutingRules) async {
        do {
            await desk.setPolicy(try RoutingPolicy(rules))
            self.rules = rules
            await standing.tell()
            inbox.post(.hint("a local answer is kept from a confidence of \(rules.threshold) on"))
        } catch {
            inbox.post(.hint(String(describing: error)))
        }
    }

    /// The last question as a turn that the cloud is to answer; `nil` before the first question.
    private var handedOver: TurnRequest? {
        guard let index = context.lastIndex(where: { $0.role == .user }) else { return nil }
        var request = request(context[index].text)
        request.context = Array(context[..<index])
        request.handedOver = context[index...].last { $0.role == .assistant }?.text ?? ""
        request.usesCache = false
        return request
    }

    private func previewHandOver() async {
        guard let request = handedOver else { return }
        let decision = await bench.runner.preview(request)
        let outlook = desk.outlook
        let needsConsent = decision.lacksOnlyConsent
        let bars = decision.reasons.dropFirst().map(\.sentence).joined(separator: " ")
        inbox.post(
            .outgoing(
                Outgoing(
                    endpoint: desk.settings.endpoint, model: outlook.model,
                    messages: desk.preview(of: request.messages).map { Outgoing.Message($0) },
                    worstCase: outlook.worstCase, needsConsent: needsConsent,
                    obstacle: decision.outcome == .cloud || needsConsent ? nil : bars)))
    }

    /// The person saw what would leave, and sent it.
    private mutating func handOver() async {
        turn?.running.stop()
        await settle()
        inbox.post(.answer(.handedOver))
        guard let request = handedOver else {
            inbox.post(.answer(.ended(AnswerEnding(stop: .cancelled))))
            return
        }
        if desk.standing.consent?.isGranted != true {
            do {
                try await desk.setConsent(true, source: "prompt on screen")
            } catch {
                inbox.post(.answer(.remoteFailed("The permission cannot be recorded (\(error)), so nothing is sent.")))
                inbox.post(.answer(.ended(AnswerEnding(stop: .cancelled, isUnsure: true))))
                return
            }
        }
        if context.last?.role == .assistant { context.removeLast() }
        run(request)
    }
}
