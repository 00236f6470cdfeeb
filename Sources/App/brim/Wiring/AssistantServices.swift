import DeviceSensors
import ArgumentParser
import AssistantCore
import Backends
import Confidence
import Foundation
import HTTPSupport
import Hat
import LocalInference
import Logging
import Nebius
import Routing
import Store
import Synchronization
import Telemetry
import Turns

/// Everything that a turn needs, put together: the model, the cloud gateway, the stores.
struct AssistantServices: Sendable {
    /// `nil` where there is none; `modelProblem` then says why.
    private(set) var model: (any LanguageModel)?
    /// Whether the model came without a chat template: it goes on with a text and does not answer.
    var continuesOnly: Bool { (model as? LocalLanguageModel)?.hasChatTemplate == false }
    let modelProblem: String?
    /// Why the confidence is uncalibrated although there is a calibration, or the model is asked without its profile.
    private(set) var confidenceProblem: String?
    /// How the model is asked.
    private(set) var profile: ModelProfile
    let store: DatabaseStore
    /// What the operator set, with what the command line says over it.
    let configuration: BrimConfiguration
    private(set) var runner: TurnRunner
    /// What answers on this device.
    private(set) var backends: BackendSelector
    private let directories: BrimDirectories
    let health: HealthMonitor
    /// `nil` where no figures are handed on.
    let reports: HealthReports?
    /// Connects to the cloud meanwhile, where it may be asked.
    private let preparing: Task<Void, Never>

    /// Loads the model and opens what is configured.
    ///
    /// - Parameters:
    ///   - needsModel: whether a missing model is a failure. Where the cloud may answer instead, it is not.
    ///   - connects: whether to connect to the cloud ahead, where it may be asked.
    ///   - adopt: given the way to the cloud before anything is done with it: who locks needs no more.
    ///   - isLong: whether it runs for long, so that its health is worth reporting.
    ///   - onStoreWarning: called with what happens to the store later; what was wrong at once is in its warnings.
    ///   - onHealth: called with each sample of the device's health.
    ///   - onAlertProblem: called with what went wrong with `budget.alert_command`, one sentence.
    ///   - concurrentRequests: how many requests the processor works at at once (≥ 1).
    static func load(
        _ options: GlobalOptions, _ configuration: BrimConfiguration, needsModel: Bool = true,
        connects: Bool = true, isLong: Bool = false, adopt: (CloudGateway) -> Void = { _ in },
        onStoreWarning: @escaping @Sendable (StoreWarning) -> Void = { _ in },
        onHealth: @escaping @Sendable (DeviceHealth) -> Void = { _ in },
        onAlertProblem: @escaping @Sendable (String) -> Void = { Terminal.writeError($0) },
        concurrentRequests: Int = 1
    ) async throws -> AssistantServices {
        let store = try DatabaseStore(
            directory: options.directories.data, keepsNothingSaid: configuration.keepsNothingSaid, at: .now,
            onWarning: onStoreWarning)
        let gateway = try await gateway(configuration, store, options.directories, onAlertProblem)
        adopt(gateway)
        do {
            return try await load(
                options, configuration, store, gateway, needsModel: needsModel, connects: connects, isLong: isLong,
                onHealth, concurrentRequests: concurrentRequests)
        } catch {
            await close(gateway)
            throw error
        }
    }

