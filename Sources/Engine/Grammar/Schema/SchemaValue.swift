internal import Foundation

/// A JSON value that remembers the order of its keys and where it stands.
struct SchemaValue: Sendable {
    indirect enum Content: Sendable {
        case object([Member])
        case array([SchemaValue])
        case string(String)
        /// As it is written.
        case number(String)
        case bool(Bool)
        case null
    }

    struct Member: Sendable {
        var key: String
        var place: Place
        var value: SchemaValue
    }

    var content: Content
    var place: Place

    /// Most bytes of a schema.
    static let largest = 1 << 20

    /// Reads a JSON text; a byte order mark before it is passed over.
    ///
    /// Foundation says whether it is JSON; ``SchemaText`` notes the order of keys, by which objects are written, and where
    /// things stand.
    static func read(_ text: String) throws(GrammarError) -> SchemaValue {
        let text = text.withoutByteOrderMark
        guard text.utf8.count <= largest else {
            throw GrammarError(.tooLarge, "a schema has at most \(largest >> 20) MB", at: nil)
        }
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
        } catch {
            throw GrammarError(.malformed, "the schema is no JSON: \((error as NSError).jsonReason)", at: nil)
        }
        return try SchemaText.value(of: text)
    }
}

extension NSError {
    /// What Foundation found, such as “Unexpected character around line 3, column 7.”
    fileprivate var jsonReason: String {
        (userInfo[NSDebugDescriptionErrorKey] as? String ?? localizedDescription).oneLine
    }
}

extension String {
    fileprivate var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }

    /// Editors on Windows begin files with U+FEFF.
    var withoutByteOrderMark: String {
        unicodeScalars.first == "\u{FEFF}" ? String(unicodeScalars.dropFirst()) : self
    }

    /// Whether both are of the same characters, and not only look alike: `é` may be one or two.
    func isWritten(as other: String) -> Bool { utf8.elementsEqual(other.utf8) }
}

extension SchemaValue {
    /// How a kind of value is called in a schema.
    var typeName: String {
        switch content {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .number(let text): Double(text).map { $0 == $0.rounded() } ?? false ? "integer" : "number"
        case .bool: "boolean"
        case .null: "null"
        }
    }

    /// `2`, `2.0` and `20e-1` are the same whole number. `nil` where it has a fraction, or does not fit.
    static func wholeNumber(_ text: String) -> Int? { Double(text).flatMap { Int(exactly: $0) } }

    /// As JSON text, with a space behind commas and colons.
    var text: String {
        switch content {
        case .object(let members):
            "{" + members.map { Self.quoted($0.key) + ": " + $0.value.text }.joined(separator: ", ") + "}"
        case .array(let values): "[" + values.map(\.text).joined(separator: ", ") + "]"
        case .string(let string): Self.quoted(string)
        case .number(let text): text
        case .bool(let isTrue): isTrue ? "true" : "false"
        case .null: "null"
        }
    }

    static func quoted(_ string: String) -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        // A string is always JSON.
        guard let bytes = try? encoder.encode(string) else { return "\"\"" }
        return String(decoding: bytes, as: UTF8.self)
    }
}
