/// Keys, tokens and passwords.
extension PIIScan {
    // MARK: Private keys

    /// A PEM block of a private key whose first hyphen is at `start`. One without an end reaches to the end of the text.
    mutating func findKeyBlock(at start: Int) {
        guard start >= endOfKeyBlock, text[start - 1] != UInt8(ascii: "-"), matches("-----begin ", at: start),
            isPrivateKeyLabel(from: start + 11)
        else { return }
        var end = start + 11
        while end < text.count, !(text[end] == UInt8(ascii: "-") && matches("-----end ", at: end)) { end += 1 }
        if end < text.count {
            end += 9
            while end < text.count, text[end] != UInt8(ascii: "-"), text[end] != UInt8(ascii: "\n") { end += 1 }
            while text[end] == UInt8(ascii: "-") { end += 1 }
        }
        endOfKeyBlock = end
        add(.privateKey, start..<end)
    }

    private func isPrivateKeyLabel(from start: Int) -> Bool {
        var position = start
        while position - start <= 40, text[position].isWord || text[position] == 0x20 {
            if matches("private key", at: position) { return true }
            position += 1
        }
        return false
    }

    // MARK: Keys and tokens by their form

    private struct KeyForm {
        var prefix: StaticString
        /// How many characters follow the prefix; more are taken along.
        var atLeast: Int
        var isExact = false
    }

    /// As their issuers document them.
    private static let keyForms = [
        KeyForm(prefix: "sk-", atLeast: 20), KeyForm(prefix: "sk_live_", atLeast: 16),
        KeyForm(prefix: "sk_test_", atLeast: 16), KeyForm(prefix: "rk_live_", atLeast: 16),
        KeyForm(prefix: "pk_live_", atLeast: 16), KeyForm(prefix: "ghp_", atLeast: 36),
        KeyForm(prefix: "gho_", atLeast: 36), KeyForm(prefix: "ghu_", atLeast: 36),
        KeyForm(prefix: "ghs_", atLeast: 36), KeyForm(prefix: "ghr_", atLeast: 36),
        KeyForm(prefix: "github_pat_", atLeast: 22), KeyForm(prefix: "glpat-", atLeast: 20),
        KeyForm(prefix: "AKIA", atLeast: 16, isExact: true), KeyForm(prefix: "ASIA", atLeast: 16, isExact: true),
        KeyForm(prefix: "AIza", atLeast: 35), KeyForm(prefix: "xoxb-", atLeast: 10),
        KeyForm(prefix: "xoxp-", atLeast: 10), KeyForm(prefix: "xoxa-", atLeast: 10),
        KeyForm(prefix: "xoxr-", atLeast: 10), KeyForm(prefix: "xoxs-", atLeast: 10),
        KeyForm(prefix: "hf_", atLeast: 30), KeyForm(prefix: "npm_", atLeast: 36),
        KeyForm(prefix: "pypi-", atLeast: 50), KeyForm(prefix: "dop_v1_", atLeast: 64),
    ]

    /// An API key by its prefix, or a JSON web token, at the beginning of a run of token characters.
    mutating func findAPIKey(at start: Int) {
        guard !text[start - 1].isToken else { return }
        if text[start] == UInt8(ascii: "e") { findJWT(at: start) }
        // The shortest key has sixteen characters.
        guard text[start + 15].isToken else { return }
        for form in Self.keyForms where hasPrefix(form.prefix, at: start) {
            let end = endOfToken(from: start)
            let length = end - start - form.prefix.utf8CodeUnitCount
            let isLong = form.isExact ? length == form.atLeast : length >= form.atLeast
            if isLong, isMixed(start + form.prefix.utf8CodeUnitCount..<end) { return add(.apiKey, start..<end) }
        }
    }

    /// `eyJ…` is base64url of `{"`: header, payload and signature, or the five parts of an encrypted token.
    private mutating func findJWT(at start: Int) {
        guard hasPrefix("eyJ", at: start) else { return }
        var end = endOfToken(from: start)
        guard end - start >= 10 else { return }
        var parts = 1
        while parts < 5, text[end] == UInt8(ascii: "."), text[end + 1].isToken {
            end = endOfToken(from: end + 1)
            parts += 1
        }
        if parts == 3 || parts == 5 { add(.jwt, start..<end) }
    }

