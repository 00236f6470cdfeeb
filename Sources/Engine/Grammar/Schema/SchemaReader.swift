internal import Foundation

/// Turns a JSON Schema into rules whose texts fit it.
///
/// Known are `type`, `properties`, `required`, `additionalProperties`, `items`, `minItems`, `maxItems`, `minLength`,
/// `maxLength`, `enum`, `const`, `anyOf`, `oneOf` (read as `anyOf`) and `$ref` into the same schema; what only describes
/// (`title`, `description` and the like) is passed over, and everything else is refused with its place.
///
/// What is written fits the schema; not everything that fits is written. Objects have their properties in the schema's
/// order, and others only where `additionalProperties` says so; numbers have at most 15 digits; strings hold no control
/// characters; white space is at most a line's indentation.
struct SchemaReader {
    /// Most schemas in schemas.
    static let deepest = 64

    let document: SchemaValue
    private var set = RuleSet()
    private var names: Set<String> = []

    static func rules(of text: String) throws(GrammarError) -> RuleSet {
        var reader = SchemaReader(document: try SchemaValue.read(text))
        reader.set.root = "#"
        try reader.define("#", reader.document)
        return reader.set
    }

    private init(document: SchemaValue) { self.document = document }

    // MARK: Rules

    /// Adds the rule of a schema, named by its path.
    private mutating func define(_ path: String, _ schema: SchemaValue, depth: Int = 0) throws(GrammarError) {
        guard names.insert(path).inserted else { return }
        let body = try expression(schema, path, depth)
        try add(path, at: schema.place, body)
    }

    mutating func add(_ name: String, at place: Place, _ body: Expression) throws(GrammarError) {
        set.rules.append(RuleSet.Rule(name: name, place: place, body: body))
    }

    /// A rule that is the same in every schema.
    mutating func shared(_ rule: SharedRule, at place: Place) throws(GrammarError) -> Expression {
        if names.insert(rule.rawValue).inserted {
            for needed in rule.needs { _ = try shared(needed, at: place) }
            try add(rule.rawValue, at: place, rule.body(place))
        }
        return .rule(rule.rawValue, place)
    }

    // MARK: Schemas

    /// What fits a schema.
    mutating func expression(
        _ schema: SchemaValue, _ path: String, _ depth: Int
    ) throws(GrammarError) -> Expression {
        guard depth <= Self.deepest else {
            throw GrammarError(.tooLarge, "schemas are nested at most \(Self.deepest) deep", at: schema.place)
        }
        let members: SchemaMembers
        switch schema.content {
        case .bool(true): return try shared(.value, at: schema.place)
        case .bool(false): throw GrammarError(.endless, "nothing fits the schema false", at: schema.place)
        case .object: members = try SchemaMembers(schema)
        default: throw GrammarError(.malformed, "a schema is an object, true or false", at: schema.place)
        }
        if let reference = members["$ref"] {
            try members.allow(only: ["$ref"])
            return try self.reference(reference, depth)
        }
        for keyword in ["const", "enum"] {
            guard let values = members[keyword] else { continue }
            try members.allow(only: [keyword, "type"])
            return try fixed(keyword == "const" ? [values] : values.array("enum"), members, values.place)
        }
        for keyword in ["anyOf", "oneOf"] {
            guard let branches = members[keyword] else { continue }
            try members.allow(only: [keyword])
            return try choice(branches, keyword, path, depth)
        }
        return try typed(members, path, depth)
    }

    /// `anyOf` and `oneOf`: the branches that something fits.
    private mutating func choice(
        _ branches: SchemaValue, _ keyword: String, _ path: String, _ depth: Int
    ) throws(GrammarError) -> Expression {
        let list = try branches.array(keyword)
        guard !list.isEmpty else { throw branches.wrong(keyword, "at least one schema") }
        var alternatives: [Expression] = []
        for (number, branch) in list.enumerated() where !admitsNothing(branch) {
            alternatives.append(try property(branch, "\(path)/\(keyword)/\(number)", depth))
        }
        guard !alternatives.isEmpty else {
            throw GrammarError(.endless, "nothing fits any of the schemas of \"\(keyword)\"", at: branches.place)
        }
        return .alternatives(alternatives)
    }

