/// What the body of a reply is written in.
///
/// Its first bytes say so, whatever the `content-type`: gateways send event streams as `text/plain` or JSON, answer in
/// one piece where a stream was asked for, and proxies put their pages in between.
enum ReplyForm: Sendable, Hashable {
    /// A `text/event-stream`.
    case events
    /// One JSON text.
    case whole
    /// Neither: a page, or plain words.
    case words

    /// Bytes that are enough to tell, white space before them apart.
    private static let enough = 8

    /// - Parameters:
    ///   - head: what has come of the body.
    ///   - isEnd: whether that is all of it.
    ///   - type: the `content-type`; empty where there was none.
    /// - Returns: `nil` where more is needed to tell.
    init?(_ head: [UInt8], isEnd: Bool, type: String) {
        let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
        let marked = head.starts(with: byteOrderMark) ? head[3...] : head[...]
        let body = marked.drop { [0x20, 0x0A, 0x0D, 0x09].contains($0) }
        let isStream = type.isEmpty || type.hasPrefix("text/event-stream")
        guard let first = body.first else {
            guard isEnd || head.count > 4096 else { return nil }
            self = isStream ? .events : .words
            return
        }
        switch first {
        case UInt8(ascii: "{"), UInt8(ascii: "["): self = .whole
        case UInt8(ascii: "<"): self = .words
        case UInt8(ascii: ":"): self = .events
        default:
            guard !isStream else {
                self = .events  // Fields that nobody knows are allowed there.
                return
            }
            let fields = ["data:", "event:", "id:", "retry:"].map { Array($0.utf8) }
            if fields.contains(where: { body.starts(with: $0) }) {
                self = .events
            } else if !isEnd, body.count < Self.enough {
                return nil
            } else {
                self = .words
            }
        }
    }
}
