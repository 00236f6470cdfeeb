internal import AssistantCore

/// Names from metadata as they may stand in an address or be the name of a file.
enum EncodedName {
    /// One component: everything but letters, digits, `-`, `.`, `_` and `~` of ASCII as `%` and two digits.
    static func component(_ name: String) -> String {
        encoded(name.utf8.map { $0 }, keeping: [])
    }

    /// The path of a target below an address: slashes stay, and so does what is encoded already.
    ///
    /// - Throws: ``UpdateError/Code/malformed`` for a path that would lead elsewhere.
    static func path(_ path: String) throws(UpdateError) -> String {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(where: { ["", ".", ".."].contains($0) || isDots($0) }) else {
            throw UpdateError(.malformed, "the target \(quoted(path)) has a path that leads elsewhere; name another")
        }
        return encoded(Array(path.utf8), keeping: Array("/!$&'()*+,;=:@".utf8))
    }

    /// Whether a component is a dot or two, written in another way.
    private static func isDots(_ part: Substring) -> Bool {
        [".", ".."].contains(part.lowercased().replacing("%2e", with: "."))
    }

    private static func encoded(_ bytes: [UInt8], keeping kept: [UInt8]) -> String {
        var text: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            let isEncoded =
                !kept.isEmpty && byte == UInt8(ascii: "%") && index + 2 < bytes.count
                && Hexadecimal.decode(
                    String(decoding: bytes[(index + 1)...(index + 2)], as: UTF8.self), allowsUpperCase: true) != nil
            if isPlain(byte) || kept.contains(byte) || isEncoded {
                text.append(byte)
            } else {
                text += "%\(Hexadecimal.encode([byte]).uppercased())".utf8
            }
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "-._~".utf8.contains(byte)
        }
    }
}