    private mutating func typed(
        _ members: SchemaMembers, _ path: String, _ depth: Int
    ) throws(GrammarError) -> Expression {
        let types = try members.types
        guard !types.isEmpty else { return try shared(.value, at: members.place) }
        var alternatives: [Expression] = []
        for type in types {
            switch type {
            case "object": alternatives.append(try object(members, path, depth))
            case "array": alternatives.append(try array(members, path, depth))
            case "string": alternatives.append(try string(members))
            case "integer": alternatives.append(try shared(.integer, at: members.place))
            case "number": alternatives.append(try shared(.number, at: members.place))
            case "boolean": alternatives.append(.alternatives([.text("true"), .text("false")]))
            default: alternatives.append(.text("null"))
            }
        }
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    /// `enum` and `const`: these values, as they are.
    private func fixed(
        _ values: [SchemaValue], _ members: SchemaMembers, _ place: Place
    ) throws(GrammarError) -> Expression {
        let types = try members.types
        let fitting = values.filter { value in
            types.isEmpty || types.contains(value.typeName)
                || value.typeName == "integer" && types.contains("number")
        }
        guard !fitting.isEmpty else { throw GrammarError(.endless, "no value here is of the type", at: place) }
        return .alternatives(fitting.map { .text($0.text) })
    }

    private mutating func string(_ members: SchemaMembers) throws(GrammarError) -> Expression {
        let (least, most) = try members.bounds("minLength", "maxLength")
        let character = try shared(.character, at: members.place)
        return .sequence([
            .text("\""), .repeated(character, least: least, most: most, members.place), .text("\""),
        ])
    }

    private mutating func array(
        _ members: SchemaMembers, _ path: String, _ depth: Int
    ) throws(GrammarError) -> Expression {
        let (least, most) = try members.bounds("minItems", "maxItems")
        let place = members.place
        guard most != 0 else { return .text("[]") }
        if let items = members["items"], admitsNothing(items) {
            guard least == 0 else {
                throw GrammarError(
                    .endless, "nothing fits: there have to be items, and none is allowed", at: items.place)
            }
            return .text("[]")
        }
        let space = try shared(.space, at: place)
        let item: Expression
        if let items = members["items"] {
            let name = path + "/items"
            try define(name, items, depth: depth + 1)
            item = .rule(name, items.place)
        } else {
            item = try shared(.value, at: place)
        }
        let more = Expression.repeated(
            .sequence([.text(","), space, item]), least: max(0, least - 1), most: most.map { $0 - 1 }, place)
        let filled = Expression.sequence([.text("["), space, item, more, space, .text("]")])
        return least == 0 ? .alternatives([filled, .text("[]")]) : filled
    }

    // MARK: References

    /// `#`, or a path in the same schema such as `#/$defs/point`; percent signs in it are a URI's.
    private mutating func reference(_ value: SchemaValue, _ depth: Int) throws(GrammarError) -> Expression {
        let (target, path) = try target(of: value)
        try define(path, target, depth: depth + 1)
        return .rule(path, value.place)
    }

    /// Where a `$ref` leads, and the name of the rule for it.
    private func target(of value: SchemaValue) throws(GrammarError) -> (SchemaValue, path: String) {
        guard case .string(let written) = value.content else { throw value.wrong("$ref", "a text") }
        guard written == "#" || written.hasPrefix("#/") else {
            throw GrammarError(
                .unsupported, "$ref leads only into the same schema, such as #/$defs/name", at: value.place)
        }
        guard let fragment = written.removingPercentEncoding else {
            throw GrammarError(
                .malformed, "behind a percent sign of $ref stand two hexadecimal digits; the sign itself is %25",
                at: value.place)
        }
        var (target, path) = (document, "#")
        for step in fragment.split(separator: "/", omittingEmptySubsequences: false).dropFirst() {
            let key = String(step).replacing("~1", with: "/").replacing("~0", with: "~")
            switch target.content {
            case .object(let members):
                guard let member = members.first(where: { $0.key.isWritten(as: key) }) else {
                    throw nowhere(written, value.place)
                }
                target = member.value
            case .array(let values):
                let index = Int(key) ?? -1
                guard values.indices.contains(index), String(index) == key else { throw nowhere(written, value.place) }
                target = values[index]
            default: throw nowhere(written, value.place)
            }
            path += "/" + Self.step(key)
        }
        return (target, path)
    }

    /// A key in the name of a rule: one way to write it, in ASCII, wherever it comes from.
    static func step(_ key: String) -> String {
        key.utf8.reduce(into: "") { step, byte in
            switch byte {
            case UInt8(ascii: "~"): step += "~0"
            case UInt8(ascii: "/"): step += "~1"
            case 0x21...0x7E where byte != UInt8(ascii: "%"): step.unicodeScalars.append(Unicode.Scalar(byte))
            default: step += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
    }

    /// Whether nothing fits a schema: it is `false`, leads to `false`, or offers only such.
    func admitsNothing(_ schema: SchemaValue) -> Bool {
        var schema = schema
        // A circle of references, or one that leads nowhere, is no answer; both are errors where their rule is made.
        for _ in 0..<Self.deepest {
            switch schema.content {
            case .bool(let isTrue): return !isTrue
            case .object(let members):
                let branches = members.first { $0.key == "anyOf" || $0.key == "oneOf" }
                if case .array(let list) = branches?.value.content, !list.isEmpty {
                    return list.allSatisfy {
                        if case .bool(false) = $0.content { true } else { false }
                    }
                }
                guard let reference = members.first(where: { $0.key == "$ref" }),
                    let target = try? target(of: reference.value)
                else { return false }
                schema = target.0
            default: return false
            }
        }
        return false
    }

    private func nowhere(_ path: String, _ place: Place) -> GrammarError {
        GrammarError(.missingRule, "$ref leads nowhere: there is no \(path.prefix(80))", at: place)
    }

    /// Defines the schema of a property, and names it.
    mutating func property(
        _ schema: SchemaValue, _ path: String, _ depth: Int
    ) throws(GrammarError) -> Expression {
        try define(path, schema, depth: depth + 1)
        return .rule(path, schema.place)
    }
}
