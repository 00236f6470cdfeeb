/// Secrets that are assigned to a word for one, or said to be one: `password=…`, `DB_PASSWORD: …`, `"api_key": "…"`, “my
/// password is …”, “mot de passe : …”.
extension PIIScan {
    /// How a name and its value are joined; the weaker, the more the value has to look like a secret.
    private enum Joint {
        /// By `:`, `=`, `=>`, `->`, or as an element of XML.
        case assigned
        /// By “is”, with so many words between the name and it.
        case said(words: Int)
        /// By a space alone.
        case adjacent
    }

    // MARK: Names

    mutating func findSecret(at start: Int) {
        guard isIdentifierStart(start) else { return }
        if let (end, name) = SecretName.phrases.match(in: text, at: start), !goesOn(end) {
            return findValue(of: name, from: start, after: end)
        }
        var end = start
        var hasForeign = false
        while text[end].isToken || text[end].isLetter, end - start <= 64 {
            hasForeign = hasForeign || text[end].isForeignLetter
            end += 1
        }
        if hasForeign { return findForeignSecret(at: start) }
        let option = text[start - 1] == UInt8(ascii: "-")
        guard end - start >= 5, isAssigned(after: end) || option,
            let name = SecretName.named(SecretName.parts(of: text.bytes[start..<end]))
        else { return }
        findValue(of: name, from: start, after: end)
    }

    /// The same for a word with letters that have no twin in ASCII.
    mutating func findForeignSecret(at start: Int) {
        guard isIdentifierStart(start) else { return }
        var end = start
        while text[end].isLetter || text[end] == UInt8(ascii: "-"), end - start <= 24 { end += 1 }
        guard end - start >= 3, let name = SecretName.foreign[text.lowercased(start..<end)] else { return }
        findValue(of: name, from: start, after: end)
    }

    /// Not within a longer identifier; the two hyphens of an option may stand in front.
    private func isIdentifierStart(_ start: Int) -> Bool {
        guard text[start - 1] == UInt8(ascii: "-") else { return !text[start - 1].isToken }
        return text[start - 2] == UInt8(ascii: "-") ? !text[start - 3].isToken : !text[start - 2].isToken
    }

    /// Whether an identifier goes on at `end`: `password_file`, `token-count`.
    private func goesOn(_ end: Int) -> Bool {
        text[end] == UInt8(ascii: "_")
            || (text[end] == UInt8(ascii: "-") && text[end + 1].isToken && text[end + 1] != 0x2D)
    }

    private func isAssigned(after end: Int) -> Bool {
        var position = end
        while position - end < 4,
            text[position].isBlank || text[position].isQuote || text[position] == UInt8(ascii: "]")
        {
            position += 1
        }
        return text[position] == UInt8(ascii: ":") || text[position] == UInt8(ascii: "=")
            || text[position] == UInt8(ascii: ">") || text.isArrow(position)
    }

    // MARK: From the name to the value

    private mutating func findValue(of name: SecretName, from start: Int, after end: Int) {
        guard let (joint, position) = joint(from: start, after: end) else { return }
        let isElement = text[start - 1] == UInt8(ascii: "<") && text[end] == UInt8(ascii: ">")
        let isQuery = text[start - 1] == UInt8(ascii: "?") || text[start - 1] == UInt8(ascii: "&")
        let quote = text[position]
        if quote.isQuote, let close = closingQuote(quote, from: position + 1) {
            let value = position + 1..<close
            if isQuotedSecret(value, name, joint) { add(.secret, value) }
            return
        }
        let first = quote.isQuote ? position + 1 : position
        let value = first..<endOfValue(from: first, isQuery: isQuery, isElement: isElement)
        guard !value.isEmpty else { return }
        if case .password = name, let phrase = passphrase(from: value, joint) { return add(.secret, phrase) }
        if isSecret(value, name, joint) { add(.secret, value) }
    }

