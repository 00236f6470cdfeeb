import AssistantCore
import FoundationEssentials

/// An address that requests may be sent to.
struct Endpoint: Sendable, Hashable {
    /// Without a slash at the end.
    let base: String
    /// For messages.
    let host: String

    /// Refuses what is no URL, and plain HTTP to anywhere but this device.
    init(_ text: String) throws(CloudFailure) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URLComponents(string: text),
            let scheme = url.scheme?.lowercased(), let host = url.host,
            !host.isEmpty, url.user == nil, url.password == nil, url.query == nil, url.fragment == nil,
            scheme == "https" || scheme == "http"
        else {
            throw CloudFailure(
                .badRequest, billing: .nothingSent,
                // The text is not repeated: somebody may have put a password into it.
                message: "The cloud address is not of the form https://host/v1, without user, query or fragment. "
                    + "Correct it (--cloud-url, or the gateway in the configuration).")
        }
        guard scheme == "https" || Self.isLoopback(host) else {
            throw CloudFailure(
                .refusedPlainHTTP, billing: .nothingSent,
                message: "Plain HTTP to \(ServerText.cleaned(host, limit: 80)) would send the key and the conversation "
                    + "readable over the network, so nothing was sent. Use https://, or http:// to this device alone.")
        }
        self.host = host
        base = String(text.reversed().drop { $0 == "/" }.reversed())
    }

    func url(_ path: String) -> String { "\(base)/\(path)" }

    /// Names are not looked up: the client resolves `localhost` itself, to 127.0.0.1 (see ``nameOverrides``).
    private static func isLoopback(_ host: String) -> Bool {
        if host.lowercased() == "localhost" || host == "::1" || host == "[::1]" { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        let isPlain = parts.allSatisfy { part in
            (1...3).contains(part.count) && part.allSatisfy { $0.isASCII && $0.isNumber } && UInt8(part) != nil
                && (part == "0" || part.first != "0")
        }
        return parts.count == 4 && isPlain && parts[0] == "127"
    }

    /// `localhost` is this device, whatever a name server says.
    static let nameOverrides = ["localhost": "127.0.0.1"]
}
