internal import Foundation
internal import HTTPSupport

/// An address that may be asked for a file: https anywhere, plain http on this device alone.
struct DownloadURL: Sendable, Hashable {
    /// What a credential is bound to: it goes to this server and to no other.
    struct Origin: Sendable, Hashable {
        var scheme: String
        var host: String
        var port: Int
    }

    /// Without name, password and fragment.
    let text: String
    let origin: Origin
    /// `NAME:PASSWORD` that stood in the address, decoded.
    let userInfo: String?

    /// `nil` where the text is no such address.
    init?(_ text: String) {
        guard let url = URL(string: text, encodingInvalidCharacters: false) else { return nil }
        self.init(url)
    }

    private init?(_ url: URL) {
        guard var parts = URLComponents(url: url, resolvingAgainstBaseURL: true),
            let scheme = parts.scheme?.lowercased(), let host = parts.host?.lowercased(), !host.isEmpty
        else { return nil }
        guard scheme == "https" || scheme == "http" && HTTPSupport.isLoopback(host) else { return nil }
        let port = parts.port ?? (scheme == "https" ? 443 : 80)
        guard (1...65_535).contains(port) else { return nil }
        userInfo = parts.user.map { "\($0):\(parts.password ?? "")" }
        parts.user = nil
        parts.password = nil
        parts.fragment = nil
        guard let text = parts.string else { return nil }
        self.text = text
        origin = Origin(scheme: scheme, host: host, port: port)
    }

    /// For messages.
    var host: String { origin.port == 443 || origin.port == 80 ? origin.host : "\(origin.host):\(origin.port)" }

    var isLoopback: Bool { HTTPSupport.isLoopback(origin.host) }

    /// Where a server points to from here; `nil` for what may not be asked. What came encrypted does not go on in the
    /// clear, not even to this device: no server decides what is asked here.
    func following(_ location: String) -> DownloadURL? {
        guard let base = URL(string: text), let url = URL(string: location, relativeTo: base)?.absoluteURL,
            let next = DownloadURL(url)
        else { return nil }
        return origin.scheme == "https" && next.origin.scheme != "https" ? nil : next
    }

    /// This address with path components added, each encoded as far as it has to be.
    func appending(_ path: String) -> DownloadURL? {
        let encoded = path.split(separator: "/", omittingEmptySubsequences: false)
            .map { Self.encoded(String($0)) }.joined(separator: "/")
        return DownloadURL((text.hasSuffix("/") ? String(text.dropLast()) : text) + "/" + encoded)
    }

    static func encoded(_ component: String) -> String {
        component.addingPercentEncoding(withAllowedCharacters: unreserved) ?? component
    }

    private static let unreserved = CharacterSet(
        charactersIn: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~:")
}

/// What one server wants to see before it lets somebody in. Never shown.
struct Credential: Sendable, CustomStringConvertible, CustomReflectable {
    private let header: String
    private let origin: DownloadURL.Origin

    /// A token for the server of that address.
    init(token: String, for url: DownloadURL) {
        header = "Bearer " + token
        origin = url.origin
    }

    /// The name and password that stand in the address, for its server; `nil` where there are none.
    init?(of url: DownloadURL) {
        guard let userInfo = url.userInfo else { return nil }
        header = "Basic " + Data(userInfo.utf8).base64EncodedString()
        origin = url.origin
    }

    /// The value of `Authorization` for a request to `url`; `nil` for any other server than its own.
    func authorization(for url: DownloadURL) -> String? { url.origin == origin ? header : nil }

    var description: String { "‹credential›" }
    var customMirror: Mirror { Mirror(self, children: []) }
}
