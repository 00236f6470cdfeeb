import AssistantCore
import ChatUI
import Foundation
import LocalInference
import Routing
import Store
import Synchronization
import Turns

/// What stands behind the full screen: loads the model, and carries out what the screen asks for, one after the other.
///
/// What takes a permission back waits for nothing: to lock, to stop, to quit and what the operator configures take effect
/// before ``perform(_:)``, ``configure(_:)`` and ``close()`` return or wait; the rest of it follows in its turn.
final class ChatController: Sendable {
    private enum Order: Sendable {
        /// `mayLeave`: whether what the person said may ever be sent, by the lock when it was said.
        case effect(ChatEffect, mayLeave: Bool)
        case ready(AssistantServices, GlobalOptions)
        case configured(BrimConfiguration)
        /// The lock was set, or taken off, and has yet to be recorded.
        case locked
        case replaced(LocalLanguageModel)
    }

    private let model = Mutex<LocalLanguageModel?>(nil)
    private let loss = Mutex<StoreWarning?>(nil)
    private let orders: AsyncStream<Order>.Continuation
    private let work: Task<Void, Never>
    private let inbox: LivenessInbox
    private let permission: CloudPermission
    private let speech: SpokenAnswers

    /// - Parameter configuration: as it was read at the start.
    init(
        inbox: any ActionInbox, generation: GenerationOptions, configuration: BrimConfiguration, speech: SpokenAnswers
    ) {
        self.speech = speech
        let (stream, orders) = AsyncStream<Order>.makeStream()
        self.orders = orders
        let inbox = LivenessInbox(inbox)
        self.inbox = inbox
        let permission = CloudPermission(configuration, inbox)
        self.permission = permission
        work = Task { await Self.serve(stream, inbox, generation, permission, speech) }
    }

    /// Takes what the screen asks for. Never blocks.
    func perform(_ effect: ChatEffect) {
        switch effect {
        case .setLocalOnly(let isOn):
            permission.setLocalOnly(isOn)
            orders.yield(.locked)
        case .silence: speech.silence()
        case .setSpeaking(let name): speech.choose(name)
        case .stopAnswer:
            speech.silence()
            permission.stopTurn()
            orders.yield(.effect(effect, mayLeave: true))
        case .newConversation, .forgetConversation, .openConversation:
            speech.silence()
            orders.yield(.effect(effect, mayLeave: !permission.isLocked))
        default: orders.yield(.effect(effect, mayLeave: !permission.isLocked))
        }
    }

    /// Whether the model lives: tokens come, or it takes a small errand. Never returns where it hangs.
    func answers() async -> Bool {
        guard let model = model.withLock({ $0 }) else { return false }
        if inbox.isFresh { return true }
        await model.ping()
        return true
    }

    /// Lets another model answer from the next question on. It is loaded already.
    func replace(_ processor: LocalLanguageModel) {
        model.withLock { $0 = processor }
        orders.yield(.replaced(processor))
    }

    /// What the operator has set anew, as far as it takes effect without a restart.
    func configure(_ configuration: BrimConfiguration) {
        permission.configure(configuration)
        orders.yield(.configured(configuration))
    }

    /// The configuration says local-only: from now on, behind nothing else that was asked for.
    func lock() {
        permission.lock()
        orders.yield(.locked)
    }

    /// Ends what is on its way to the cloud, at once.
    func shut() { permission.shut() }

    /// The store's file has failed in mid-session.
    private func report(_ warning: StoreWarning) {
        inbox.post(.notice(Notice(.warning, warning.description)))
        notKept(warning)
    }

    /// From now on the screen says so for as long as it stands, and the program when it ends.
    private func notKept(_ warning: StoreWarning?) {
        loss.withLock { $0 = $0 ?? warning }
        inbox.post(.kept(false))
    }

    /// Why what happened is not kept; `nil` where it is.
    var whyNotKept: StoreWarning? { loss.withLock { $0 } }

    /// Stops what is at work and returns when it has stopped.
    func close() async {
        speech.silence()
        shut()
        orders.finish()
        await work.value
        await speech.close()
    }

    /// Loads the model and tells the screen how that goes.
    func load(_ options: GlobalOptions, _ generation: GenerationOptions, _ configuration: BrimConfiguration) async {
        do {
            let words = HealthReporter(inbox)
            let services = try await AssistantServices.load(
                options, configuration, needsModel: false, adopt: { permission.adopt($0, configuration.rules) },
                onStoreWarning: { [weak self] in self?.report($0) }, onHealth: { words.report($0) },
                onAlertProblem: { [inbox] in inbox.post(.notice(Notice(.warning, $0))) })
            model.withLock { $0 = services.backends.processor }
            if let identity = services.model?.identity {
                inbox.post(.model(.ready(identity)))
            } else {
                inbox.post(.model(.failed(services.modelProblem ?? "there is no model")))
            }
            inbox.post(.backend(services.backends.words))
            if let reason = services.backends.reason { inbox.post(.notice(Notice(.information, reason))) }
            if let problem = services.confidenceProblem {
                inbox.post(.notice(Notice(.warning, "uncalibrated: \(problem)")))
            }
            for warning in services.store.warnings { inbox.post(.notice(Notice(.warning, warning.description))) }
            if !services.store.isDurable { notKept(services.store.warnings.last) }
            orders.yield(.ready(services, options))
            await Self.readAhead(generation.systemPrompt(in: configuration), services)
        } catch {
            inbox.post(.model(.failed(String(describing: error))))
            // A question that waits for the model waits in vain.
            orders.yield(.effect(.stopAnswer, mayLeave: true))
        }
    }

    /// Reads what most questions begin with, so that the first answer need not wait for it. What cannot be read now is read
    /// with the question.
    private static func readAhead(_ systemPrompt: String?, _ services: AssistantServices) async {
        let question = TurnRequest(systemPrompt: systemPrompt ?? "", prompt: "Who is it?").prepared(
            by: services.profile)
        guard let processor = services.backends.processor, case .chat(let messages) = question.generationRequest.prompt
        else { return }
        try? await processor.warmUp(messages.dropLast())
    }

    private static func serve(
        _ orders: AsyncStream<Order>, _ inbox: any ActionInbox, _ generation: GenerationOptions,
        _ permission: CloudPermission, _ speech: SpokenAnswers
    ) async {
        var talk: ScreenConversation?
        // What was asked for before there was anybody to do it; the last question, where it was stopped, is not among it.
        var waiting: [(effect: ChatEffect, mayLeave: Bool)] = []
        var configuration: BrimConfiguration?
        for await order in orders {
            switch order {
            case .ready(let services, let options):
                talk = await ScreenConversation(services, inbox, options, generation, permission, speech)
                if let configuration { await talk?.configure(configuration) }
                for (effect, mayLeave) in waiting { await talk?.perform(effect, mayLeave: mayLeave) }
                waiting = []
            case .configured(let changed):
                configuration = changed
                await talk?.configure(changed)
            case .replaced(let processor): talk?.replace(processor)
            case .locked: await talk?.recordLock()
            case .effect(let effect, let mayLeave) where talk != nil:
                await talk?.perform(effect, mayLeave: mayLeave)
            case .effect(.stopAnswer, _):
                guard waiting.contains(where: \.effect.isQuestion) else { break }
                waiting.removeAll(where: \.effect.isQuestion)
                inbox.post(.answer(.ended(AnswerEnding(stop: .cancelled))))
            case .effect(let effect, let mayLeave):
                if waiting.count < mostWaiting { waiting.append((effect, mayLeave)) }
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
