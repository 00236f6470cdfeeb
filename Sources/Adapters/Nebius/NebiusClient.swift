package import AssistantCore
import AsyncHTTPClient
import FoundationEssentials
import HTTPSupport
package import Logging
import NIOCore
import NIOHTTP1
import NIOSSL
import Synchronization

/// Nebius Token Factory, or any server that speaks `chat/completions`, as a ``CloudModel``.
///
/// One client serves the whole program and may be used from any task. One that is thrown away earlier than that must be
/// shut down first.
package final class NebiusClient: CloudModel {
    private struct Choice {
        var selection: CloudSelection
        var chosenAt: Duration
    }

    let configuration: NebiusConfiguration
    let endpoint: Endpoint
    let transport: HTTPTransport
    /// To the gateway that gives the tokens, where that is reached in another way than the endpoint.
    private let gatewayTransport: HTTPTransport?
    let bearers: BearerSource
    let logger: Logger
    /// Draws from 0 ..< 1.
    let jitter: @Sendable () -> Double
    private let choice = Mutex<Choice?>(nil)

    /// Reads the TLS files and connects to nothing yet. `wallClock` is asked only where a server names a date.
    ///
    /// Throws for an address that is none, for plain HTTP to another device, and for TLS files and proxies that cannot be
    /// used.
    package init(
        _ configuration: NebiusConfiguration, time: TimeSource = .continuous,
        wallClock: @escaping @Sendable () -> Timestamp = NebiusClient.systemTime,
        jitter: @escaping @Sendable () -> Double = { .random(in: 0..<1) },
        logger: Logger = Logger(label: "brim.cloud") { _ in SwiftLogNoOpLogHandler() }
    ) throws(CloudFailure) {
        let endpoint = try Endpoint(configuration.url)
        let gateway: Endpoint? =
            if case .gateway(let url) = configuration.credential { try Endpoint(url) } else { nil }
        let tls = try configuration.tls.configuration()
        func route(to endpoint: Endpoint) throws(CloudFailure) -> ConnectionRoute {
            ConnectionRoute(to: endpoint, by: try configuration.proxies.choice(for: endpoint))
        }
        func transport(_ route: ConnectionRoute) -> HTTPTransport {
            HTTPTransport(
                clients: route.clients(configuration, tls), proxy: route.proxy?.description,
                timeouts: configuration.timeouts,
                time: time, wallClock: wallClock)
        }
        let routes = (cloud: try route(to: endpoint), gateway: try gateway.map(route))
        self.endpoint = endpoint
        self.transport = transport(routes.cloud)
        gatewayTransport = routes.gateway.flatMap { $0 == routes.cloud ? nil : transport($0) }
        bearers = BearerSource(
            configuration.credential, transport: gatewayTransport ?? self.transport, userAgent: configuration.userAgent)
        self.configuration = configuration
        self.jitter = jitter
        self.logger = logger
    }

    /// The system's clock.
    @Sendable package static func systemTime() -> Timestamp {
        Timestamp(millisecondsSince1970: Int64(Date().timeIntervalSince1970 * 1000))
    }

    /// Closes all connections. Requests that are under way fail; an attempt to connect that is under way is waited for,
    /// which takes `timeouts.connect` at most. A program that ends need not wait for that.
    package func shutdown() async {
        for client in transport.clients + (gatewayTransport?.clients ?? []) {
            do {
                try await client.shutdown()
            } catch {
                logger.debug("the client was already shut down")
            }
        }
    }

    package func prepare() async throws -> CloudSelection {
        if let known = choice.withLock(\.self), transport.time.now() - known.chosenAt < configuration.modelListLifetime
        {
            try await warm()
            return known.selection
        }
        let selection = try configuration.selection(from: try await offered())
        let now = transport.time.now()
        choice.withLock { $0 = Choice(selection: selection, chosenAt: now) }
        return selection
    }

    package func models() async throws -> [CloudModelInfo] {
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
            return try await transport.collect(outgoing, maxBytes: 8 << 20)
        } catch {
            var failure = error
            failure.billing = .nothingSent
            if let bearer, failure.kind == .unauthorised { await bearers.refused(bearer) }
            throw failure
        }
    }

    func outgoing(_ method: HTTPMethod, _ path: String, bearer: Secret?) -> HTTPTransport.Outgoing {
        var headers: HTTPHeaders = [
            "accept": "text/event-stream, application/json", "accept-encoding": "identity",
            "user-agent": configuration.userAgent,
        ]
        if let bearer { headers.add(name: "authorization", value: bearer.bearer) }
        return HTTPTransport.Outgoing(
            method: method, url: endpoint.url(path), host: endpoint.host, headers: headers,
            secrets: bearer.map { [$0] } ?? [], limit: configuration.timeouts.total)
    }
}

/// How an address is reached.
private struct ConnectionRoute: Hashable {
    let proxy: ProxySettings.Proxy?
    let isLocalhost: Bool

    init(to endpoint: Endpoint, by choice: ProxySettings.Choice) {
        proxy = choice.proxy
        isLocalhost = endpoint.isLocalhost
    }

    /// One client, or for `localhost` one for each address that it may be, in the order in which they are tried.
    func clients(_ configuration: NebiusConfiguration, _ tls: TLSConfiguration) -> [HTTPClient] {
        let addresses = isLocalhost ? Endpoint.loopbacks : [Endpoint.loopbacks[0]]
        return addresses.map { address in
            var http = HTTPClient.Configuration(
                tlsConfiguration: tls, redirectConfiguration: .disallow,
                timeout: .init(connect: TimeAmount(configuration.timeouts.connect)),
                connectionPool: .init(idleTimeout: TimeAmount(configuration.idleConnectionLifetime)),
                proxy: proxy?.configuration, decompression: .disabled)
            // Repetitions are ours to decide, and to tell.
            http.connectionPool.retryConnectionEstablishment = false
            http.dnsOverride = ["localhost": address]
            http.httpVersion = .automatic
            return HTTPClient(eventLoopGroupProvider: .singleton, configuration: http)
        }
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
