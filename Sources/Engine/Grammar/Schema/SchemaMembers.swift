/// The keywords of one schema.
struct SchemaMembers {
    let place: Place
    private let members: [SchemaValue.Member]

    /// What says something about a value.
    private static let known: Set = [
        "type", "properties", "required", "additionalProperties", "items", "minItems", "maxItems", "minLength",
        "maxLength", "enum", "const", "anyOf", "oneOf", "$ref",
    ]
    /// What only describes, or holds schemas for `$ref`.
    private static let describing: Set = [
        "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "$schema", "$id",
        "$comment", "$defs", "definitions",
    ]
    private static let typeNames = ["object", "array", "string", "integer", "number", "boolean", "null"]

    /// - Throws: for a keyword that is not known, or there twice.
    init(_ schema: SchemaValue) throws(GrammarError) {
        place = schema.place
        if case .object(let members) = schema.content { self.members = members } else { members = [] }
        for member in members where !Self.known.contains(member.key) && !Self.describing.contains(member.key) {
            throw GrammarError(
                .unsupported, "the keyword \"\(Self.safe(member.key))\" is not supported", at: member.place)
        }
    }

    private static func safe(_ key: String) -> String {
        String(
            String.UnicodeScalarView(
                key.unicodeScalars.prefix(60).map { $0.value < 0x20 || $0.value == 0x7F ? "?" : $0 }))
    }

    subscript(_ keyword: String) -> SchemaValue? { members.first { $0.key == keyword }?.value }

    /// - Throws: where there is another keyword than these that says something about the value.
    func allow(only keywords: [String]) throws(GrammarError) {
        guard let other = members.first(where: { Self.known.contains($0.key) && !keywords.contains($0.key) }) else {
            return
        }
        throw GrammarError(
            .unsupported, "\"\(other.key)\" beside \"\(keywords[0])\" is not supported; put it into the schemas there",
            at: other.place)
    }

    /// The types that a value may have; without `type`, the one that the other keywords speak of; empty for any.
    var types: [String] {
        get throws(GrammarError) {
            guard let value = self["type"] else { return impliedType.map { [$0] } ?? [] }
            if case .string = value.content { return [try name(value)] }
            var types: [String] = []
            for entry in try value.array("type") { types.append(try name(entry)) }
            guard !types.isEmpty else { throw value.wrong("type", "at least one type") }
            // A whole number is a number: two ways to write the same would only confuse.
            return types.contains("number") ? types.filter { $0 != "integer" } : types
        }
    }

    private func name(_ value: SchemaValue) throws(GrammarError) -> String {
        guard case .string(let name) = value.content, Self.typeNames.contains(name) else {
            throw value.wrong("type", "one of \(Self.typeNames.joined(separator: ", "))")
        }
        return name
    }

    private var impliedType: String? {
        let implied = [
            (["properties", "required", "additionalProperties"], "object"),
            (["items", "minItems", "maxItems"], "array"),
            (["minLength", "maxLength"], "string"),
        ]
        return implied.first { keywords, _ in keywords.contains { self[$0] != nil } }?.1
    }

    /// Two counts, of which the second may be missing.
    func bounds(_ least: String, _ most: String) throws(GrammarError) -> (Int, Int?) {
        let low = try count(least) ?? 0
        let high = try count(most)
        if let high, high < low, let value = self[most] {
            throw GrammarError(.endless, "nothing fits: \(most) is less than \(least)", at: value.place)
        }
        return (low, high)
    }

    private func count(_ keyword: String) throws(GrammarError) -> Int? {
        guard let value = self[keyword] else { return nil }
        guard case .number(let text) = value.content, let count = SchemaValue.wholeNumber(text), count >= 0 else {
            throw value.wrong(keyword, "a whole number, 0 or more")
        }
        guard count <= GBNFReader.mostRepetitions else {
            throw GrammarError(.tooLarge, "\(keyword) is at most \(GBNFReader.mostRepetitions)", at: value.place)
        }
        return count
    }
}

extension SchemaValue {
    func wrong(_ keyword: String, _ wanted: String) -> GrammarError {
        GrammarError(.malformed, "\"\(keyword)\" takes \(wanted)", at: place)
    }

    func array(_ keyword: String) throws(GrammarError) -> [SchemaValue] {
        guard case .array(let values) = content else { throw wrong(keyword, "an array") }
        return values
    }
}