    private static func load(
        _ options: GlobalOptions, _ configuration: BrimConfiguration, _ store: DatabaseStore, _ gateway: CloudGateway,
        needsModel: Bool, connects: Bool, isLong: Bool, _ onHealth: @escaping @Sendable (DeviceHealth) -> Void,
        concurrentRequests: Int
    ) async throws -> AssistantServices {
        var metrics: any MetricsLog =
            configuration.takesUpdates ? FleetTurns(store.metrics, options.directories) : store.metrics
        let root = SystemRoot(environment: ProcessInfo.processInfo.environment)
        let sensors = PiSensors(root: root)
        var processor: LocalLanguageModel?
        var failure: (any Error)?
        do {
            // The settings are read, and the best model is sought, once for both.
            let name = try await options.modelName()
            processor =
                concurrentRequests > 1
                ? try await LocalLanguageModel(
                    options.loadModel(named: name), concurrentRequests: concurrentRequests)
                : try await LocalLanguageModel(options.loadModel(named: name), draft: options.loadDraft(for: name))
        } catch {
            failure = error
        }
        let boardLock = BoardLock()
        let backends = try await BackendSelector.choose(
            configuration.backend, cpu: processor, directories: options.directories, root: root, boardLock: boardLock,
            watts: { await sensors.sample().watts })
        let health = HealthMonitor(
            sensors, board: BoardProbe.ofThisProgram(root).map { BoardSampler($0, boardLock: boardLock) },
            onSample: onHealth)
        let model = backends.model
        if model != nil { failure = nil }
        let confidence = processor.map { ModelConfidence.load(for: $0.identity, directories: options.directories) }
        if let failure, needsModel, !gateway.cloudState.isUsable { throw failure }
        let reports = try (isLong ? configuration.telemetry : nil).map {
            try HealthReports($0, options.directories, health: { health.latest })
        }
        if let reports {
            metrics = TurnInstruments(metrics, reports.reporter, localModel: model?.identity.name ?? "none")
        }
        var runner = TurnRunner(
            model: model, gateway: gateway, cache: configuration.cacheLifetime == nil ? nil : store.cache,
            cacheLifetime: configuration.cacheLifetime ?? .zero, metrics: metrics,
            estimator: estimator(backends, confidence),
            compute: { ModelConfidence.compute($0.prompt) }, health: { health.latest }, now: { .now })
        // What cannot be prepared now is tried again when it is needed, and says then what is wrong.
        let preparing = Task { if connects { _ = try? await gateway.prepare() } }
        let profile =
            backends.backend == .cpu || backends.isSameModel
            ? confidence?.profile ?? .none
            : model.map { ModelProfile.load(for: $0.identity, directories: options.directories).profile } ?? .none
        runner.knowledge = TurnKnowledge.ofCollections(
            configuration, options.directories, profile, CollectionComparison(options))
        Logger(label: "brim.start").debug(
            "loaded",
            metadata: [
                "model": "\(model?.identity.name ?? "none")", "backend": "\(backends.backend)",
                "store": "\(store.isDurable ? "file" : "memory")", "problem": "\(failure.map { "\($0)" } ?? "none")",
            ])
        return AssistantServices(
            model: model, modelProblem: failure.map { String(describing: $0) },
            confidenceProblem: confidence?.problem, profile: profile, store: store, configuration: configuration,
            runner: runner,
            backends: backends, directories: options.directories, health: health, reports: reports,
            preparing: preparing)
    }

    /// The same with another model of the processor's, and the calibration that belongs to it.
    func answering(with processor: LocalLanguageModel) -> AssistantServices {
        let confidence = ModelConfidence.load(for: processor.identity, directories: directories)
        var services = self
        services.backends = BackendSelector(processor: processor)
        services.model = processor
        services.confidenceProblem = confidence.problem
        services.profile = confidence.profile
        services.runner.model = processor
        services.runner.knowledge = TurnKnowledge.ofCollections(
            configuration, directories, confidence.profile, runner.knowledge?.comparison)
        services.runner.estimator = Self.estimator(services.backends, confidence)
        return services
    }

    private static func estimator(
        _ backends: BackendSelector, _ confidence: ModelConfidence?
    ) -> @Sendable (TurnRequest) -> any ConfidenceEstimator {
        { request in
            // The calibration is of what the processor's model writes, not of what it thinks of another model's answers.
            let isByProcessor = backends.backend == .cpu || request.constraint != nil
            if isByProcessor || backends.isSameModel, let confidence { return confidence.estimator(for: request) }
            if request.asksForText {
                return RequirementConfidence(request: request.prompt, model: "", rates: nil)
            }
            return isByProcessor ? GeometricMeanConfidence() : TeacherForcedConfidence()
        }
    }

    /// Loads as ``load(_:_:needsModel:storeTold:told:)`` does, runs `work`, and closes what was opened, whatever happens.
    /// What is wrong with the store is a line on the standard error, whenever it happens.
    static func with<Value>(
        _ options: GlobalOptions, _ cloud: CloudOptions, needsModel: Bool = true,
        connects: Bool = true, concurrentRequests: Int = 1, _ work: (AssistantServices) async throws -> Value
    ) async throws -> Value {
        let configuration = try await BrimConfiguration.load(
            options.directories, isNamed: options.config != nil, flags: cloud.layer)
        let services = try await load(
            options, configuration, needsModel: needsModel, connects: connects, onStoreWarning: { $0.writeToError() },
            concurrentRequests: concurrentRequests)
        for warning in services.store.warnings { warning.writeToError() }
        // A batch may take hours: a lock that is written meanwhile holds for the rest of it, from the moment it is read.
        let locking = Mutex<Task<Void, Never>?>(nil)
        let gateway = services.runner.gateway
        let watch = ConfigurationWatcher(options, cloud) { change in
            guard change.isLocked else { return }
            gateway.tighten(to: .localOnly)
            locking.withLock { $0 = $0 ?? Task { await gateway.recordLock() } }
        }
        let result: Result<Value, any Error>
        do {
            result = .success(try await work(services))
        } catch {
            result = .failure(error)
        }
        watch.close()
        await locking.withLock { $0 }?.value
        await services.close()
        return try result.get()
    }

