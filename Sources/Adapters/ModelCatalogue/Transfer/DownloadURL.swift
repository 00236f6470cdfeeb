internal import Foundation
internal import HTTPSupport

/// An address that may be asked for a file: https anywhere, plain http on this device alone.
struct DownloadURL: Sendable, Hashable {
    /// What a credential is bound to: it goes to this server and to no other.
    struct Origin: Sendable, Hashable {
        var host: String
        var port: Int
        var isEncrypted: Bool
    }

    private let address: WebAddress

    /// Without name, password and fragment.
    var text: String { address.text }
    /// `NAME:PASSWORD` that stood in the address, decoded.
    var userInfo: String? { address.userInfo }
    /// For messages.
    var host: String { address.server }
    var isLoopback: Bool { HTTPSupport.isLoopback(address.host) }
    var origin: Origin { Origin(host: address.host, port: address.port, isEncrypted: address.isEncrypted) }

    /// `nil` where the text is no such address.
    init?(_ text: String) { self.init(WebAddress(text)) }

    private init?(_ address: WebAddress?) {
        guard let address, address.isEncrypted || HTTPSupport.isLoopback(address.host) else { return nil }
        self.address = address
    }

    /// Where a server points to from here; `nil` for what may not be asked. What came encrypted does not go on in the
    /// clear, not even to this device: no server decides what is asked here.
    func following(_ location: String) -> DownloadURL? { DownloadURL(address.following(location)) }

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
