internal import Foundation
internal import Yams

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

    /// Reads a JSON text.
    ///
    /// Foundation says whether it is JSON, but forgets the order of keys, by which objects are written, and where things
    /// stand. JSON is YAML, and Yams keeps both.
    static func read(_ text: String) throws(GrammarError) -> SchemaValue {
        guard text.utf8.count <= largest else {
            throw GrammarError(.tooLarge, "a schema has at most \(largest >> 20) MB", at: nil)
        }
        let node: Node?
        do {
            _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: .fragmentsAllowed)
            // A tab in JSON is white space, which is one more than YAML lets it be.
            node = try compose(yaml: text.replacingOccurrences(of: "\t", with: " "))
        } catch let error as YamlError {
            throw GrammarError(.malformed, "the schema cannot be read: \(error)".oneLine, at: nil)
        } catch {
            throw GrammarError(.malformed, "the schema is no JSON: \((error as NSError).jsonReason)", at: nil)
        }
        guard let node else { throw GrammarError(.malformed, "the schema is empty", at: nil) }
        return SchemaValue(node)
    }

    private init(_ node: Node) {
        place = Place(node.mark)
        switch node {
        case .mapping(let mapping):
            content = .object(
                mapping.map { key, value in
                    Member(key: key.scalar?.string ?? "", place: Place(key.mark), value: SchemaValue(value))
                })
        case .sequence(let sequence): content = .array(sequence.map { SchemaValue($0) })
        case .scalar(let scalar) where scalar.style == .doubleQuoted: content = .string(scalar.string)
        case .scalar(let scalar):
            switch scalar.string {
            case "true": content = .bool(true)
            case "false": content = .bool(false)
            case "null": content = .null
            default: content = .number(scalar.string)
            }
        case .alias: content = .null
        }
    }
}

extension Place {
    fileprivate init(_ mark: Mark?) { self.init(line: mark?.line ?? 1, column: mark?.column ?? 1) }
}

extension NSError {
    /// What Foundation found, such as “Unexpected character around line 3, column 7.”
    fileprivate var jsonReason: String {
        (userInfo[NSDebugDescriptionErrorKey] as? String ?? localizedDescription).oneLine
    }
}

extension String {
    fileprivate var oneLine: String { split(whereSeparator: \.isNewline).joined(separator: " ") }
}

extension SchemaValue {
    /// How a kind of value is called in a schema.
    var typeName: String {
        switch content {
        case .object: "object"
        case .array: "array"
        case .string: "string"
        case .number(let text): text.contains { ".eE".contains($0) } ? "number" : "integer"
        case .bool: "boolean"
        case .null: "null"
        }
    }

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
