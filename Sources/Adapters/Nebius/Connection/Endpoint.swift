package import AssistantCore
import FoundationEssentials
package import HTTPSupport

/// An address that requests may be sent to.
struct Endpoint: Sendable, Hashable {
    /// Without a slash at the end, and without `/chat/completions`.
    let base: String
    /// For messages.
    let host: String
    let port: Int
    /// Whether it is `https`.
    let isEncrypted: Bool

    /// Refuses what is no URL, and plain HTTP to anywhere but this device.
    init(_ text: String) throws(CloudFailure) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URLComponents(string: text),
            let scheme = url.scheme?.lowercased(), let host = url.host,
            !host.isEmpty, url.user == nil, url.password == nil, url.query == nil, url.fragment == nil,
            scheme == "https" || scheme == "http", Self.hasPossiblePort(url)
        else {
            throw CloudFailure(
                .badRequest, billing: .nothingSent,
                // The text is not repeated: somebody may have put a password into it.
                message: "The cloud address is not of the form https://host/v1, without user, query or fragment, "
                    + "with a port from 1 to 65535 where it names one. "
                    + "Correct it (--cloud-url, or the gateway in the configuration).")
        }
        guard scheme == "https" || isLoopback(host) else {
            throw CloudFailure(
                .refusedPlainHTTP, billing: .nothingSent,
                message: "Plain HTTP to \(ServerText.cleaned(host, limit: 80)) would send the key and the conversation "
                    + "readable over the network, so nothing was sent. Use https://, or http:// to this device alone.")
        }
        self.host = host
        self.port = url.port ?? (scheme == "https" ? 443 : 80)
        isEncrypted = scheme == "https"
        base = Self.base(of: text)
    }

    /// Without slashes at the end, and without what some guides have people paste along with the address.
    private static func base(of text: String) -> String {
        var base = Substring(text)
        func dropSlashes() { while base.last == "/" { base.removeLast() } }
        dropSlashes()
        for path in ["/chat/completions", "/models"] where base.hasSuffix(path) {
            base.removeLast(path.count)
            dropSlashes()
        }
        return String(base)
    }

    /// Whether the address is this device's.
    var isThisDevice: Bool { isLoopback(host) }
    /// Whether it is `localhost`, which may be either of ``loopbacks``.
    var isLocalhost: Bool { host.lowercased() == "localhost" }

    func url(_ path: String) -> String { "\(base)/\(path)" }

    /// The HTTP client traps on a port that TCP does not have.
    private static func hasPossiblePort(_ url: URLComponents) -> Bool {
        guard let port = url.port else { return url.rangeOfPort == nil }
        return (1...65_535).contains(port)
    }

    /// `localhost` is this device, whatever a name server says: the first of these that something listens at.
    static let loopbacks = ["127.0.0.1", "::1"]
}

extension ProxySettings {
    /// Returns how the cloud at `url` is reached. Throws ``CloudFailure`` for an address that is none and for a proxy that
    /// cannot be used.
    package func choice(for url: String) throws(CloudFailure) -> Choice { try choice(for: Endpoint(url)) }

    func choice(for endpoint: Endpoint) throws(CloudFailure) -> Choice {
        do {
            return try choice(host: endpoint.host, port: endpoint.port, isEncrypted: endpoint.isEncrypted)
        } catch {
            throw CloudFailure(.badRequest, billing: .nothingSent, message: error.description + ".")
        }
    }
}
