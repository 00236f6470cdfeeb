/// A request that reached the double.
public struct SeenRequest: Sendable {
    public var method: String
    public var uri: String
    /// By their names in lower case; the first of each.
    public var headers: [String: String]
    public var body: [UInt8]

    /// The body as text.
    public var text: String { String(decoding: body, as: UTF8.self) }
    /// The address without what follows `?`.
    public var path: String { String(uri.prefix { $0 != "?" }) }
}

/// What the double has seen so far.
public struct Seen: Sendable {
    /// TCP connections that were accepted.
    public var connections = 0
    /// Connections (HTTP/2: streams) that have ended.
    public var closed = 0
    /// Bytes that arrived, those of the TLS handshake included.
    public var bytes = 0
    /// Requests that were complete.
    public var requests: [SeenRequest] = []
    /// Requests whose script has come to its end or to `hang`.
    public var played = 0
}
