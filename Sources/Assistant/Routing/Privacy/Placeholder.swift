/// How placeholders are written and read: `<EMAIL_1>`.
///
/// Read are also the spellings of models that escape for HTML or Markdown: `&lt;EMAIL_1&gt;`, `\<EMAIL_1\>` and
/// `EMAIL\_1` between any of these. Nothing else is: no lower case, no spaces, no zeros in front.
enum Placeholder {
    /// The name between the brackets.
    static func name(_ tag: String, _ number: Int) -> String { "\(tag)_\(number)" }

    enum Reading: Equatable {
        /// A placeholder that ends before `end`.
        case complete(name: String, end: Int)
        /// The bytes end before it can be told.
        case partial
        case none
    }

    /// What begins at `start`. It looks at 28 bytes at most.
    static func read(_ bytes: [UInt8], from start: Int) -> Reading {
        var reader = Reader(bytes: bytes, position: start)
        guard reader.skip(oneOf: "<", "&lt;", "\\<") else { return reader.verdict }
        let tag = reader.take(atMost: 12, while: \.isUpper)
        guard tag.count >= 2, reader.skip(oneOf: "_", "\\_") else { return reader.verdict }
        let digits = reader.take(atMost: 6, while: \.isDigit)
        guard let first = digits.first, first != UInt8(ascii: "0") else { return reader.verdict }
        guard reader.skip(oneOf: ">", "&gt;", "\\>") else { return reader.verdict }
        let name = String(decoding: tag + [UInt8(ascii: "_")] + digits, as: UTF8.self)
        return .complete(name: name, end: reader.position)
    }

    private struct Reader {
        let bytes: [UInt8]
        var position: Int
        private var ranOut = false

        init(bytes: [UInt8], position: Int) {
            self.bytes = bytes
            self.position = position
        }

        /// After a failure: whether more bytes could still have mended it.
        var verdict: Reading { ranOut ? .partial : .none }

        /// Whether one of them stood there.
        mutating func skip(oneOf choices: StaticString...) -> Bool {
            for choice in choices {
                var matched = 0
                let length = choice.utf8CodeUnitCount
                while matched < length, position + matched < bytes.count,
                    unsafe bytes[position + matched] == choice.utf8Start[matched]
                {
                    matched += 1
                }
                if matched == length {
                    position += length
                    return true
                }
                if position + matched == bytes.count { ranOut = true }
            }
            return false
        }

        mutating func take(atMost count: Int, while isTaken: (UInt8) -> Bool) -> [UInt8] {
            let start = position
            while position < bytes.count, position - start < count, isTaken(bytes[position]) { position += 1 }
            ranOut = position == bytes.count
            return Array(bytes[start..<position])
        }
    }
}

extension PIIScan {
    /// Text of the user's that looks like a placeholder must not be taken for one later.
    mutating func findLiteral(at start: Int) {
        guard case .complete(_, let end) = Placeholder.read(text.bytes, from: start) else { return }
        add(.literal, start..<end)
    }
}
