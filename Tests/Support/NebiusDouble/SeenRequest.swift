/// A request that reached the double.
package struct SeenRequest: Sendable {
    package var method: String
    package var uri: String
    /// By their names in lower case; the first of each.
    package var headers: [String: String]
    package var body: [UInt8]

    /// The body as text.
    package var text: String { String(decoding: body, as: UTF8.self) }
    /// The address without what follows `?`.
    package var path: String { String(uri.prefix { $0 != "?" }) }
}

/// What the double has seen so far.
package struct Seen: Sendable {
    /// TCP connections that were accepted.
    package var connections = 0
    /// Connections (HTTP/2: streams) that have ended.
    package var closed = 0
    /// Bytes that arrived, those of the TLS handshake included.
    package var bytes = 0
    /// Bytes of bodies that arrived, whether or not the request became complete.
    package var bodyBytes = 0
    /// Requests that were complete.
    package var requests: [SeenRequest] = []
    /// Requests whose script has come to its end or to `hang`.
    package var played = 0

    /// Nothing.
    package init() {}
}