    /// Counts what somebody thinks of an answer, for those who compare releases and read this device's health.
    func judge(isRight: Bool) { (runner.metrics as? any VerdictLog)?.judge(isRight: isRight) }

    /// Throws the exit code of what was done but not kept, where that is so.
    func checkIsKept() throws {
        guard store.isDurable else { throw ExitCode.notKept }
    }

    /// Hangs up. To be called once, before the last reference goes.
    func close() async {
        preparing.cancel()
        await Self.close(runner.gateway)
        await (runner.metrics as? TurnInstruments)?.finish()
        await reports?.reporter.close()
    }

    /// An attempt to connect that is under way holds the hanging up until it times out. Nobody has to wait for that: the
    /// process may end before.
    private static func close(_ gateway: CloudGateway) async {
        let (closed, continuation) = AsyncStream<Never>.makeStream()
        Task {
            await gateway.close()
            continuation.finish()
        }
        let timeout = Task {
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
            continuation.finish()
        }
        for await _ in closed {}
        timeout.cancel()
    }

    private static func gateway(
        _ configuration: BrimConfiguration, _ store: DatabaseStore, _ directories: BrimDirectories,
        _ onAlertProblem: @escaping @Sendable (String) -> Void
    ) async throws -> CloudGateway {
        let cloud = configuration.cloud
        var settings = CloudGateway.Settings(
            endpoint: cloud.url, policy: try RoutingPolicy(configuration.rules), lock: configuration.lock)
        settings.budget = Budget(
            [Budget.Line(.everything, configuration.budget), Budget.Line(.team(cloud.team), configuration.teamBudget)]
                + configuration.systemBudgets + configuration.reserveLines)
        if !configuration.alertCommand.isEmpty {
            let alert = BudgetAlert(
                command: configuration.alertCommand, file: directories.data + "/budget-alerts.json",
                onProblem: onAlertProblem)
            settings.onSoftLimits = { await alert.raise($0) }
        }
        settings.prices = cloud.prices
        settings.device = cloud.device
        settings.team = cloud.team
        settings.maxTokens = cloud.maxTokens
        settings.visionModel = cloud.visionModel.isEmpty ? nil : cloud.visionModel
        var ports: CloudGateway.Ports?
        var unready: String?
        do {
            if let place = cloud.forbiddenBy {
                unready = "The cloud is not allowed on this machine: \(place) says so."
            } else if configuration.lock != .localOnly {
                let client = try client(cloud)
                ports = CloudGateway.Ports(
                    client: client, ledger: store.spending, audit: store.audit, consents: store.consent)
            }
        } catch {
            unready = String(describing: error)
        }
        let gateway = CloudGateway(settings, ports: ports, unready: unready, clock: { .now })
        guard cloud.isAllowed, ports != nil else { return gateway }
        do {
            // A standing setting allows what nobody has decided about yet; what was withdrawn takes a new word.
            let consent = try await store.consent.consent(to: cloud.url)
            if consent == nil || consent?.isGranted == false && cloud.isAllowedNow {
                try await gateway.allow(source: cloud.allowedBy)
            }
            return gateway
        } catch {
            await close(gateway)
            throw error
        }
    }

    static func client(_ cloud: BrimConfiguration.Cloud) throws -> NebiusClient {
        var credential = CredentialSource.discover(
            gateway: cloud.gateway, keyFile: cloud.keyFile, environment: ProcessInfo.processInfo.environment)
        if case .missing(let why) = credential {
            // A server on this device may want no key; any other does.
            guard cloud.url.hasPrefix("http://") else { throw CommandFailure(why) }
            credential = .none
        }
        var configuration = NebiusConfiguration(model: cloud.model, credential: credential)
        configuration.url = cloud.url
        configuration.fallbackModels = cloud.fallbackModels
        configuration.proxies = ProxySettings(environment: ProcessInfo.processInfo.environment)
        configuration.tls = TLSFiles(
            trustRoots: cloud.trustRoots, clientCertificate: cloud.clientCertificate, clientKey: cloud.clientKey)
        return try NebiusClient(configuration, logger: Logger(label: "brim.cloud"))
    }
}

extension ExitCode {
    /// Done, but what should have been kept on this device was not.
    static let notKept = ExitCode(3)
}

extension StoreWarning {
    /// A line for whoever has no screen to read it on.
    func writeToError() { Terminal.writeError("warning: \(self)") }
}

extension CloudState {
    /// Whether the cloud could answer in place of the device.
    var isUsable: Bool {
        guard case .ready = endpoint else { return false }
        return lock != .localOnly && consent?.isGranted == true
    }
}

extension Timestamp {
    /// The time of day.
    static var now: Timestamp { Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1_000)) }
}