    private func joint(from start: Int, after end: Int) -> (Joint, value: Int)? {
        var position = end
        if text[position].isQuote || text[position] == UInt8(ascii: "]") || text[position] == UInt8(ascii: ")") {
            position += 1
        }
        if text[start - 1] == UInt8(ascii: "<"), text[position] == UInt8(ascii: ">") {
            return (.assigned, position + 1)
        }
        while text[position].isBlank, position - end < 4 { position += 1 }
        if let value = endOfAssignment(from: position) { return (.assigned, value) }
        guard position > end, text[position - 1].isBlank else { return nil }
        if let (words, value) = endOfCopula(from: position) { return (.said(words: words), value) }
        if text[position] == UInt8(ascii: "-"), text[position + 1].isBlank { return (.adjacent, position + 2) }
        return (.adjacent, position)
    }

    /// Behind `:`, `=`, `:=`, `=>`, `->` and white space; of an authorization also behind the scheme.
    private func endOfAssignment(from start: Int) -> Int? {
        var position = start
        if text.isArrow(position) { position += 2 }
        while position - start < 3,
            text[position] == UInt8(ascii: ":") || text[position] == UInt8(ascii: "=")
                || (text[position] == UInt8(ascii: ">") && position > start)
        { position += 1 }
        guard position > start else { return nil }
        while text[position].isBlank, position - start < 8 { position += 1 }
        for scheme in ["bearer ", "basic ", "token ", "apikey ", "is "] as [StaticString]
        where matches(scheme, at: position) {
            position += scheme.utf8CodeUnitCount
        }
        return position
    }

    /// Behind “is”, “lautet”, “est” and the like, with five words at most in front of it.
    private func endOfCopula(from start: Int) -> (words: Int, value: Int)? {
        var position = start
        for words in 0...5 {
            let wordStart = position
            while text[position].isLetter || text[position] == UInt8(ascii: "'"), position - wordStart < 24 {
                position += 1
            }
            guard position > wordStart, text[position].isBlank || text[position] == UInt8(ascii: ":") else {
                return nil
            }
            if position - wordStart <= 7 {
                let word = String(decoding: text.bytes[wordStart..<position].map(\.lowered), as: UTF8.self)
                let isWeak = SecretName.weakCopulas.contains(word)
                if isWeak || SecretName.copulas.contains(word) {
                    while text[position].isBlank || text[position] == UInt8(ascii: ":"), position - wordStart < 12 {
                        position += 1
                    }
                    return (isWeak ? max(words, 1) : words, position)
                }
            }
            guard text[position] == 0x20 else { return nil }
            position += 1
        }
        return nil
    }

    // MARK: Values

    private func closingQuote(_ quote: UInt8, from start: Int) -> Int? {
        var position = start
        while position - start < 256, position < text.count, text[position] != 0x0C {
            if text[position] == quote, !text[position + 1].isWord, text[position - 1] != UInt8(ascii: "\\") {
                return position
            }
            position += 1
        }
        return nil
    }

    private func endOfValue(from start: Int, isQuery: Bool, isElement: Bool) -> Int {
        var end = start
        reading: while end - start < 512 {
            switch text[end] {
            case ...0x20, UInt8(ascii: ","), UInt8(ascii: ";"): break reading
            case UInt8(ascii: "<"): if isElement || text[end + 1] == UInt8(ascii: "/") { break reading }
            case UInt8(ascii: "&"): if isQuery { break reading }
            case let byte: if byte.isQuote { break reading }
            }
            end += 1
        }
        while end > start,
            text[end - 1] == UInt8(ascii: ".") || text[end - 1] == UInt8(ascii: ")")
                || text[end - 1] == UInt8(ascii: "}") || text[end - 1] == UInt8(ascii: "]")
                || text[end - 1] == UInt8(ascii: ">")
        { end -= 1 }
        return end
    }

