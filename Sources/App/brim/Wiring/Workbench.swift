import AssistantCore
import Backends
import Confidence
import Foundation
import Hat
import LocalInference
import Nebius
import Routing
import Store
import Turns

/// Everything that a turn needs, put together: the model, the cloud desk, the stores.
struct Workbench: Sendable {
    /// `nil` where there is none; `modelProblem` then says why.
    let model: (any LanguageModel)?
    /// Whether the model came without a chat template: it goes on with a text and does not answer.
    var continuesOnly: Bool { (model as? LocalLanguageModel)?.hasChatTemplate == false }
    let modelProblem: String?
    /// Why the confidence is uncalibrated although there is a calibration.
    let confidenceProblem: String?
    let store: DatabaseStore
    /// What the operator set, with what the command line says over it.
    let configuration: BrimConfiguration
    let runner: TurnRunner
    /// What answers on this device.
    let backends: BackendDesk
    let health: HealthMonitor
    /// Connects to the cloud meanwhile, where it may be asked.
    private let preparing: Task<Void, Never>

    /// Loads the model and opens what is configured.
    ///
    /// - Parameters:
    ///   - needsModel: whether a missing model is a failure. Where the cloud may answer instead, it is not.
    ///   - told: called with each sample of the device's health.
    static func load(
        _ options: GlobalOptions, _ configuration: BrimConfiguration, needsModel: Bool = true,
        told: @escaping @Sendable (DeviceHealth) -> Void = { _ in }
    ) async throws -> Workbench {
        let store = try DatabaseStore(directory: options.places.data, at: .now)
        let root = HatRoot(environment: ProcessInfo.processInfo.environment)
        let sensors = PiSensors(root: root)
        var processor: LocalLanguageModel?
        var failure: (any Error)?
        do {
            processor = try await LocalLanguageModel(options.loadModel(), draft: options.loadDraft())
        } catch {
            failure = error
        }
        let turn = BoardTurn()
        let backends = try await BackendDesk.choose(
            configuration.backend, cpu: processor, places: options.places, root: root, turn: turn,
            watts: { await sensors.sample().watts })
        let health = HealthMonitor(
            sensors, board: HatProbeCommand.probe(root).map { BoardSampler($0, turn: turn) }, told: told)
        let model = backends.model
        if model != nil { failure = nil }
        let confidence = processor.map { ConfidenceDesk.load(for: $0.identity, places: options.places) }
        let desk = try await desk(configuration, store)
        if let failure, needsModel, !desk.standing.isUsable {
            await close(desk)
            throw failure
        }
        let runner = TurnRunner(
            model: model, desk: desk, cache: configuration.cacheLifetime == nil ? nil : store.cache,
            cacheLifetime: configuration.cacheLifetime ?? .zero, metrics: store.metrics,
            estimator: { request in
                // The calibration is of what the processor's model writes, not of what it thinks of another's.
                guard backends.backend == .cpu || request.constraint != nil else { return ReadAlongConfidence() }
                return confidence?.estimator(for: request) ?? GeometricMeanConfidence()
            },
            compute: { ConfidenceDesk.compute($0.prompt) }, health: { health.latest }, now: { .now })
        // What cannot be prepared now is tried again when it is needed, and says then what is wrong.
        let preparing = Task { _ = try? await desk.prepare() }
        return Workbench(
            model: model, modelProblem: failure.map { String(describing: $0) },
            confidenceProblem: confidence?.problem, store: store, configuration: configuration, runner: runner,
            backends: backends, health: health, preparing: preparing)
    }

    /// Loads as ``load(_:_:needsModel:)`` does, runs `work`, and closes what was opened, whatever happens.
    static func with<Value>(
        _ options: GlobalOptions, _ cloud: CloudOptions, needsModel: Bool = true,
        _ work: (Workbench) async throws -> Value
    ) async throws -> Value {
        let configuration = try await BrimConfiguration.load(
            options.places, isNamed: options.config != nil, flags: cloud)
        let bench = try await load(options, configuration, needsModel: needsModel)
        do {
            let value = try await work(bench)
            await bench.close()
            return value
        } catch {
            await bench.close()
            throw error
        }
    }

    /// Hangs up. To be called once, before the last reference goes.
    func close() async {
        preparing.cancel()
        await Self.close(runner.desk)
    }

    /// An attempt to connect that is under way holds the hanging up until it times out. Nobody has to wait for that: the
    /// process may end before.
    private static func close(_ desk: CloudDesk) async {
        let (closed, tell) = AsyncStream<Never>.makeStream()
        Task {
            await desk.close()
            tell.finish()
        }
        let patience = Task {
            do { try await Task.sleep(for: .milliseconds(500)) } catch { return }
            tell.finish()
        }
        for await _ in closed {}
        patience.cancel()
    }

    private static func desk(_ configuration: BrimConfiguration, _ store: DatabaseStore) async throws -> CloudDesk {
        let cloud = configuration.cloud
        var settings = CloudDesk.Settings(
            endpoint: cloud.url, policy: try RoutingPolicy(configuration.rules), lock: configuration.lock)
        settings.budget = Budget([
            Budget.Line(.everything, configuration.budget), Budget.Line(.team(cloud.team), configuration.teamBudget),
        ])
        settings.prices = cloud.prices
        settings.device = cloud.device
        settings.team = cloud.team
        settings.maxTokens = cloud.maxTokens
        var ports: CloudDesk.Ports?
        var unready: String?
        do {
            if configuration.lock != .localOnly {
                let client = try client(cloud)
                ports = CloudDesk.Ports(
                    client: client, ledger: store.spending, audit: store.audit, consents: store.consent)
            }
        } catch {
            unready = String(describing: error)
        }
        let desk = CloudDesk(settings, ports: ports, unready: unready, clock: { .now })
        guard cloud.isAllowed, ports != nil else { return desk }
        do {
            if try await store.consent.consent(to: cloud.url)?.isGranted != true {
                try await desk.setConsent(true, source: cloud.allowedBy)
            }
            return desk
        } catch {
            await close(desk)
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
        configuration.tls = TLSFiles(
            trustRoots: cloud.trustRoots, clientCertificate: cloud.clientCertificate, clientKey: cloud.clientKey)
        return try NebiusClient(configuration)
    }
}

extension CloudStanding {
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
