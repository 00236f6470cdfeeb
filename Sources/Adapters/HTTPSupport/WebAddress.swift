internal import Foundation

/// The address of something on a web server: `http` or `https`, a server, and a port that may be asked.
package struct WebAddress: Sendable, Hashable {
    /// Without name, password and fragment.
    package let text: String
    /// In lower case.
    package let host: String
    package let port: Int
    package let isEncrypted: Bool
    /// As it is encoded in the address.
    package let path: String
    /// `NAME:PASSWORD` that stood in the address, decoded. Never for messages.
    package let userInfo: String?

    /// `nil` where the text is no such address.
    package init?(_ text: String) {
        guard let url = URL(string: text, encodingInvalidCharacters: false) else { return nil }
        self.init(url)
    }

    private init?(_ url: URL) {
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: true),
            let scheme = parts.scheme?.lowercased(), ["http", "https"].contains(scheme),
            let host = parts.host?.lowercased(), !host.isEmpty
        else { return nil }
        let port = parts.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        userInfo = parts.user.map { "\($0):\(parts.password ?? "")" }
        parts.user = nil
        parts.password = nil
        parts.fragment = nil
        guard let text = parts.string else { return nil }
        self.text = text
        self.host = host
        self.port = port
        path = parts.percentEncodedPath
        isEncrypted = scheme == "https"
    }

    /// The server, for messages.
    package var server: String { [80, 443].contains(port) ? host : "\(host):\(port)" }

    /// Where a server points to from here; `nil` for what may not be asked. What came encrypted does not go on in the
    /// clear.
    package func following(_ location: String) -> WebAddress? {
        guard !location.isEmpty, let base = URL(string: text),
            let url = URL(string: location, relativeTo: base)?.absoluteURL, let next = WebAddress(url)
        else { return nil }
        return isEncrypted && !next.isEncrypted ? nil : next
    }
}
