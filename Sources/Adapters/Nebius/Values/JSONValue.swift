import FoundationEssentials

/// JSON whose shape nobody promises: what is missing or of another kind than expected reads as `nil`.
enum JSONValue: Sendable, Hashable, Decodable {
    case null
    case bool(Bool)
    case number(Decimal)
    case string(String)
    case array([JSONValue])
    case object([String: JSONValue])

    /// Deeper nesting is refused.
    static let maxDepth = 64

    /// Reads one JSON text, even where it is a little loose (``LooseJSON``). Throws `DecodingError` for anything that is
    /// none.
    init(parsing text: some Sequence<UInt8>) throws {
        let bytes = Data(text)
        do {
            self = try JSONDecoder().decode(JSONValue.self, from: bytes)
        } catch {
            guard let repaired = LooseJSON.repaired(bytes) else { throw error }
            self = try JSONDecoder().decode(JSONValue.self, from: Data(repaired))
        }
    }

    init(from decoder: any Decoder) throws {
        guard decoder.codingPath.count <= Self.maxDepth else {
            throw DecodingError.dataCorrupted(.init(codingPath: [], debugDescription: "nested too deeply"))
        }
        let value = try decoder.singleValueContainer()
        // Each `try?` asks "is it of this kind?"; only the last question may fail.
        if value.decodeNil() {
            self = .null
        } else if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if let number = try? value.decode(Decimal.self) {
            self = .number(number)
        } else if (try? value.decode(Double.self)) != nil {
            self = .null  // A number so large or fine that nothing here could mean it.
        } else if (try? decoder.unkeyedContainer()) != nil {
            self = .array(try value.decode([JSONValue].self))
        } else {
            self = .object(try value.decode([String: JSONValue].self))
        }
    }

    subscript(key: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members[key]
    }

    /// A string, where it is one.
    var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    /// The elements, where it is an array.
    var array: [JSONValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    /// A whole number from 0 to `Int32.max`, which is more than any count of tokens or seconds that makes sense.
    var count: Int? {
        guard case .number(let number) = self, let count = Int(number.description) else { return nil }
        return (0...Int(Int32.max)).contains(count) ? count : nil
    }

    /// Digits of a number that was written as a number or as a string.
    var digits: String? {
        switch self {
        case .number(let number): number.description
        case .string(let string): string
        default: nil
        }
    }
}
