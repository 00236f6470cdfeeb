/// One event of a server-sent event stream.
enum SSEEvent: Sendable, Hashable {
    /// `data` lines, joined by newlines, and the `event` field (empty where the stream gave none). Bytes that are no
    /// UTF-8 have become U+FFFD.
    case message(type: String, data: String)
    /// The same, where the stream ended before a blank line closed the event: it may be cut off.
    case unclosed(type: String, data: String)
    /// A line or an event exceeded its limit. Nothing follows.
    case tooLong
}

/// Bytes of a `text/event-stream` → events: a machine without I/O.
///
/// It gives the same events however the bytes are split. Lines end with LF, CR or CRLF; a leading byte order mark,
/// comments and unknown fields are skipped; events without data are not reported.
/// Source: WHATWG HTML, "Server-sent events", 9.2.6.
struct SSEParser: Sendable {
    /// The most bytes that one line may have, and that the data of one event may have.
    let limit: Int
    private var line: [UInt8] = []
    private var data: [UInt8] = []
    private var hasData = false
    private var type = ""
    private var isFirstLine = true
    private var isAfterReturn = false
    private var isOver = false

    init(limit: Int) {
        self.limit = limit
    }

    /// Takes the next bytes and gives the events that they complete.
    mutating func handle(_ bytes: some Sequence<UInt8>) -> [SSEEvent] {
        var events: [SSEEvent] = []
        for byte in bytes where !isOver {
            let closesReturn = isAfterReturn && byte == UInt8(ascii: "\n")
            isAfterReturn = byte == UInt8(ascii: "\r")
            if closesReturn { continue }
            if isAfterReturn || byte == UInt8(ascii: "\n") {
                endLine(into: &events)
            } else if line.count == limit {
                overflow(into: &events)
            } else {
                line.append(byte)
            }
        }
        return events
    }

    /// Takes the end of the stream. The specification drops an event that no blank line has closed; here it is reported
    /// as such, since the blank line behind the last one is often missing.
    mutating func finish() -> [SSEEvent] {
        var events: [SSEEvent] = []
        guard !isOver else { return events }
        if !line.isEmpty { endLine(into: &events) }
        isOver = true
        guard events.isEmpty, hasData else { return events }
        return [.unclosed(type: type, data: String(decoding: data.dropLast(), as: UTF8.self))]
    }

    private mutating func endLine(into events: inout [SSEEvent]) {
        defer { line.removeAll(keepingCapacity: true) }
        if isFirstLine, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        isFirstLine = false
        guard let first = line.first else { return dispatch(into: &events) }
        guard first != UInt8(ascii: ":") else { return }
        let colon = line.firstIndex(of: UInt8(ascii: ":")) ?? line.endIndex
        var value = line[min(colon + 1, line.endIndex)...]
        if value.first == UInt8(ascii: " ") { value.removeFirst() }
        switch line[..<colon] {
        case let field where field.elementsEqual("data".utf8):
            guard data.count + value.count <= limit else { return overflow(into: &events) }
            data += value
            data.append(UInt8(ascii: "\n"))
            hasData = true
        case let field where field.elementsEqual("event".utf8):
            type = String(decoding: value, as: UTF8.self)
        default:
            break
        }
    }

    private mutating func dispatch(into events: inout [SSEEvent]) {
        if hasData {
            events.append(.message(type: type, data: String(decoding: data.dropLast(), as: UTF8.self)))
        }
        data.removeAll(keepingCapacity: true)
        hasData = false
        type = ""
    }

    private mutating func overflow(into events: inout [SSEEvent]) {
        events.append(.tooLong)
        isOver = true
        line = []
        data = []
    }
}
