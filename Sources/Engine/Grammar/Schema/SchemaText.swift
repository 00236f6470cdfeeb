internal import Foundation

/// Walks over a JSON text and notes where each value stands, in the order in which they do.
///
/// Whether it is JSON, Foundation has said before, and what a string's escapes mean, it says here: it forgets only the
/// order of keys, by which objects are written, and the places. What Foundation lets pass and this does not know is an
/// error all the same.
struct SchemaText {
    private let bytes: [UInt8]
    private var index = 0
    private var place = Place(line: 1, column: 1)
    private let decoder = JSONDecoder()

    /// - Parameter text: JSON, without a byte order mark.
    static func value(of text: String) throws(GrammarError) -> SchemaValue {
        var walk = SchemaText(bytes: Array(text.utf8))
        let value = try walk.value()
        walk.skipSpace()
        guard walk.index == walk.bytes.count else { throw walk.malformed() }
        return value
    }

    private init(bytes: [UInt8]) { self.bytes = bytes }

    private func malformed() -> GrammarError {
        GrammarError(.malformed, "the schema is no JSON: nothing is known that begins here", at: place)
    }

    // MARK: Bytes

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func advance() {
        if bytes[index] == UInt8(ascii: "\n") {
            place = Place(line: place.line + 1, column: 1)
        } else if bytes[index] & 0xC0 != 0x80 {
            // A character's first byte: columns count those.
            place.column += 1
        }
        index += 1
    }

    private mutating func skipSpace() {
        while let next, next == 0x20 || next == 0x09 || next == 0x0A || next == 0x0D { advance() }
    }

    private mutating func take(_ byte: Unicode.Scalar) -> Bool {
        guard next == UInt8(ascii: byte) else { return false }
        advance()
        return true
    }

    // MARK: Values

    private mutating func value() throws(GrammarError) -> SchemaValue {
        skipSpace()
        let start = place
        let content: SchemaValue.Content
        switch next {
        case UInt8(ascii: "{"): content = .object(try members())
        case UInt8(ascii: "["): content = .array(try elements())
        case UInt8(ascii: "\""): content = .string(try string())
        default: content = try word()
        }
        return SchemaValue(content: content, place: start)
    }

    private mutating func members() throws(GrammarError) -> [SchemaValue.Member] {
        advance()
        skipSpace()
        var members: [SchemaValue.Member] = []
        var keys: Set<[UInt8]> = []
        if take("}") { return members }
        repeat {
            skipSpace()
            let start = place
            guard next == UInt8(ascii: "\"") else { throw malformed() }
            let key = try string()
            guard keys.insert(Array(key.utf8)).inserted else {
                throw GrammarError(.malformed, "this key is there already; one of the two would be lost", at: start)
            }
            skipSpace()
            guard take(":") else { throw malformed() }
            members.append(SchemaValue.Member(key: key, place: start, value: try value()))
            skipSpace()
        } while take(",")
        guard take("}") else { throw malformed() }
        return members
    }

    private mutating func elements() throws(GrammarError) -> [SchemaValue] {
        advance()
        skipSpace()
        var elements: [SchemaValue] = []
        if take("]") { return elements }
        repeat {
            elements.append(try value())
            skipSpace()
        } while take(",")
        guard take("]") else { throw malformed() }
        return elements
    }

    /// With its escapes resolved.
    private mutating func string() throws(GrammarError) -> String {
        let (start, startPlace) = (index, place)
        advance()
        while let next, next != UInt8(ascii: "\"") {
            advance()
            if next == UInt8(ascii: "\\"), self.next != nil { advance() }
        }
        guard take("\"") else { throw malformed() }
        do {
            return try decoder.decode(String.self, from: Data(bytes[start..<index]))
        } catch {
            throw GrammarError(
                .malformed, "this text has an escape that stands for no character, such as half a surrogate pair",
                at: startPlace)
        }
    }

    /// A number, `true`, `false` or `null`.
    private mutating func word() throws(GrammarError) -> SchemaValue.Content {
        let start = index
        while let next, !" \t\r\n,]}:\"[{".utf8.contains(next) { advance() }
        let word = String(decoding: bytes[start..<index], as: UTF8.self)
        switch word {
        case "true": return .bool(true)
        case "false": return .bool(false)
        case "null": return .null
        default:
            guard let first = word.utf8.first, first == UInt8(ascii: "-") || (0x30...0x39).contains(first) else {
                throw malformed()
            }
            return .number(word)
        }
    }
}
