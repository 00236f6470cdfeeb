/// A key or a token. Nothing prints it: not `print`, `dump`, `debugPrint`, string interpolation, a mirror or a crash
/// report of a value that holds it.
package struct Secret: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    private let value: String

    /// `nil` where the text is empty, longer than 16 KiB, or has characters that cannot stand in an HTTP header. White
    /// space around it is dropped.
    package init?(_ text: String) {
        let trimmed = text.drop(while: \.isWhitespace)
        let end = trimmed.lastIndex { !$0.isWhitespace }
        guard let end, case let value = String(trimmed[...end]), value.utf8.count <= 16_384,
            value.utf8.allSatisfy({ (0x21...0x7E).contains($0) })
        else { return nil }
        self.value = value
    }

    package var description: String { "‹secret›" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }

    /// The value of an `Authorization` header.
    var bearer: String { "Bearer \(value)" }

    /// `text` with every appearance of the secret replaced. A server may quote a key that it refuses.
    func removed(from text: String) -> String {
        let needle = Array(value.utf8)
        guard needle.count >= Self.shortestHidden else { return text }
        var rest = Array(text.utf8)[...]
        var clean: [UInt8] = []
        while let next = rest.first {
            if rest.starts(with: needle) {
                clean += description.utf8
                rest = rest.dropFirst(needle.count)
            } else {
                clean.append(next)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: clean, as: UTF8.self)
    }

    /// Shorter "keys" such as `none` or `x`, which local servers take, would make holes in ordinary words.
    private static let shortestHidden = 8
}