    private func isQuotedSecret(_ value: Range<Int>, _ name: SecretName, _ joint: Joint) -> Bool {
        guard value.count >= 4, !isReference(value), !isNoSecret(value) else { return false }
        let hasDigit = value.contains { text[$0].isDigit }
        switch (name, joint) {
        case (.pin, _): return hasDigit && value.count <= 16
        case (.password, .assigned): return true
        case (.key, .assigned):
            return hasDigit ? value.count >= 6 : value.count >= 16 && !value.contains { text[$0].isBlank }
        default: return hasDigit && value.count >= 6
        }
    }

    private func isSecret(_ value: Range<Int>, _ name: SecretName, _ joint: Joint) -> Bool {
        guard value.count >= 4, !isReference(value), !isNoSecret(value), !isURL(value) else { return false }
        let digits = value.count { text[$0].isDigit }
        let isCode = value.contains { text[$0] == UInt8(ascii: "(") || text[$0] == UInt8(ascii: "[") }
        if case .pin = name { return digits == value.count && digits <= 10 }
        if isCode { return isLikelyRandom(value) }
        switch joint {
        case .assigned:
            if case .key = name { return isAssignedKey(value, digits: digits) }
            return value.count >= (digits > 0 ? 4 : 5) && (digits > 0 || !isExpression(value))
        case .said(let words):
            if digits > 0 { return value.count >= 6 && isMixed(value) || value.count >= 8 }
            guard case .password = name, words == 0, value.count >= 5 else { return false }
            return text[value.lowerBound].isCapital || endsClause(value.upperBound)
        case .adjacent:
            return digits > 0 && value.count >= 6 && isMixed(value) && !isExpression(value)
        }
    }

    /// A key has a digit and a letter, or is longer than words are.
    private func isAssignedKey(_ value: Range<Int>, digits: Int) -> Bool {
        if digits > 0 { return value.count >= 6 && isMixed(value) && !isExpression(value) || value.count >= 16 }
        return isLikelyRandom(value)
    }

    /// Twenty characters or more without a word's end, in both cases or with digits.
    private func isLikelyRandom(_ value: Range<Int>) -> Bool {
        var run = 0
        var longest = 0
        for index in value {
            run = text[index].isAlnum ? run + 1 : 0
            longest = max(longest, run)
        }
        return longest >= 20
            && (isMixed(value) || value.contains { text[$0].isUpper } && value.contains { text[$0].isLower })
    }

