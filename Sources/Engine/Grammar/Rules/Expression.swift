/// What a rule consists of.
indirect enum Expression: Sendable {
    /// These bytes, which are UTF-8.
    case literal([UInt8])
    /// One character out of these ranges of scalars, which are sorted and do not overlap; no surrogates.
    case character([ClosedRange<UInt32>])
    /// Another rule.
    case rule(String, Place)
    case sequence([Expression])
    /// At least one.
    case alternatives([Expression])
    /// From `least` to `most` times; `nil` is without end.
    case repeated(Expression, least: Int, most: Int?, Place)

    static let empty = Expression.sequence([])

    static func text(_ text: String) -> Expression { .literal(Array(text.utf8)) }

    static func optional(_ expression: Expression, at place: Place) -> Expression {
        .repeated(expression, least: 0, most: 1, place)
    }
}

/// The rules of a grammar, as they were read; nothing is checked yet.
struct RuleSet: Sendable {
    struct Rule: Sendable {
        var name: String
        var place: Place
        var body: Expression
    }

    var rules: [Rule] = []
    /// The name of the rule that all begins with.
    var root = "root"
}
