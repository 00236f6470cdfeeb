import Foundation

/// A value of a JSON text as signed metadata may hold it: whole numbers, and no member of an object twice.
package enum MetadataValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(Int64)
    case string(String)
    case array([MetadataValue])
    case object([String: MetadataValue])

    /// Deeper nesting is refused.
    static let deepest = 64

    /// Reads a JSON text in UTF-8.
    ///
    /// Foundation says whether it is JSON; ``MetadataText`` finds what Foundation lets pass and canonical JSON has no form
    /// for.
    ///
    /// - Throws: ``UpdateError/Code/malformed``.
    package init(parsing text: [UInt8]) throws(UpdateError) {
        let members = try MetadataText.countMembers(text)
        let value: MetadataValue
        do {
            value = try JSONDecoder().decode(MetadataValue.self, from: Data(text))
        } catch {
            throw UpdateError(.malformed, "is no JSON text with whole numbers of at most 64 bits", underlying: error)
        }
        guard value.members == members else {
            throw UpdateError(.malformed, "has an object with two members of one name")
        }
        self = value
    }

    /// Members of all objects in it.
    private var members: Int {
        switch self {
        case .null, .bool, .number, .string: 0
        case .array(let elements): elements.reduce(0) { $0 + $1.members }
        case .object(let members): members.values.reduce(members.count) { $0 + $1.members }
        }
    }
}

extension MetadataValue: Decodable {
    package init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        // Each `try?` asks "is it of this kind?"; only the last question may fail.
        if let string = try? value.decode(String.self) {
            self = .string(string)
        } else if let number = try? value.decode(Int64.self) {
            self = .number(number)
        } else if value.decodeNil() {
            self = .null
        } else if let bool = try? value.decode(Bool.self) {
            self = .bool(bool)
        } else if (try? decoder.unkeyedContainer()) != nil {
            self = .array(try value.decode([MetadataValue].self))
        } else {
            self = .object(try value.decode([String: MetadataValue].self))
        }
    }
}

extension MetadataValue {
    package var string: String? {
        guard case .string(let string) = self else { return nil }
        return string
    }

    package var number: Int64? {
        guard case .number(let number) = self else { return nil }
        return number
    }

    package var bool: Bool? {
        guard case .bool(let bool) = self else { return nil }
        return bool
    }

    package var array: [MetadataValue]? {
        guard case .array(let elements) = self else { return nil }
        return elements
    }

    package var object: [String: MetadataValue]? {
        guard case .object(let members) = self else { return nil }
        return members
    }

    package subscript(key: String) -> MetadataValue? { object?[key] }
}
