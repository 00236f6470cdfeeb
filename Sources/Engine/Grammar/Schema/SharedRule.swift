/// Rules that every schema uses alike.
enum SharedRule: String {
    case space, character, integer, number, value
    case anyObject = "object"
    case anyArray = "array"
    case key

    var needs: [SharedRule] {
        switch self {
        case .space, .character, .integer, .number: []
        case .key: [.character]
        case .value: [.anyObject, .anyArray, .key, .number]
        case .anyObject: [.space, .key, .value]
        case .anyArray: [.space, .value]
        }
    }

    func body(_ place: Place) -> Expression {
        func rule(_ rule: SharedRule) -> Expression { .rule(rule.rawValue, place) }
        switch self {
        case .space: return Self.spaceBody(place)
        case .character: return Self.characterBody
        case .key:
            return .sequence([.text("\""), .repeated(rule(.character), least: 0, most: nil, place), .text("\"")])
        case .integer: return Self.integerBody(place)
        case .number: return Self.numberBody(place)
        case .value:
            return .alternatives([
                rule(.anyObject), rule(.anyArray), rule(.key), rule(.number), .text("true"), .text("false"),
                .text("null"),
            ])
        case .anyObject:
            let member = Expression.sequence([rule(.key), .text(":"), rule(.space), rule(.value)])
            return Self.list("{", member, "}", rule(.space), place)
        case .anyArray: return Self.list("[", rule(.value), "]", rule(.space), place)
        }
    }

    private static func list(
        _ open: String, _ item: Expression, _ close: String, _ space: Expression, _ place: Place
    ) -> Expression {
        .alternatives([
            .sequence([
                .text(open), space, item,
                .repeated(.sequence([.text(","), space, item]), least: 0, most: nil, place), space, .text(close),
            ]), .text(open + close),
        ])
    }

    /// Nothing, a space, or a new line with its indentation: never so much that a model gets lost in it.
    private static func spaceBody(_ place: Place) -> Expression {
        .alternatives([
            .empty, .text(" "),
            .sequence([.text("\n"), .repeated(.text(" "), least: 0, most: 16, place)]),
        ])
    }

    /// One character of a string: by itself, or escaped. Those beyond U+FFFF are written by themselves.
    private static var characterBody: Expression {
        let plain = ScalarRanges.normalised([0x20...0x21, 0x23...0x5B, 0x5D...0x7E, 0xA0...0x10_FFFF])
        let hex = Expression.character([0x30...0x39, 0x41...0x46, 0x61...0x66])
        // No half of a surrogate pair: \uD800 to \uDFFF.
        let first = Expression.character([0x30...0x39, 0x41...0x43, 0x45...0x46, 0x61...0x63, 0x65...0x66])
        let escapes = "\"\\/bfnrt".unicodeScalars.map { $0.value...$0.value }
        return .alternatives([
            .character(plain), .sequence([.text("\\"), .character(ScalarRanges.normalised(escapes))]),
            .sequence([.text("\\u"), first, hex, hex, hex]),
            .sequence([
                .text("\\u"), .character([0x44...0x44, 0x64...0x64]), .character([0x30...0x37]), hex, hex,
            ]),
        ])
    }

    private static let digit = Expression.character([0x30...0x39])

    private static func integerBody(_ place: Place) -> Expression {
        .sequence([
            .optional(.text("-"), at: place),
            .alternatives([
                .text("0"),
                .sequence([.character([0x31...0x39]), .repeated(digit, least: 0, most: 14, place)]),
            ]),
        ])
    }

    private static func numberBody(_ place: Place) -> Expression {
        let fraction = Expression.sequence([.text("."), .repeated(digit, least: 1, most: 15, place)])
        let exponent = Expression.sequence([
            .character([0x45...0x45, 0x65...0x65]), .optional(.character([0x2B...0x2B, 0x2D...0x2D]), at: place),
            .repeated(digit, least: 1, most: 2, place),
        ])
        return .sequence([
            integerBody(place), .optional(fraction, at: place), .optional(exponent, at: place),
        ])
    }
}
