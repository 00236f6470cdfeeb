/// Objects: the properties in the schema's order, with a comma wherever one came before.
extension SchemaReader {
    private static let longestName = 256

    private struct Property {
        var name: String
        var value: Expression
        var isRequired: Bool
        var place: Place
    }

    mutating func object(
        _ members: SchemaMembers, _ path: String, _ depth: Int
    ) throws(GrammarError) -> Expression {
        let (properties, forbidden) = try properties(members, path, depth)
        let others = try others(members, path, depth, besides: properties.map(\.name) + forbidden)
        if properties.isEmpty, others == nil { return .text("{}") }
        let space = try shared(.space, at: members.place)
        // From behind, one rule for each place with and without something before it: together as long as the list.
        var behindNone = tail(others, space, isFirst: true, members.place)
        var behindSome = tail(others, space, isFirst: false, members.place)
        for (number, property) in properties.enumerated().reversed() {
            let pair = Expression.sequence([
                .text(SchemaValue.quoted(property.name) + ":"), space, property.value,
            ])
            let written = Expression.sequence([pair, behindSome])
            let separated = Expression.sequence([.text(","), space, pair, behindSome])
            // The same rest, with or without a comma before it.
            behindNone = property.isRequired ? written : .alternatives([written, behindNone])
            behindSome = property.isRequired ? separated : .alternatives([separated, behindSome])
            guard number > 0 else { break }
            let name = "\(path) from \(number)"
            try add(name + " after others", at: property.place, behindSome)
            behindSome = .rule(name + " after others", property.place)
            if properties[..<number].allSatisfy({ !$0.isRequired }) {
                try add(name, at: property.place, behindNone)
                behindNone = .rule(name, property.place)
            } else {
                // Something has been written by then.
                behindNone = .empty
            }
        }
        let mayBeEmpty = properties.allSatisfy { !$0.isRequired }
        let filled = Expression.sequence([.text("{"), space, behindNone, space, .text("}")])
        return mayBeEmpty ? .alternatives([filled, .text("{}")]) : filled
    }

    /// What an object has, and the names that it must not have: those whose schema nothing fits.
    private mutating func properties(
        _ members: SchemaMembers, _ path: String, _ depth: Int
    ) throws(GrammarError) -> ([Property], forbidden: [String]) {
        var required: [(name: String, place: Place)] = []
        for entry in try members["required"]?.array("required") ?? [] {
            guard case .string(let name) = entry.content else { throw entry.wrong("required", "names") }
            required.append((name, entry.place))
        }
        var properties: [Property] = []
        var forbidden: [String] = []
        if let value = members["properties"] {
            guard case .object(let list) = value.content else { throw value.wrong("properties", "an object") }
            for member in list {
                guard member.key.unicodeScalars.count <= Self.longestName else {
                    throw GrammarError(
                        .tooLarge, "a property's name has at most \(Self.longestName) characters", at: member.place)
                }
                let isRequired = required.contains { $0.name.isWritten(as: member.key) }
                guard !admitsNothing(member.value) else {
                    guard !isRequired else {
                        throw GrammarError(.endless, "this property is required, and nothing fits it", at: member.place)
                    }
                    forbidden.append(member.key)
                    continue
                }
                let step = Self.step(member.key)
                properties.append(
                    Property(
                        name: member.key, value: try property(member.value, "\(path)/properties/\(step)", depth),
                        isRequired: isRequired, place: member.place))
            }
        }
        for (name, place) in required where !properties.contains(where: { $0.name.isWritten(as: name) }) {
            guard name.unicodeScalars.count <= Self.longestName else {
                throw GrammarError(
                    .tooLarge, "a property's name has at most \(Self.longestName) characters", at: place)
            }
            // It has to be there, and only what is said of the others is known of it.
            let value: Expression
            switch members["additionalProperties"] {
            case let schema?:
                if admitsNothing(schema) {
                    throw GrammarError(.endless, "\"\(name)\" is required, and no property of it is allowed", at: place)
                }
                value = try property(schema, "\(path)/additionalProperties", depth)
            case nil: value = try shared(.value, at: place)
            }
            properties.append(Property(name: name, value: value, isRequired: true, place: place))
        }
        return (properties, forbidden)
    }

    /// A pair of another name, where there may be some: where the schema says so, or names none.
    private mutating func others(
        _ members: SchemaMembers, _ path: String, _ depth: Int, besides names: [String]
    ) throws(GrammarError) -> Expression? {
        let value: Expression
        switch members["additionalProperties"] {
        case nil:
            guard members["properties"] == nil, names.isEmpty else { return nil }
            value = try shared(.value, at: members.place)
        case let schema?:
            if admitsNothing(schema) { return nil }
            value = try property(schema, "\(path)/additionalProperties", depth)
        }
        let key = Expression.sequence([
            .text("\""), Self.anything(but: names.map { Array($0.unicodeScalars.map(\.value)) }, members.place),
        ])
        return .sequence([key, .text(":"), try shared(.space, at: members.place), value])
    }

    private func tail(_ pair: Expression?, _ space: Expression, isFirst: Bool, _ place: Place) -> Expression {
        guard let pair else { return .empty }
        let more = Expression.repeated(.sequence([.text(","), space, pair]), least: 0, most: nil, place)
        return isFirst ? .sequence([pair, more]) : more
    }

    /// The rest of a key that is none of these, and its closing quote; unescaped, so that no name is written otherwise.
    private static func anything(but names: [[UInt32]], _ place: Place) -> Expression {
        let plain = ScalarRanges.normalised([0x20...0x21, 0x23...0x5B, 0x5D...0x7E, 0xA0...0x10_FFFF])
        let rest = Expression.sequence([
            .repeated(.character(plain), least: 0, most: nil, place), .text("\""),
        ])
        guard !names.isEmpty else { return rest }
        var alternatives: [Expression] = names.contains([]) ? [] : [.text("\"")]
        let firsts = Dictionary(grouping: names.filter { !$0.isEmpty }) { $0[0] }
        let taken = ScalarRanges.normalised(firsts.keys.map { $0...$0 })
        let free = ScalarRanges.inverted(
            ScalarRanges.normalised(ScalarRanges.inverted(plain) + taken))
        if !free.isEmpty { alternatives.append(.sequence([.character(free), rest])) }
        for (first, group) in firsts.sorted(by: { $0.key < $1.key }) where plain.contains(where: { $0.contains(first) })
        {
            alternatives.append(
                .sequence([.character([first...first]), anything(but: group.map { Array($0.dropFirst()) }, place)]))
        }
        return .alternatives(alternatives)
    }
}