    /// What follows the word `Bearer`: sixteen characters at least, with letters and digits.
    mutating func findBearerToken(at start: Int) {
        guard matches("bearer ", at: start) else { return }
        let first = text[start + 7] == 0x20 ? start + 8 : start + 7
        var end = first
        while text[end].isToken || Self.isTokenMark(text[end]) { end += 1 }
        while end > first, text[end - 1] == UInt8(ascii: ".") { end -= 1 }
        if end - first >= 16, isMixed(first..<end) { add(.apiKey, first..<end) }
    }

    private static func isTokenMark(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "."), UInt8(ascii: "~"), UInt8(ascii: "+"), UInt8(ascii: "/"), UInt8(ascii: "="): true
        default: false
        }
    }

    private func endOfToken(from start: Int) -> Int {
        var end = start
        while text[end].isToken { end += 1 }
        return end
    }

    /// Whether there are letters and digits among them: words in a row are no key.
    private func isMixed(_ range: Range<Int>) -> Bool {
        range.contains { text[$0].isDigit } && range.contains { text[$0].isAlpha }
    }

    /// With the case of the prefix, unlike ``matches(_:at:)``.
    private func hasPrefix(_ prefix: StaticString, at start: Int) -> Bool {
        prefix.withUTF8Buffer { bytes in
            for index in 0..<bytes.count where unsafe text[start + index] != bytes[index] { return false }
            return true
        }
    }

    // MARK: Assigned secrets

    /// `password=…`, `DB_PASSWORD: …`, `"api_key": "…"`, `my password is …`: six characters at least, a digit among them.
    mutating func findAssignedSecret(at start: Int) {
        guard isIdentifierStart(start) else { return }
        var end = start
        while text[end].isToken || text[end].isLetter, end - start <= 64 { end += 1 }
        guard let valueStart = startOfValue(after: end), isSecretName(start..<end) else { return }
        let isQuery = text[start - 1] == UInt8(ascii: "?") || text[start - 1] == UInt8(ascii: "&")
        var valueEnd = valueStart
        while valueEnd - valueStart < 256, !Self.endsValue(text[valueEnd], isQuery: isQuery) { valueEnd += 1 }
        while valueEnd > valueStart, text[valueEnd - 1] == UInt8(ascii: ".") { valueEnd -= 1 }
        let value = valueStart..<valueEnd
        if value.count >= 6, value.contains(where: { text[$0].isDigit }) { add(.secret, value) }
    }

    /// Not within a longer identifier; the two hyphens of an option may stand in front.
    private func isIdentifierStart(_ start: Int) -> Bool {
        guard text[start - 1] == UInt8(ascii: "-") else { return !text[start - 1].isToken }
        return text[start - 2] == UInt8(ascii: "-") ? !text[start - 3].isToken : !text[start - 2].isToken
    }

    private func startOfValue(after end: Int) -> Int? {
        var position = end
        if Self.isQuote(text[position]) { position += 1 }
        while text[position] == 0x20, position - end < 4 { position += 1 }
        if text[position] == UInt8(ascii: ":") || text[position] == UInt8(ascii: "=") {
            position += 1
        } else if matches("is ", at: position), position > end {
            position += 2
        } else {
            return nil
        }
        while text[position] == 0x20, position - end < 8 { position += 1 }
        return Self.isQuote(text[position]) ? position + 1 : position
    }

    private func isSecretName(_ name: Range<Int>) -> Bool {
        Self.secretNames.contains { word in
            let start = name.upperBound - word.utf8CodeUnitCount
            return start >= name.lowerBound && matches(word, at: start)
        }
    }

    private static let secretNames: [StaticString] = [
        "password", "passwd", "pwd", "passphrase", "passwort", "kennwort", "secret", "token", "api_key", "apikey",
        "api-key", "access_key", "secret_key", "private_key",
    ]

    private static func isQuote(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'") || byte == UInt8(ascii: "`")
    }

    private static func endsValue(_ byte: UInt8, isQuery: Bool) -> Bool {
        switch byte {
        case ...0x20, UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: "<"), UInt8(ascii: ">"): true
        case UInt8(ascii: "&"): isQuery
        default: isQuote(byte)
        }
    }
}
