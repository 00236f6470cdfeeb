import AssistantCore
import AsyncHTTPClient
import HTTPSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Reads the errors of the layers below.
enum ConnectionFault {
    static func read(_ error: any Error, isSent: Bool) -> Attempt.Fault {
        if let detail = tlsDetail(error) { return Attempt.Fault(kind: .tls, detail: detail) }
        if let error = error as? HTTPClientError, let fault = read(error) { return fault }
        if let error = error as? HTTPParserError, error != .invalidEOFState {
            return Attempt.Fault(kind: .invalidReply, detail: "it is no HTTP")
        }
        if isSent { return Attempt.Fault(kind: .brokenStream, detail: "") }
        return Attempt.Fault(kind: .unreachable, detail: connectionReason(error))
    }

    /// What went wrong before there was a connection; `nil` for the rest.
    private static func read(_ error: HTTPClientError) -> Attempt.Fault? {
        switch error {
        case .connectTimeout, .tlsHandshakeTimeout, .httpProxyHandshakeTimeout, .socksHandshakeTimeout:
            Attempt.Fault(kind: .timeout(.connect), detail: "")
        case .proxyAuthenticationRequired:
            Attempt.Fault(kind: .unreachable, detail: "the proxy wants a name and a password")
        case .invalidProxyResponse:
            Attempt.Fault(kind: .unreachable, detail: "the proxy does not make the connection")
        default: nil
        }
    }

    /// Whether the server would not take this device's certificate. With TLS 1.3 that shows only after the request
    /// has begun to leave, though the server has read nothing of it.
    static func isRefusedCertificate(_ error: any Error) -> Bool {
        guard error is NIOSSLError || error is BoringSSLError else { return false }
        let text = "\(error)"
        return clientAlerts.contains { text.contains($0) }
    }

    private static let clientAlerts = [
        "ALERT_CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA", "ALERT_CERTIFICATE_EXPIRED",
        "ALERT_CERTIFICATE_UNKNOWN", "ALERT_UNSUPPORTED_CERTIFICATE", "ALERT_CERTIFICATE_REVOKED",
        "ALERT_ACCESS_DENIED", "ALERT_HANDSHAKE_FAILURE",
    ]

    /// `nil` where the error is not one of trust. A TLS connection that merely breaks is a broken connection.
    private static func tlsDetail(_ error: any Error) -> String? {
        if let error = error as? NIOSSLExtraError {
            return error == .failedToValidateHostname ? "its certificate is for another name" : "\(error)"
        }
        guard error is NIOSSLError || error is BoringSSLError else { return nil }
        let text = "\(error)"
        if isRefusedCertificate(error) { return "it refused this device's certificate, or wants one" }
        if text.contains("CERTIFICATE_VERIFY_FAILED") {
            return "its certificate is expired, or signed by an authority that this device does not trust"
        }
        if text.contains("WRONG_VERSION_NUMBER") { return "it does not speak TLS there" }
        if text.contains("PROTOCOL_VERSION") || text.contains("UNSUPPORTED_PROTOCOL") { return "its TLS is too old" }
        guard case NIOSSLError.handshakeFailed(let cause) = error else { return nil }
        return cause == .zeroReturn || "\(cause)".contains("eofDuringHandshake") ? nil : "the TLS handshake failed"
    }
}
