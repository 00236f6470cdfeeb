internal import AssistantCore

/// What may stand in an address.
enum AddressText {
    /// A name of an owner, repository, directory or file: nothing that leads elsewhere or has to be guessed.
    static func isName(_ text: String) -> Bool {
        guard (1...200).contains(text.utf8.count), text != ".", text != "..", !text.hasPrefix("-") else { return false }
        return text.utf8.allSatisfy { isAlphanumeric($0) || "-._+ ()".utf8.contains($0) }
    }

    static func isRevision(_ text: String) -> Bool {
        text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isName(String($0)) }
    }

    static func isReference(_ text: String) -> Bool {
        if text.hasPrefix("sha256:") { return isSHA256(String(text.dropFirst(7))) }
        return isName(text) && text.utf8.count <= 128
    }

    /// A host name or address in the forms that need no brackets, with a port or without.
    static func isHost(_ text: String) -> Bool {
        let pieces = text.split(separator: ":", omittingEmptySubsequences: false)
        guard let name = pieces.first, (1...2).contains(pieces.count), !name.isEmpty, name.utf8.count <= 253 else {
            return false
        }
        if pieces.count == 2 { guard let port = UInt16(pieces[1]), port > 0 else { return false } }
        return name.utf8.allSatisfy { isAlphanumeric($0) || "-.".utf8.contains($0) }
    }

    /// 64 hexadecimal digits in lower case.
    static func isSHA256(_ text: String) -> Bool { text.utf8.count == 64 && isHexadecimal(text) }

    /// A commit of git.
    static func isCommit(_ text: String) -> Bool { text.utf8.count == 40 && isHexadecimal(text) }

    /// For messages: cleaned, and of a length that fits a line.
    static func quoted(_ text: String) -> String {
        let cleaned = TerminalText.sanitised(withoutCredentials(text))
        return cleaned.count <= 120 ? cleaned : cleaned.prefix(119) + "…"
    }

    /// Without what stands before an `@` in the host of an address, which is a name and a password.
    private static func withoutCredentials(_ text: String) -> String {
        guard let scheme = text.firstRange(of: "://") else { return text }
        let rest = text[scheme.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        guard let at = authority.lastIndex(of: "@") else { return text }
        return text[..<scheme.upperBound] + "…" + rest[at...]
    }

    private static func isHexadecimal(_ text: String) -> Bool {
        text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5a).contains(byte) || (0x61...0x7a).contains(byte)
    }
}
