internal import AsyncHTTPClient
internal import Foundation
internal import HTTPSupport
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// How long a server is waited for, and how often it is asked.
struct DownloadTimeouts: Sendable {
    /// Until a connection is there.
    var connect = Duration.seconds(8)
    /// Without a byte.
    var stall = Duration.seconds(30)
    /// Tries in a row that bring nothing new.
    var attempts = 6
    /// Before the second try; doubled with each further one.
    var backOff = Duration.milliseconds(500)
    /// Longest wait before a try. A server that wants more is left alone for good.
    var longestWait = Duration.seconds(60)

    /// Before try number `failures + 1`, up to a half shorter: many devices do not come back at once.
    func wait(after failures: Int) -> Duration {
        let plain = min(longestWait, backOff * (1 << min(failures - 1, 10)))
        return plain * Double.random(in: 0.5...1)
    }
}

/// HTTP for downloads: proxies and trust as the environment says, redirects by hand, credentials to their own server
/// alone.
///
/// ``shutDown()`` has to be called in the end.
struct DownloadClient: Sendable {
    /// A reply whose body is still to be read.
    struct Reply: Sendable {
        var status: Int
        var headers: HTTPHeaders
        var body: HTTPClientResponse.Body
        /// Where it came from in the end.
        var url: DownloadURL
    }

    /// Which redirects are followed.
    enum Redirects: Sendable {
        case all
        /// Those that name no server, as a hub gives for a repository that was renamed: any other is a reply.
        case relative
    }

    let timeouts: DownloadTimeouts
    private let direct: HTTPClient
    private let proxied: HTTPClient?
    private let proxies: ProxySettings

    init(environment: [String: String], timeouts: DownloadTimeouts) throws(CatalogueError) {
        self.timeouts = timeouts
        proxies = ProxySettings(environment: environment)
        let configuration = try Self.configuration(environment, timeouts)
        let proxy: ProxySettings.Proxy?
        do {
            // What is not encrypted is on this device, where no proxy is used.
            proxy = try proxies.proxy(isEncrypted: true)
        } catch {
            throw CatalogueError(.badAddress, error.description, underlying: error)
        }
        // From here on nothing throws: a client that is given up without being shut down traps.
        direct = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        if let proxy {
            var through = configuration
            through.proxy = proxy.configuration
            proxied = HTTPClient(eventLoopGroupProvider: .singleton, configuration: through)
        } else {
            proxied = nil
        }
    }

    func shutDown() async {
        // Nothing is under way any more: there is nothing that could fail, and nobody to tell.
        _ = try? await direct.shutdown()
        _ = try? await proxied?.shutdown()
    }

    /// Asks `url`. Any status is a reply; what it does not get to is a ``TransferFault``.
    func send(
        _ method: HTTPMethod, _ url: DownloadURL, headers: [(String, String)] = [], credential: Credential? = nil,
        redirects: Redirects = .all
    ) async throws -> Reply {
        var url = url
        var method = method
        for _ in 0..<10 {
            let reply = try await once(method, url, headers, credential)
            guard (300...399).contains(reply.status), reply.status != 304,
                let location = reply.headers.first(name: "location")
            else { return reply }
            guard let next = url.following(location) else { throw TransferFault(.redirect, host: url.host) }
            if redirects == .relative, location.contains("://") || location.hasPrefix("//") { return reply }
            if reply.status == 303, method != .HEAD { method = .GET }
            url = next
        }
        throw TransferFault(.redirect, host: url.host)
    }

    /// The body of a small reply with status 200, and its headers. Asks again where that may help.
    func collect(
        _ url: DownloadURL, headers: [(String, String)], credential: Credential? = nil, limit: Int
    ) async throws -> (body: Data, reply: Reply) {
        try await persistently { _ in
            let reply = try await send(.GET, url, headers: headers, credential: credential)
            guard reply.status == 200 else { throw fault(of: reply) }
            var body = Data()
            do {
                for try await piece in reply.body {
                    body.append(contentsOf: piece.readableBytesView)
                    guard body.count <= limit else {
                        throw TransferFault(.unusable("sends far too much"), host: reply.url.host)
                    }
                }
            } catch {
                try Task.checkCancellation()
                throw TransferFault.read(error, host: reply.url.host, isConnected: true)
            }
            return (body, reply)
        }
    }

    /// What came of the tries so far.
    struct Tries: Sendable {
        /// In a row.
        var failures = 0
        /// Whether the server has been heard of: one that was never reached is not waited for.
        var hasHeard = false

        /// A try brought something new.
        mutating func note() { self = Tries(failures: 0, hasHeard: true) }
    }

    /// Does `work` until it succeeds, fails for good, or has failed too often in a row.
    func persistently<Value: Sendable>(_ work: (inout Tries) async throws -> Value) async throws -> Value {
        var tries = Tries()
        while true {
            do {
                return try await work(&tries)
            } catch let fault as TransferFault where fault.isTransient {
                tries.failures += 1
                let most = fault.isSilence && !tries.hasHeard ? 1 : timeouts.attempts
                let wait = fault.retryAfter ?? timeouts.wait(after: tries.failures)
                guard tries.failures < most, wait <= timeouts.longestWait else { throw fault }
                try await Task.sleep(for: wait)
            }
        }
    }

    /// The fault that a status other than the one hoped for is.
    func fault(of reply: Reply) -> TransferFault {
        let wait = reply.headers.first(name: "retry-after").flatMap { Int($0) }
        return TransferFault(
            .status(reply.status), host: reply.url.host,
            retryAfter: wait.map { .seconds(max(0, min($0, 86_400))) })
    }

    private func once(
        _ method: HTTPMethod, _ url: DownloadURL, _ headers: [(String, String)], _ credential: Credential?
    ) async throws -> Reply {
        var request = HTTPClientRequest(url: url.text)
        request.method = method
        request.headers = HTTPHeaders(headers)
        request.headers.replaceOrAdd(name: "user-agent", value: "brim")
        // Compressed on the way, a file has another length and no ranges.
        request.headers.replaceOrAdd(name: "accept-encoding", value: "identity")
        if let authorization = credential?.authorization(for: url) {
            request.headers.add(name: "authorization", value: authorization)
        }
        let choice = try proxies.choice(
            host: url.origin.host, port: url.origin.port, isEncrypted: url.origin.isEncrypted)
        let client = choice.proxy == nil ? direct : proxied ?? direct
        do {
            let response = try await client.execute(request, deadline: .distantFuture)
            return Reply(
                status: Int(response.status.code), headers: response.headers, body: response.body, url: url)
        } catch {
            try Task.checkCancellation()
            throw TransferFault.read(error, host: url.host, isConnected: false)
        }
    }

    private static func configuration(
        _ environment: [String: String], _ timeouts: DownloadTimeouts
    ) throws(CatalogueError) -> HTTPClient.Configuration {
        do {
            return try HTTPClient.Configuration.download(
                environment, connect: timeouts.connect, stall: timeouts.stall)
        } catch {
            throw CatalogueError(
                .unreachable,
                "\(error.variable) names \(AddressText.quoted(error.path)), which holds no PEM certificate; correct it or unset "
                    + "it", underlying: error)
        }
    }
}
