import ArgumentParser
import AssistantCore
import ChatUI
import CursesScreen
import Foundation
import Kiosk
import LocalInference
import Routing
import Store
import Synchronization
import Turns

/// The conversation behind a screen: loads the model, and carries out what the person asks for, one order after the other.
/// It tells one inbox what happens, whoever shows it.
///
/// What takes a permission back waits for nothing: to lock, to stop, to quit and what the operator configures take effect
/// before ``perform(_:)``, ``configure(_:)`` and ``close()`` return or wait; the rest of it follows in its turn.
final class ChatConversation: Sendable {
    enum Order: Sendable {
        /// `mayLeave`: whether what the person said may ever be sent, by the lock when it was said.
        case effect(ChatEffect, mayLeave: Bool)
        case ready(AssistantServices)
        case configured(BrimConfiguration)
        /// The lock was set, or taken off, and has yet to be recorded.
        case locked
        case replaced(LocalLanguageModel)
        /// Budget, breaker or consent may stand differently.
        case cloudChanged
    }

    /// What begins with the conversation and ends with it.
    private struct Parts: Sendable {
        var talking: VoiceSession
        var models: ModelSwitch
        var watch: ConfigurationWatcher
        /// `nil` where the collections are not asked, or not watched.
        var collections: CollectionWatcher?
        /// `nil` where no updates are taken, or nobody at the screen is to be told.
        var updates: UpdateNotices?
        var loading: Task<Void, Never>
        var work: Task<Void, Never>
    }

    private let model = Mutex<LocalLanguageModel?>(nil)
    private let loss = Mutex<StoreWarning?>(nil)
    private let parts = Mutex<Parts?>(nil)
    private let orders: AsyncStream<Order>.Continuation
    private let inbox: LivenessInbox
    private let permission: CloudPermission
    private let speech: SpokenAnswers

    /// Begins to load.
    /// - Parameters:
    ///   - configuration: as it was read at the start; what changes later is watched.
    ///   - fetchesModels: whether a better model may be fetched meanwhile.
    init(
        _ inbox: any ActionInbox, _ options: GlobalOptions, _ generation: GenerationOptions, _ cloud: CloudOptions,
        _ hearing: SpeechOptions, _ voice: VoiceOptions, _ configuration: BrimConfiguration, fetchesModels: Bool
    ) {
        let (stream, orders) = AsyncStream<Order>.makeStream()
        self.orders = orders
        self.inbox = LivenessInbox(inbox)
        permission = CloudPermission(configuration, self.inbox)
        speech = SpokenAnswers(
            inbox: inbox, options: options, choice: voice, settings: configuration.voice,
            mode: configuration.voice.speak ?? (configuration.keepsNothingSaid ? .voice : .never),
            insists: configuration.voice.speak != nil)
        let talking = VoiceSession(inbox: inbox, without: speech.played) { [weak self] in
            self?.perform(.stopAnswer)
        } onRecording: { [speech] in
            speech.setListening($0)
        }
        let models = ModelSwitch(inbox, options) { [weak self] in self?.replace($0) }
        let parts = Parts(
            talking: talking, models: models,
            watch: ConfigurationWatcher(options, cloud) { [weak self] in self?.take($0) },
            collections: collectionWatcher(options, configuration),
            updates: configuration.takesUpdates && !configuration.keepsNothingSaid
                ? UpdateNotices(options.directories, self.inbox) : nil,
            loading: Task {
                await self.load(options, generation, configuration)
                if fetchesModels { models.fetchRecommended(configuration) }
                await talking.open(options, hearing, configuration.voice)
            },
            work: Task { await self.serve(stream, options, generation) })
        self.parts.withLock { $0 = parts }
    }

    /// A visitor of a kiosk is not told what its operator changes.
    private func collectionWatcher(
        _ options: GlobalOptions, _ configuration: BrimConfiguration
    ) -> CollectionWatcher? {
        guard configuration.usesKnowledge, configuration.watchesKnowledge else { return nil }
        return CollectionWatcher(directory: options.directories.data) { [inbox] words in
            if !configuration.keepsNothingSaid { inbox.post(.hint(words)) }
        }
    }

    // MARK: - What takes effect at once

    /// Carries out what the person asks for. Never blocks.
    func perform(_ effect: ChatEffect) {
        switch effect {
        case .talk(let key): parts.withLock { $0 }?.talking.press(key)
        case .muteMicrophone(let isMuted): parts.withLock { $0 }?.talking.mute(isMuted)
        case .useModel(let name): parts.withLock { $0 }?.models.use(name)
        case .setLocalOnly(let isOn):
            permission.setLocalOnly(isOn)
            orders.yield(.locked)
        case .silence: speech.silence()
        case .setSpeaking(let name): speech.choose(name)
        case .changeVolume(let change): speech.changeVolume(by: change)
        case .newConversation, .forgetConversation, .openConversation:
            speech.silence()
            orders.yield(.effect(effect, mayLeave: !permission.isLocked))
        case .stopAnswer:
            speech.silence()
            permission.stopTurn()
            orders.yield(.effect(effect, mayLeave: true))
        default: orders.yield(.effect(effect, mayLeave: !permission.isLocked))
        }
    }

