internal import AsyncHTTPClient
internal import HTTPSupport
internal import NIOCore
internal import NIOHTTP1
internal import NIOSSL

/// Fetches from a web server: proxies and authorities as the environment says.
///
/// What comes is trusted by its signature or its hash, and never by its way: plain HTTP will do. ``shutDown()`` has to be
/// called in the end.
package struct HTTPFetcher: RepositoryFetcher {
    /// How long a server is waited for.
    package struct Timeouts: Sendable {
        /// Until a connection is there.
        package var connect = Duration.seconds(8)
        /// Without a byte.
        package var stall = Duration.seconds(30)
        /// After which a reply has to have come at ``slowest`` or faster.
        package var patience = Duration.seconds(60)
        /// Bytes a second.
        package var slowest: Int64 = 1024

        package init() {}
    }

    private let timeouts: Timeouts
    private let proxies: ProxySettings
    private let direct: HTTPClient
    /// By whether what they carry is encrypted.
    private let proxied: [Bool: HTTPClient]

    package init(environment: [String: String], timeouts: Timeouts = Timeouts()) throws(UpdateError) {
        self.timeouts = timeouts
        proxies = ProxySettings(environment: environment)
        let configuration: HTTPClient.Configuration
        var ways: [Bool: HTTPClient.Configuration.Proxy] = [:]
        do {
            configuration = try .download(environment, connect: timeouts.connect, stall: timeouts.stall)
            for isEncrypted in [false, true] {
                ways[isEncrypted] = try proxies.proxy(isEncrypted: isEncrypted)?.configuration
            }
        } catch {
            throw UpdateError(.badAddress, "\(error)", underlying: error)
        }
        // From here on nothing throws: a client that is given up without being shut down traps.
        direct = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        proxied = ways.mapValues { way in
            var through = configuration
            through.proxy = way
            return HTTPClient(eventLoopGroupProvider: .singleton, configuration: through)
        }
    }

    package func shutDown() async {
        // Nothing is under way any more: there is nothing that could fail, and nobody to tell.
        for client in [direct] + proxied.values { _ = try? await client.shutdown() }
    }

    package func fetch(_ url: String, limit: Int64, _ receive: ([UInt8]) throws -> Void) async throws {
        try await fetch(url, from: 0, limit: limit, restart: {}, receive)
    }

    package func fetch(
        _ url: String, from offset: Int64, limit: Int64, restart: () throws -> Void, _ receive: ([UInt8]) throws -> Void
    ) async throws {
        let start = ContinuousClock.now
        let (response, host) = try await response(to: url, from: offset)
        // A server that does not know parts sends the whole; one that sends another part sends nothing that fits.
        let goesOn = response.status == .partialContent
        guard !goesOn || response.headers.first(name: "content-range")?.hasPrefix("bytes \(offset)-") == true else {
            throw UpdateError(.unreachable, "\(host) sends another part than was asked for; try again later")
        }
        if !goesOn { try restart() }
        var count = goesOn ? offset : 0
        do {
            for try await piece in response.body {
                count += Int64(piece.readableBytes)
                guard count <= limit else {
                    throw UpdateError(
                        .tooMuch, "\(host) sends more than the \(limit) bytes that may come; take another mirror")
                }
                let time = start.duration(to: .now)
                let come = count - (goesOn ? offset : 0)
                guard time <= timeouts.patience || Double(come) >= Double(timeouts.slowest) * (time / .seconds(1))
                else {
                    throw UpdateError(
                        .tooMuch, "\(host) sends less than \(timeouts.slowest) bytes a second; take another mirror")
                }
                try receive(Array(piece.readableBytesView))
            }
        } catch let error as UpdateError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw Self.fault(error, host, isConnected: true)
        }
    }

    /// The reply with status 200, or 206 to a part, wherever the address leads.
    private func response(
        to address: String, from offset: Int64
    ) async throws -> (HTTPClientResponse, host: String) {
        guard var address = WebAddress(address) else {
            throw UpdateError(
                .badAddress,
                "\(quoted(address)) is no address of a web server; give one that begins with https:// or http://")
        }
        for _ in 0..<5 {
            var request = HTTPClientRequest(url: address.text)
            request.headers.replaceOrAdd(name: "user-agent", value: "brim")
            // Compressed on the way, a file has another length.
            request.headers.replaceOrAdd(name: "accept-encoding", value: "identity")
            if offset > 0 { request.headers.replaceOrAdd(name: "range", value: "bytes=\(offset)-") }
            let client = try client(for: address)
            let response: HTTPClientResponse
            do {
                response = try await client.execute(request, deadline: .distantFuture)
            } catch {
                try Task.checkCancellation()
                throw Self.fault(error, address.shown, isConnected: false)
            }
            switch response.status.code {
            case 200: return (response, address.shown)
            case 206 where offset > 0: return (response, address.shown)
            case 301, 302, 303, 307, 308:
                guard let next = address.following(response.headers.first(name: "location") ?? "") else {
                    throw UpdateError(
                        .badAddress, "\(address.shown) points to where nothing may be asked; take another mirror")
                }
                address = next
            case 403, 404, 410:
                throw UpdateError(
                    .absent,
                    "\(address.shown) does not have \(quoted(address.path)) (\(response.status.code)); check the address"
                )
            default:
                throw UpdateError(
                    .unreachable, "\(address.shown) answered with status \(response.status.code); try again later")
            }
        }
        throw UpdateError(.badAddress, "\(address.shown) points in circles; take another mirror")
    }

    private func client(for address: WebAddress) throws(UpdateError) -> HTTPClient {
        do {
            let choice = try proxies.choice(host: address.host, port: address.port, isEncrypted: address.isEncrypted)
            return choice.proxy == nil ? direct : proxied[address.isEncrypted] ?? direct
        } catch {
            throw UpdateError(.badAddress, error.description, underlying: error)
        }
    }

    private static func fault(_ error: any Error, _ host: String, isConnected: Bool) -> UpdateError {
        let reason =
            switch error {
            case let error as HTTPClientError where error == .readTimeout: "sent nothing for too long"
            case let error as HTTPClientError where error == .connectTimeout: "does not answer"
            case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError: "cannot be trusted by its certificate"
            case is HTTPParserError: "does not speak HTTP there, or broke off"
            default: isConnected ? "broke off" : "cannot be reached (\(connectionReason(error)))"
            }
        return UpdateError(.unreachable, "\(host) \(reason); check the network and try again", underlying: error)
    }
}

extension WebAddress {
    /// The server, for messages.
    fileprivate var shown: String { quoted(server) }
}
