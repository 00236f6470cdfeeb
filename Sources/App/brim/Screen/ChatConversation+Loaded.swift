import AssistantCore
import ChatUI
import Foundation
import LocalInference
import Routing
import Store
import Turns

extension ChatConversation {
    /// The conversation once its model is there: what was said so far, and the turn at work.
    struct Loaded {
        private var services: AssistantServices
        /// What answers from the next question on, where that is another.
        private var next: LocalLanguageModel?
        private let inbox: any ActionInbox
        private let orders: AsyncStream<Order>.Continuation
        private let options: GlobalOptions
        private let generation: GenerationOptions
        private let conversations: ConversationActions
        /// What the model is told before every conversation; `nil` for what ships with Brim.
        private var systemPrompt: String?
        /// What was chosen on the screen, and what the configuration says.
        private var chosenSampling = SamplingChoice()
        private var configuredSampling: SamplingChoice
        /// Whether it may be sent: it may not where it was written under local-only.
        private var systemPromptMayLeave = true
        /// The placeholders of this conversation.
        private var redaction = ConversationRedaction()
        private var rules: RoutingRules
        private let journal: ConversationJournal
        private var context: [Message] = []
        private var turn: TurnRunner.Running?
        /// How long the words of the next question took to be heard; `nil` where it is typed.
        private var hearing: Duration?
        /// The document that questions are answered from.
        private var document: AttachedDocument?
        /// Reads what the document's passages mean while questions may be asked already.
        private var documentWork: Task<Void, Never>?

        private let statusReporter: CloudStatusReporter
        private let permission: CloudPermission
        private let speech: SpokenAnswers

        private var gateway: CloudGateway { services.runner.gateway }

        /// Tells the screen how the cloud stands.
        init(
            _ services: AssistantServices, _ inbox: any ActionInbox, _ orders: AsyncStream<Order>.Continuation,
            _ options: GlobalOptions, _ generation: GenerationOptions, _ permission: CloudPermission,
            _ speech: SpokenAnswers
        ) async {
            self.permission = permission
            self.speech = speech
            self.orders = orders
            self.services = services
            self.inbox = inbox
            self.options = options
            self.generation = generation
            let traces = ConversationTraces(store: services.store, processor: services.backends.processor)
            conversations = ConversationActions(store: services.store.conversations, traces: traces, inbox: inbox)
            systemPrompt = generation.systemPrompt(in: services.configuration)
            configuredSampling = services.configuration.sampling
            rules = services.configuration.rules
            journal = ConversationJournal(services.store.conversations, now: { .now })
            statusReporter = CloudStatusReporter(
                gateway: services.runner.gateway, ledger: services.store.spending,
                limits: services.configuration.budget,
                inbox: inbox)
            await gateway.refreshConsent()
            await statusReporter.report()
        }

        /// Stops what is at work and returns when it has stopped.
        mutating func close() async {
            turn?.stop()
            await settle()
            await services.backends.unload()
            await services.close()
        }

        /// - Parameter mayLeave: whether what the person said may ever be sent, by the lock when it was said.
        mutating func carryOut(_ effect: ChatEffect, mayLeave: Bool) async {
            switch effect {
            case .submit(let text): await submit(text, mayLeave)
            case .submitPicture(let text): await submitPicture(text, mayLeave)
            case .answerAloud(let hearing):
                speech.noteSpokenQuestion()
                self.hearing = hearing
            case .stopAnswer: turn?.stop()
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
                systemPromptMayLeave = text.isEmpty || mayLeave
                inbox.post(
                    .hint(text.isEmpty ? "the model is told what it is told by default" : "the model is told that now"))
            case .setSampling(let text): setSampling(text)
            case .report(let subject): await report(subject)
            case .judge(let verdict): await judge(verdict)
            case .readDocument(let path): await read(path, mayLeave)
            case .setLocalOnly, .setSpeaking, .changeVolume, .silence, .useModel, .talk, .muteMicrophone, .checkPIN,
                .copy, .quit,
                .suspend, .redraw:
                break
            }
        }