    /// What the operator has set anew, as far as it takes effect without a restart.
    private func take(_ change: ConfigurationWatcher.Change) {
        if change.isLocked {
            permission.lock()
            orders.yield(.locked)
        }
        switch change.configuration {
        case .success(let configuration):
            inbox.post(.configured(configuration.screen))
            permission.configure(configuration)
            orders.yield(.configured(configuration))
        case .failure(let failure): inbox.post(.notice(Notice(.warning, "\(failure); it stays as it was")))
        }
    }

    /// Lets another model answer from the next question on. It is loaded already.
    private func replace(_ processor: LocalLanguageModel) {
        model.withLock { $0 = processor }
        orders.yield(.replaced(processor))
    }

    /// Returns when the model is there, or is known not to come: then what was asked for before is carried out.
    func loaded() async { await parts.withLock { $0 }?.loading.value }

    /// Stops what is at work and returns when it has stopped.
    func close() async {
        // What is on its way to the cloud ends first, whatever else takes its time.
        permission.shut()
        speech.silence()
        guard let parts = parts.withLock({ $0 }) else { return }
        parts.watch.close()
        parts.loading.cancel()
        await parts.collections?.close()
        parts.updates?.close()
        await parts.models.close()
        await parts.talking.close()
        orders.finish()
        await parts.work.value
        await speech.close()
    }

    /// Throws the exit code of a session that was not kept, and says why where a closed screen cannot. After ``close()``.
    func checkIsKept() throws {
        guard let why = loss.withLock({ $0 }) else { return }
        why.writeToError()
        throw ExitCode.notKept
    }

    // MARK: - The service manager

    /// Tells the service manager that all is well, where there is one that wants to know.
    func watchdog(_ inbox: ScreenInbox) -> Watchdog? {
        let environment = ProcessInfo.processInfo.environment
        guard let notifier = ServiceNotifier(environment: environment) else { return nil }
        return Watchdog(
            notifier, interval: ServiceNotifier.watchdogInterval(environment: environment),
            probes: [
                {
                    await inbox.drawn()
                    return true
                }, { await self.modelAnswers() }, { self.parts.withLock { $0 }?.talking.answers ?? true },
            ])
    }

    /// Whether the model lives: tokens come, or it takes a small job. Never returns where it hangs.
    private func modelAnswers() async -> Bool {
        guard let model = model.withLock({ $0 }) else { return false }
        if inbox.isFresh { return true }
        await model.ping()
        return true
    }

    // MARK: - Loading

    /// Loads the model and tells the screen how that goes.
    private func load(
        _ options: GlobalOptions, _ generation: GenerationOptions, _ configuration: BrimConfiguration
    ) async {
        do {
            let words = HealthReporter(inbox)
            let services = try await AssistantServices.load(
                options, configuration, needsModel: false, isLong: true,
                adopt: { permission.adopt($0, configuration.rules) },
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
            orders.yield(.ready(services))
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

    // MARK: - Orders

    private static let mostWaiting = 100

    /// Takes the orders until there are no more, then ends what is at work.
    private func serve(_ orders: AsyncStream<Order>, _ options: GlobalOptions, _ generation: GenerationOptions) async {
        var loaded: Loaded?
        // What was asked for before there was anybody to do it; the last question, where it was stopped, is not among it.
        var waiting: [(effect: ChatEffect, mayLeave: Bool)] = []
        var configuration: BrimConfiguration?
        for await order in orders {
            switch order {
            case .ready(let services):
                loaded = await Loaded(services, inbox, self.orders, options, generation, permission, speech)
                if let configuration { await loaded?.configure(configuration) }
                for (effect, mayLeave) in waiting { await loaded?.carryOut(effect, mayLeave: mayLeave) }
                waiting = []
            case .configured(let changed):
                configuration = changed
                await loaded?.configure(changed)
            case .replaced(let processor): loaded?.replace(processor)
            case .locked: await loaded?.recordLock()
            case .cloudChanged: await loaded?.reportCloud()
            case .effect(let effect, let mayLeave) where loaded != nil:
                await loaded?.carryOut(effect, mayLeave: mayLeave)
            case .effect(.stopAnswer, _):
                guard waiting.contains(where: \.effect.isQuestion) else { break }
                waiting.removeAll(where: \.effect.isQuestion)
                inbox.post(.turn(.withdrawn))
            case .effect(let effect, let mayLeave):
                if waiting.count < Self.mostWaiting { waiting.append((effect, mayLeave)) }
            }
        }
        await loaded?.close()
    }
}

extension ChatEffect {
    fileprivate var isQuestion: Bool {
        switch self {
        case .submit, .submitPicture: true
        default: false
        }
    }
}
