internal import FoundationEssentials
internal import HTTPSupport

/// Where hailo-ollama answers: plain HTTP on this device. Text that is drafted on the board does not leave.
package struct HatAddress: Sendable, Hashable, CustomStringConvertible {
    package static let standard = "http://127.0.0.1:8000"

    /// Without a slash at the end.
    let base: String
    let port: Int

    /// - Throws: ``HatError/Code/badAddress`` for what is no address, or one of another device.
    package init(_ text: String = HatAddress.standard) throws(HatError) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), let url = URLComponents(string: text),
            url.scheme?.lowercased() == "http", let host = url.host, url.user == nil, url.password == nil,
            url.query == nil, url.fragment == nil, ["", "/"].contains(url.path),
            (1...65_535).contains(url.port ?? 80)
        else {
            throw HatError(
                .badAddress, "the address of hailo-ollama is not of the form \(Self.standard); correct --hat-url")
        }
        guard isLoopback(host) else {
            throw HatError(
                .badAddress,
                "hailo-ollama is spoken to on this device alone, without encryption; give --hat-url \(Self.standard)")
        }
        port = url.port ?? 80
        // A name server has no say in where this device is.
        base = "http://\(host.lowercased() == "localhost" ? "127.0.0.1" : host):\(port)"
    }

    package var description: String { base }

    func url(_ path: String) -> String { base + path }
}
