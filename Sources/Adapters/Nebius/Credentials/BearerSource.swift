import AssistantCore
import FoundationEssentials
import NIOHTTP1
import Synchronization

/// Gives the token that a request carries; renews those that do not last.
actor BearerSource {
    private struct Token {
        var secret: Secret
        /// From here on a new one is fetched, while the old one still works.
        var renewAt: Duration
        var expiresAt: Duration
    }

    private let source: CredentialSource
    private let transport: HTTPTransport
    private let userAgent: String
    private var token: Token?
    private var renewal: Renewal?

    /// A token being fetched, for as long as somebody waits for it.
    private final class Renewal: Sendable {
        let task: Task<Token, any Error>
        private let waiting = Mutex(0)

        init(_ fetch: @escaping @Sendable () async throws -> Token) { task = Task(operation: fetch) }

        /// Waits for the token. A cancelled wait ends at once where nobody else waits.
        func result() async -> Result<Token, any Error> {
            waiting.withLock { $0 += 1 }
            return await withTaskCancellationHandler {
                await task.result
            } onCancel: {
                let isLast = waiting.withLock { waiting in
                    waiting -= 1
                    return waiting == 0
                }
                if isLast { task.cancel() }
            }
        }
    }

    init(_ source: CredentialSource, transport: HTTPTransport, userAgent: String) {
        self.source = source
        self.transport = transport
        self.userAgent = userAgent
    }

    /// The token to send; `nil` where none is wanted. Throws ``CloudFailure`` with nothing sent.
    func bearer() async throws(CloudFailure) -> Secret? {
        switch source {
        case .value(let secret): return secret
        case .file(let path): return try Self.key(path, .ownerOnly)
        case .systemd(let path): return try Self.key(path, .systemd)
        case .gateway(let url): return try await shortLived(url)
        case .none: return nil
        case .missing(let why): throw CloudFailure(.noCredential, billing: .nothingSent, message: why)
        }
    }

    /// Told that the server refused `secret`: a token that was given out for a while is not used again.
    func refused(_ secret: Secret) {
        if token?.secret.bearer == secret.bearer { token = nil }
    }

    private static func key(_ path: String, _ privacy: CredentialFile.Privacy) throws(CloudFailure) -> Secret {
        let text = String(decoding: try CredentialFile.read(path, privacy), as: UTF8.self)
        guard let secret = Secret(text) else {
            throw CloudFailure(
                .noCredential, billing: .nothingSent,
                message: "The key file \(ServerText.cleaned(path, limit: 120)) holds no key: it should hold one line "
                    + "without spaces. Write the key into it.")
        }
        return secret
    }

    /// However many requests wait for a token, one fetches it.
    private func shortLived(_ url: String) async throws(CloudFailure) -> Secret {
        let now = transport.time.now()
        if let token, now < token.renewAt { return token.secret }
        let renewal = renewal ?? Renewal { [transport, userAgent] in try await Self.fetch(url, transport, userAgent) }
        self.renewal = renewal
        let result = await renewal.result()
        if self.renewal === renewal { self.renewal = nil }
        switch result {
        case .success(let fresh):
            token = fresh
            return fresh.secret
        case .failure(let error):
            if let token, transport.time.now() < token.expiresAt { return token.secret }
            throw error as? CloudFailure ?? CloudFailure(.cancelled, billing: .nothingSent, message: "\(error)")
        }
    }

    private static func fetch(_ url: String, _ transport: HTTPTransport, _ userAgent: String) async throws -> Token {
        let gateway = try Endpoint(url)
        let started = transport.time.now()
        let outgoing = HTTPTransport.Outgoing(
            method: .POST, url: gateway.base, host: gateway.host,
            headers: [
                "content-type": "application/x-www-form-urlencoded", "accept": "application/json",
                "accept-encoding": "identity", "user-agent": userAgent,
            ],
            body: Array("grant_type=client_credentials".utf8), limit: transport.timeouts.connect * 2)
        do {
            let reply = try JSONValue(parsing: try await transport.collect(outgoing, maxBytes: 65_536))
            guard let secret = reply["access_token"]?.string.flatMap(Secret.init),
                let seconds = reply["expires_in"]?.digits.flatMap(Double.init), seconds > 0, seconds < 1e9
            else { throw Attempt.Fault(kind: .invalidReply, detail: "") }
            // A fifth of the time, or a minute where that is less, is kept in hand.
            return Token(
                secret: secret, renewAt: started + .seconds(seconds - min(60, seconds / 5)),
                expiresAt: started + .seconds(seconds - min(5, seconds / 10)))
        } catch var failure as CloudFailure {
            failure.billing = .nothingSent
            throw failure
        } catch {
            throw CloudFailure(
                .invalidReply, billing: .nothingSent,
                message: "The gateway \(gateway.host) gave no token that can be used. Check the token address.")
        }
    }
}
