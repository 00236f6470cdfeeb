public import AssistantCore
import AsyncHTTPClient
import FoundationEssentials
public import Logging
import NIOCore
import NIOHTTP1
import Synchronization

/// Nebius Token Factory, or any server that speaks `chat/completions`, as a ``CloudModel``.
///
/// One client serves the whole program and may be used from any task. One that is thrown away earlier than that must be
/// shut down first.
public final class NebiusClient: CloudModel {
    private struct Choice {
        var selection: CloudSelection
        var chosenAt: Duration
    }

    let configuration: NebiusConfiguration
    let endpoint: Endpoint
    let wire: Wire
    let bearers: BearerSource
    let logger: Logger
    /// Draws from 0 ..< 1.
    let jitter: @Sendable () -> Double
    private let choice = Mutex<Choice?>(nil)

    /// Reads the TLS files and connects to nothing yet. `wallClock` is asked only where a server names a date.
    ///
    /// Throws for an address that is none, for plain HTTP to another device, and for TLS files that cannot be used.
    public init(
        _ configuration: NebiusConfiguration, time: TimeSource = .continuous,
        wallClock: @escaping @Sendable () -> Timestamp = NebiusClient.systemTime,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        logger: Logger = Logger(label: "brim.cloud") { _ in SwiftLogNoOpLogHandler() }
    ) throws(CloudFailure) {
        endpoint = try Endpoint(configuration.url)
        if case .gateway(let url) = configuration.credential { _ = try Endpoint(url) }
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton, configuration: try Self.httpConfiguration(configuration))
        wire = Wire(http: http, timeouts: configuration.timeouts, time: time, wallClock: wallClock)
        bearers = BearerSource(configuration.credential, wire: wire, userAgent: configuration.userAgent)
        self.configuration = configuration
        self.jitter = jitter
        self.logger = logger
    }

    /// The system's clock.
    @Sendable public static func systemTime() -> Timestamp {
        Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Closes all connections. Requests that are under way fail; an attempt to connect that is under way is waited for,
    /// which takes `timeouts.connect` at most. A program that ends need not wait for that.
    public func shutdown() async {
        do {
            try await wire.http.shutdown()
        } catch {
            logger.debug("the client was already shut down")
        }
    }

    public func prepare() async throws -> CloudSelection {
        if let known = choice.withLock(\.self), wire.time.now() - known.chosenAt < configuration.modelListLifetime {
            try await warm()
            return known.selection
        }
        let selection = try configuration.selection(from: try await offered())
        let now = wire.time.now()
        choice.withLock { $0 = Choice(selection: selection, chosenAt: now) }
        return selection
    }

    public func models() async throws -> [CloudModelInfo] {
        guard let models = try await offered() else {
            throw CloudFailure(
                .invalidReply, billing: .nothingSent, message: "\(endpoint.host) has no list of its models.")
        }
        return models
    }

    /// The model for a request that names none.
    var model: String { choice.withLock(\.self)?.selection.model.id ?? configuration.model }

    /// Told that the endpoint does not know a model: the list is old.
    func forgetSelection() { choice.withLock { $0 = nil } }

    /// `nil` where the endpoint has no list.
    private func offered() async throws(CloudFailure) -> [CloudModelInfo]? {
        do {
            let body = try await free(.GET, "models?verbose=true")
            let json = try? JSONValue(parsing: body)  // What is no JSON is no list.
            return json.flatMap(ModelList.read)
        } catch  where [.modelUnknown, .badRequest].contains(error.kind) {
            return nil
        }
    }

    /// Any answer will do: what counts is the connection that stays open.
    private func warm() async throws(CloudFailure) {
        do {
            _ = try await free(.HEAD, "models")
        } catch  where error.status != nil && error.kind != .unauthorised {
            return
        }
    }

    /// A request that costs nothing.
    private func free(_ method: HTTPMethod, _ path: String) async throws(CloudFailure) -> [UInt8] {
        let bearer = try await bearers.bearer()
        do {
            var outgoing = outgoing(method, path, bearer: bearer)
            outgoing.limit = configuration.timeouts.connect * 2
            return try await wire.collect(outgoing, maxBytes: 8 << 20)
        } catch {
            var failure = error
            failure.billing = .nothingSent
            if let bearer, failure.kind == .unauthorised { await bearers.refused(bearer) }
            throw failure
        }
    }

    func outgoing(_ method: HTTPMethod, _ path: String, bearer: Secret?) -> Wire.Outgoing {
        var headers: HTTPHeaders = [
            "accept": "text/event-stream, application/json", "accept-encoding": "identity",
            "user-agent": configuration.userAgent,
        ]
        if let bearer { headers.add(name: "authorization", value: bearer.bearer) }
        return Wire.Outgoing(
            method: method, url: endpoint.url(path), host: endpoint.host, headers: headers,
            secrets: bearer.map { [$0] } ?? [], limit: configuration.timeouts.total)
    }

    private static func httpConfiguration(
        _ configuration: NebiusConfiguration
    ) throws(CloudFailure) -> HTTPClient.Configuration {
        var http = HTTPClient.Configuration(
            tlsConfiguration: try configuration.tls.configuration(), redirectConfiguration: .disallow,
            timeout: .init(connect: TimeAmount(configuration.timeouts.connect)),
            connectionPool: .init(idleTimeout: TimeAmount(configuration.idleConnectionLifetime)),
            decompression: .disabled)
        // Repetitions are ours to decide, and to tell.
        http.connectionPool.retryConnectionEstablishment = false
        http.dnsOverride = Endpoint.nameOverrides
        http.httpVersion = .automatic
        return http
    }
}

extension NebiusConfiguration {
    /// The first model that is both wanted and offered.
    func selection(from offered: [CloudModelInfo]?) throws(CloudFailure) -> CloudSelection {
        guard let offered else {
            return CloudSelection(model: CloudModelInfo(id: model), isConfirmed: false)
        }
        var passedOver: [String] = []
        for wanted in [model] + fallbackModels {
            if let found = offered.first(where: { $0.id == wanted }) {
                return CloudSelection(model: found, passedOver: passedOver)
            }
            passedOver.append(wanted)
        }
        throw CloudFailure(
            .modelUnknown, billing: .nothingSent,
            message: "The endpoint offers none of \(passedOver.joined(separator: ", ")). Choose another model "
                + "(--cloud-model)\(offered.first.map { ", such as \($0.id)" } ?? "").")
    }
}
