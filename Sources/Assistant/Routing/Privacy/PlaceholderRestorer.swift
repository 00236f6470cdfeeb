/// Puts back what placeholders stand for, while a reply streams in pieces of any size.
///
/// A pure machine on bytes: whatever is no placeholder that was issued goes through unchanged, byte for byte; only what
/// may still become one is held back, 28 bytes at most, until it is decided. Placeholders are also known in the HTML and
/// Markdown spellings that models escape them with; `<email_1>` and `<EMAIL_9>`, where there is no ninth, pass as they
/// are.
package struct PlaceholderRestorer: Sendable {
    private let originals: [String: [UInt8]]
    private var pending: [UInt8] = []

    /// - Parameter originals: by the name between the brackets, `EMAIL_1`.
    init(originals: [String: [UInt8]]) {
        self.originals = originals
    }

    /// Takes the next bytes of the reply and gives back those that are certain.
    package mutating func restore(bytes: some Sequence<UInt8>) -> [UInt8] {
        guard !originals.isEmpty else { return Array(bytes) }
        var output: [UInt8] = []
        for byte in bytes {
            if pending.isEmpty, !Self.canOpen(byte) {
                output.append(byte)
            } else {
                pending.append(byte)
                settle(into: &output)
            }
        }
        return output
    }

    /// The same for text. What comes back is whole characters wherever what goes in is.
    package mutating func restore(_ text: String) -> String {
        String(decoding: restore(bytes: text.utf8), as: UTF8.self)
    }

    /// The reply has ended: gives back what was held.
    package mutating func finish() -> String {
        defer { pending = [] }
        return String(decoding: pending, as: UTF8.self)
    }

    /// Gives out of `pending` what is decided, until it is empty or begins with what may become a placeholder.
    private mutating func settle(into output: inout [UInt8]) {
        var start = 0
        while start < pending.count {
            guard Self.canOpen(pending[start]) else {
                output.append(pending[start])
                start += 1
                continue
            }
            switch Placeholder.read(pending, from: start) {
            case .partial:
                pending.removeFirst(start)
                return
            case .complete(let name, let end):
                output += originals[name] ?? Array(pending[start..<end])
                start = end
            case .none:
                output.append(pending[start])
                start += 1
            }
        }
        pending.removeAll(keepingCapacity: true)
    }

    private static func canOpen(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "<") || byte == UInt8(ascii: "&") || byte == UInt8(ascii: "\\")
    }
}
