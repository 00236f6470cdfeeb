internal import AsyncHTTPClient
internal import Glibc
internal import HTTPSupport
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Why a request brought nothing, as far as it matters for what to do next.
struct TransferFault: Error, Sendable {
    enum Kind: Sendable, Hashable {
        /// No connection was made.
        case unreachable(String)
        /// There is no trust between here and the server.
        case tls(String)
        /// The connection broke before all was there.
        case broken
        /// The server had nothing to say for too long.
        case stalled
        /// Another status than was hoped for.
        case status(Int)
        /// It points to where nothing may be asked, or in circles.
        case redirect
        /// It answers, but not with what was asked for: the words say what is wrong.
        case unusable(String)
        /// What was here already does not fit what the server has: start over.
        case restart
    }

    var kind: Kind
    /// Name of the server that is meant.
    var host: String
    /// How long the server wants to be left alone.
    var retryAfter: Duration?

    init(_ kind: Kind, host: String, retryAfter: Duration? = nil) {
        self.kind = kind
        self.host = host
        self.retryAfter = retryAfter
    }

    /// Whether another try may bring it.
    var isTransient: Bool {
        switch kind {
        case .unreachable, .broken, .stalled, .restart: true
        case .status(let status): status == 408 || status == 429 || (500...599).contains(status)
        case .tls, .redirect, .unusable: false
        }
    }

    /// Whether nothing was said at all: another carrier is the next thing to try, at once.
    var isSilence: Bool {
        switch kind {
        case .unreachable, .tls: true
        default: false
        }
    }

    /// What happened, as the first half of a sentence.
    var sentence: String {
        switch kind {
        case .unreachable(let reason): "\(host) cannot be reached (\(reason))"
        case .tls(let reason): "\(host) cannot be trusted (\(reason))"
        case .broken: "the connection to \(host) broke"
        case .stalled: "\(host) sent nothing for too long"
        case .status(401): "\(host) wants to know who asks (401)"
        case .status(403): "\(host) does not let this one in (403)"
        case .status(404), .status(410): "\(host) does not have it (404)"
        case .status(416): "\(host) has less of the file than was here already (416)"
        case .status(429): "\(host) was asked too often (429)"
        case .status(let status) where (500...599).contains(status): "\(host) is in trouble (\(status))"
        case .status(let status): "\(host) answered with status \(status)"
        case .redirect: "\(host) points to an address that may not be asked"
        case .unusable(let reason): "\(host) \(reason)"
        case .restart: "\(host) has another file now than the one that was begun"
        }
    }

    /// What to do about it.
    var nextStep: String {
        switch kind {
        case .unreachable, .broken, .stalled: "check the network and try again"
        case .tls: "check the clock of this device, and SSL_CERT_FILE where a proxy signs for others"
        case .status(401): "set HF_TOKEN where the model has to be asked for"
        case .status(403): "accept the model's terms on its page, or use a token that may read it"
        case .status(404), .status(410): "check the name, the file and the revision"
        case .status(429): "wait a while and try again; a token raises the limit"
        case .status(408), .status(416), .restart: "try again"
        case .status(let status) where (500...599).contains(status): "try again later"
        case .status, .redirect, .unusable: "take the model from another source"
        }
    }

    /// As an error for people.
    var error: CatalogueError {
        let code: CatalogueError.Code =
            switch kind {
            case .unreachable, .tls: .unreachable
            case .status(401), .status(403): .refused
            case .status(404), .status(410): .notThere
            default: .downloadFailed
            }
        return CatalogueError(code, "\(sentence); \(nextStep)")
    }
}

extension TransferFault {
    /// Reads the errors of the layers below.
    static func read(_ error: any Error, host: String, isConnected: Bool) -> TransferFault {
        if let fault = error as? TransferFault { return fault }
        if let reason = trustReason(error) { return TransferFault(.tls(reason), host: host) }
        if let error = error as? HTTPClientError {
            switch error {
            case .readTimeout: return TransferFault(.stalled, host: host)
            case .connectTimeout, .tlsHandshakeTimeout, .socksHandshakeTimeout, .httpProxyHandshakeTimeout:
                return TransferFault(.unreachable("it does not answer"), host: host)
            case .proxyAuthenticationRequired:
                return TransferFault(.unreachable("the proxy wants a name and a password"), host: host)
            case .invalidProxyResponse:
                return TransferFault(.unreachable("the proxy does not let it through"), host: host)
            default: break
            }
        }
        if let error = error as? HTTPParserError, error != .invalidEOFState {
            return TransferFault(.unusable("does not speak HTTP there"), host: host)
        }
        if isConnected { return TransferFault(.broken, host: host) }
        return TransferFault(.unreachable(connectionReason(error)), host: host)
    }

    private static func trustReason(_ error: any Error) -> String? {
        if let error = error as? NIOSSLExtraError {
            return error == .failedToValidateHostname ? "its certificate is for another name" : "\(error)"
        }
        guard error is NIOSSLError || error is BoringSSLError else { return nil }
        let text = "\(error)"
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is expired, or signed by an authority that this device does not trust"
        }
        if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS there" }
        if case NIOSSLError.handshakeFailed(let cause) = error,
            cause != .zeroReturn, !"\(cause)".contains("eofDuringHandshake")
        {
            return "the TLS handshake failed"
        }
        return nil
    }
}