        /// Another model answers from the next question on; an answer that is at work is finished by its own.
        mutating func replace(_ processor: LocalLanguageModel) {
            next = processor
            inbox.post(.model(.ready(processor.identity)))
            inbox.post(.notice(Notice(.information, "\(processor.identity.name) answers from now on.")))
        }

        /// Lets the model answer that was chosen since the last question. No turn is at work.
        private mutating func takeNext() {
            guard let next else { return }
            services = services.answering(with: next)
            self.next = nil
        }

        private mutating func beginAnew() async {
            await settle()
            context = []
            document = nil
            await journal.open()
            redaction = ConversationRedaction()
        }

        /// Whoever spoke has gone: nothing of it stays. A kiosk's store holds nothing else that was said.
        private mutating func forget() async {
            await beginAnew()
            guard services.configuration.keepsNothingSaid else { return }
            await conversations.forgetAll()
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

        /// Opens a document, which belongs to this conversation, or closes it. One that is opened under the lock stays here.
        private mutating func read(_ path: String, _ mayLeave: Bool) async {
            document = nil
            documentWork?.cancel()
            let path = Self.unquoted(path)
            guard !path.isEmpty else { return inbox.post(.document(nil)) }
            do {
                let document = try await AttachedDocument((path as NSString).expandingTildeInPath, staysHome: !mayLeave)
                self.document = document
                documentWork = Task(priority: .background) { [comparison = services.runner.knowledge?.comparison] in
                    try? await document.complete(comparison)
                }
                inbox.post(.document(document.extent.name))
                inbox.post(.hint(""))
                inbox.post(
                    .notice(Notice(.information, "\(document.words). Questions are answered from it; /read closes it."))
                )
            } catch {
                inbox.post(.document(nil))
                inbox.post(.notice(Notice(.warning, String(describing: error))))
            }
        }

        /// A path as a terminal pastes a file that was dropped on it: in quotes, or with its blanks marked.
        private static func unquoted(_ path: String) -> String {
            let path = path.trimmingCharacters(in: .whitespaces)
            for quote in ["'", "\""] where path.count > 1 && path.hasPrefix(quote) && path.hasSuffix(quote) {
                return String(path.dropFirst().dropLast())
            }
            return path.replacing("\\ ", with: " ")
        }

        /// Keeps what the person thinks of the last answer, for the next calibration.
        private func judge(_ verdict: AnswerVerdict?) async {
            guard let answer = await journal.lastAnswer else { return inbox.post(.hint("this answer is not kept")) }
            do {
                try await services.store.labels.label(answer, as: verdict, at: .now)
                if let verdict { services.judge(isRight: verdict == .right) }
                inbox.post(.judged(verdict))
            } catch {
                inbox.post(.notice(Notice(.warning, "Your verdict was not kept: \(error)")))
            }
        }

        private func report(_ subject: ReportSubject) async {
            do {
                inbox.post(.report(try await ReportBuilder(services: services, options: options).report(subject)))
            } catch {
                inbox.post(.notice(Notice(.warning, String(describing: error))))
            }
        }

        /// Changes one number of the sampling, or all back to what they were: `temperature 0.5`, `default`.
        private mutating func setSampling(_ text: String) {
            let words = text.split(separator: " ").map(String.init)
            if words == ["default"] {
                chosenSampling = SamplingChoice()
                return inbox.post(.hint("answers are sampled as suits the model"))
            }
            guard let name = words.first, let parameter = SamplingParameter(rawValue: name) else {
                let names = SamplingParameter.allCases.map(\.rawValue).joined(separator: ", ")
                return inbox.post(
                    .notice(Notice(.information, "/set takes default, or one of \(names), and a number.")))
            }
            guard words.count == 2, let value = parameter.value(of: words[1]) else {
                return inbox.post(.hint("\(name) takes \(parameter.rangeInWords)"))
            }
            chosenSampling[parameter] = value
            inbox.post(.hint("\(name) is \(words[1]) from now on"))
        }

        // MARK: - Turns

        /// Asks about a picture, as soon as it has been read and made fit to leave.
        private mutating func submitPicture(_ text: String, _ mayLeave: Bool) async {
            let (path, question) = AttachedPicture.parts(of: text)
            do {
                let picture = try await AttachedPicture.read(path)
                inbox.post(.hint(picture.words))
                await submit(question.isEmpty ? "What does this picture show?" : question, mayLeave, about: picture)
            } catch {
                inbox.post(.notice(Notice(.warning, String(describing: error))))
                inbox.post(.turn(.withdrawn))
            }
        }

        private mutating func submit(_ text: String, _ mayLeave: Bool, about picture: Picture? = nil) async {
            // The screen lets one question through at a time: the turn before has ended.
            await settle()
            takeNext()
            var question = Message(.user, text, mayLeave: mayLeave)
            question.picture = picture
            var request = request(question)
            request.transcription = hearing
            hearing = nil
            context.append(question)
            let isFirst = await journal.conversation == nil
            await Self.keep(inbox) { [journal] in try await journal.question(text, mayLeave: mayLeave) }
            request.conversation = await journal.conversation
            if isFirst, let id = request.conversation { await conversations.announce(id) }
            await run(request)
        }

        private func request(_ question: Message) -> TurnRequest {
            var request = TurnRequest(
                systemPrompt: systemPrompt ?? "", context: context, prompt: question.text,
                maxTokens: generation.maxTokens, stopTexts: generation.stopTexts
            ).prepared(by: services.profile, chosenSampling.over(generation.sampling).over(configuredSampling))
            request.promptMayLeave = question.mayLeave
            request.picture = question.picture
            // A picture goes with its own question, and with no later one.
            for index in request.context.indices { request.context[index].picture = nil }
            request.systemPromptMayLeave = systemPromptMayLeave
            request.redaction = redaction
            return request
        }

        /// The request and who answers it, where a document is open.
        private func prepared(_ request: TurnRequest) async -> (TurnRequest, TurnRunner) {
            guard request.picture == nil, let document else { return (request, services.runner) }
            return await document.prepared(request, services.runner, services.profile)
        }

        private mutating func run(_ request: TurnRequest) async {
            let (request, answering) = await prepared(request)
            var runner = answering
            // A board that was left alone after a failure may be back.
            if services.backends.hasBoard, next == nil, let identity = services.model?.identity {
                inbox.post(.model(.ready(identity)))
                inbox.post(.backend(services.backends.words))
            }
            // A draft, standing or replaced, is kept already where its question is handed over.
            let keepsDraft = request.handedOver == nil
            // An answer tells of all that it was made from.
            let isFree = request.messages.allSatisfy(\.mayLeave)
            let speaker = speech.begin(mayBeReplaced: gateway.mayAnswer)
            if let speaker, let instruments = runner.metrics as? TurnInstruments {
                runner.metrics = instruments.saying { await speaker.finishedSpeech() }
            }
            let running = runner.run(request) { [inbox, orders] event in
                event.log()
                speaker?.take(event)
                if case .finished = event { speaker?.close() }
                inbox.post(.turn(event))
                if event.changesCloudStatus { orders.yield(.cloudChanged) }
            } keeping: { [inbox, journal, permission] outcome in
                outcome.mayLeave = outcome.mayLeave && isFree && !permission.isLocked
                if !keepsDraft { outcome.draft = "" }
                guard keepsDraft || outcome.origin == .cloud else { return }
                await Self.keep(inbox) { [outcome] in try await journal.answer(outcome, mayLeave: outcome.mayLeave) }
            }
            permission.begin(running)
            turn = running
        }

        /// Takes in what the last turn answered, once it has ended.
        private mutating func settle() async {
            guard let turn else { return }
            if let outcome = await turn.end(), !outcome.text.isEmpty {
                context.append(Message(.assistant, outcome.text, mayLeave: outcome.mayLeave))
            }
            self.turn = nil
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

        /// Tells the screen how the cloud stands.
        func reportCloud() async { await statusReporter.report() }

        /// Writes down how the lock stands, which took effect before.
        func recordLock() async {
            await gateway.recordLock()
            await statusReporter.report()
        }

        /// The file was changed. What it forbids is forbidden already.
        mutating func configure(_ configuration: BrimConfiguration) async {
            if generation.system == nil, systemPrompt != configuration.systemPrompt {
                systemPrompt = configuration.systemPrompt
                systemPromptMayLeave = true
            }
            if configuration.lock == .localOnly { await recordLock() }
            configuredSampling = configuration.sampling
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
                gateway.apply(try RoutingPolicy(rules))
                if rules.threshold != self.rules.threshold { await gateway.recordThreshold() }
                self.rules = rules
                await statusReporter.report()
                inbox.post(.hint("a local answer is kept from a confidence of \(rules.threshold) on"))
            } catch {
                inbox.post(.hint(String(describing: error)))
            }
        }

        /// The last question as a turn that the cloud is to answer; `nil` before the first question.
        private var handedOver: TurnRequest? {
            guard let index = context.lastIndex(where: { $0.role == .user }) else { return nil }
            var request = request(context[index])
            request.context = Array(context[..<index])
            request.handedOver = context[index...].last { $0.role == .assistant }?.text ?? ""
            request.usesCache = false
            return request
        }

        private func previewHandOver() async {
            guard let question = handedOver else { return }
            let (prepared, runner) = await prepared(question)
            let (request, _) = await runner.consulted(prepared)
            let decision = await runner.preview(request, mayConnect: true)
            let outlook = gateway.outlook
            let needsConsent = decision.lacksOnlyConsent
            let bars = decision.reasons.filter { $0.code != .handedOver }.map(\.sentence).joined(separator: " ")
            inbox.post(
                .outgoing(
                    Outgoing(
                        endpoint: gateway.settings.endpoint, model: outlook.model,
                        messages: gateway.preview(of: request).map { Outgoing.Message($0) },
                        worstCase: outlook.worstCase, needsConsent: needsConsent,
                        obstacle: decision.outcome == .cloud || needsConsent ? nil : bars,
                        share: gateway.share(of: request))))
        }

        /// The person saw what would leave, and sent it.
        private mutating func handOver() async {
            turn?.stop()
            await settle()
            takeNext()
            inbox.post(.handOverBegan)
            guard var request = handedOver else { return inbox.post(.turn(.withdrawn)) }
            request.conversation = await journal.conversation
            if gateway.cloudState.consent?.isGranted != true {
                do {
                    try await gateway.allow(source: "prompt on screen")
                } catch {
                    let why = "The permission cannot be recorded (\(error)), so nothing is sent."
                    let decision = RouteDecision(.localUnsure, [RouteReason(.heldBack, why)])
                    inbox.post(.turn(.route(decision)))
                    var outcome = TurnOutcome(.stopped, origin: .local, decision: decision)
                    outcome.isUnsure = true
                    return inbox.post(.turn(.finished(outcome)))
                }
            }
            if context.last?.role == .assistant { context.removeLast() }
            await run(request)
        }
    }
}

extension TurnEvent {
    /// The end of a question that was stopped before a turn began.
    static var withdrawn: TurnEvent {
        .finished(TurnOutcome(.stopped, origin: .local, decision: RouteDecision(.draft, [])))
    }

    /// Whether budget, breaker or consent may stand differently after it.
    fileprivate var changesCloudStatus: Bool {
        switch self {
        case .route, .cloud(.connected), .cloud(.retrying), .finished: true
        default: false
        }
    }
}

extension Outgoing.Message {
    fileprivate init(_ message: RedactedMessage) {
        let picture: [Outgoing.Segment] = message.picture.map { [.plain("[\($0.words)]\n")] } ?? []
        self.init(
            message.role,
            picture
                + message.content.segments.map { segment in
                    switch segment {
                    case .plain(let text): .plain(text)
                    case .redacted(_, let placeholder, _): .placeholder(placeholder)
                    }
                })
    }
}