    /// A member or a call of a program, such as `user.password1` or `tokens.first`.
    private func isExpression(_ value: Range<Int>) -> Bool {
        var parts = 1
        for index in value {
            let byte = text[index]
            if byte == UInt8(ascii: ".") { parts += 1 }
            guard byte.isWord || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".") else { return false }
        }
        return parts > 1 && text[value.lowerBound].isLetter
    }

    /// `$PASSWORD`, `${…}`, `%s`, `{{…}}`, `<…>`, `***`: where a secret would stand.
    private func isReference(_ value: Range<Int>) -> Bool {
        switch text[value.lowerBound] {
        case UInt8(ascii: "$"), UInt8(ascii: "{"):
            !isMixed(value) || text[value.lowerBound + 1].isUpper
                || text[value.lowerBound + 1] == UInt8(ascii: "{")
        case UInt8(ascii: "%"), UInt8(ascii: "<"), UInt8(ascii: "*"), UInt8(ascii: "\\"), UInt8(ascii: "."),
            UInt8(ascii: "/"):
            true
        case FoldedText.Marker.other, UInt8(ascii: "("): true
        default: false
        }
    }

    private func isNoSecret(_ value: Range<Int>) -> Bool {
        var end = value.lowerBound
        while end < value.upperBound, text[end].isAlpha, end - value.lowerBound < 24 { end += 1 }
        // Only punctuation may follow the word.
        guard (end..<value.upperBound).allSatisfy({ !text[$0].isWord && !text[$0].isBlank }) else { return false }
        let word = String(decoding: text.bytes[value.lowerBound..<end].map(\.lowered), as: UTF8.self)
        return word.isEmpty || SecretName.notSecrets.contains(word)
            || ["password", "passphrase", "credential", "passwd"].contains { word.hasPrefix($0) }
    }

    private func isURL(_ value: Range<Int>) -> Bool {
        value.contains {
            text[$0] == UInt8(ascii: ":") && text[$0 + 1] == UInt8(ascii: "/") && text[$0 + 2] == UInt8(ascii: "/")
        }
    }

    private func endsClause(_ end: Int) -> Bool {
        text[end] == 0 || text[end] == 0x0C
            || (text[end] == UInt8(ascii: ".") && (text[end + 1] <= 0x20)) || text[end] == 0x0A
    }

    /// Three to eight words without capitals that end the line: `correct horse battery staple`.
    private func passphrase(from first: Range<Int>, _ joint: Joint) -> Range<Int>? {
        switch joint {
        case .adjacent: return nil
        case .said(let words): if words > 0 { return nil }
        case .assigned: break
        }
        var end = first.upperBound
        var words = 0
        var position = first.lowerBound
        while words < 9 {
            let wordStart = position
            while text[position].isLower || text[position].isDigit { position += 1 }
            guard position - wordStart >= 2 else { return nil }
            if SecretName.sentenceWords.contains(String(decoding: text.bytes[wordStart..<position], as: UTF8.self)) {
                return nil
            }
            words += 1
            end = position
            guard text[position] == 0x20 else { break }
            position += 1
        }
        return (3...8).contains(words) && endsClause(end) ? first.lowerBound..<end : nil
    }

    /// `login: jane / password`, and `jane:password` behind the word.
    mutating func findLogin(after end: Int) {
        var position = end
        while text[position].isBlank || text[position] == UInt8(ascii: ":"), position - end < 4 { position += 1 }
        let nameStart = position
        while text[position].isToken || text[position] == UInt8(ascii: "."), position - nameStart < 40 { position += 1 }
        guard position > nameStart else { return }
        let separator = text[position] == 0x20 ? position + 1 : position
        guard text[separator] == UInt8(ascii: "/") || text[separator] == UInt8(ascii: ":") else { return }
        let first = text[separator + 1] == 0x20 ? separator + 2 : separator + 1
        let value = first..<endOfValue(from: first, isQuery: false, isElement: false)
        if value.count >= 6, isMixed(value), !value.contains(where: { text[$0] == UInt8(ascii: "/") }) {
            add(.secret, value)
        }
    }

    // MARK: Options of commands

    /// `curl -u name:password`, `sshpass -p password`, `mysql -ppassword`.
    mutating func findOptionSecret(at start: Int) {
        guard text[start - 1].isBlank else { return }
        if matches("-u ", at: start) || matches("--user ", at: start) {
            let first = start + (text[start + 1] == UInt8(ascii: "-") ? 7 : 3)
            let value = first..<endOfValue(from: first, isQuery: false, isElement: false)
            guard let colon = value.first(where: { text[$0] == UInt8(ascii: ":") }), colon > first,
                colon + 1 < value.upperBound, text[colon + 1] != UInt8(ascii: "/"), !isReference(value)
            else { return }
            add(.credentials, value)
        } else if matches("-p", at: start), start - hints[.optionPassword] <= 64,
            !text[start + 2].isToken || text[start + 2].isAlnum
        {
            let first = text[start + 2].isBlank ? start + 3 : start + 2
            let value = first..<endOfValue(from: first, isQuery: false, isElement: false)
            if value.count >= 4, !isReference(value) { add(.secret, value) }
        }
    }
}

extension FoldedText {
    /// Whether `->` stands there.
    fileprivate func isArrow(_ index: Int) -> Bool {
        self[index] == UInt8(ascii: "-") && self[index + 1] == UInt8(ascii: ">")
    }
}
