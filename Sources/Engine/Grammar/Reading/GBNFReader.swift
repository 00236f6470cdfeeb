/// Reads a grammar in GBNF: `name ::= alternatives`, with `|`, groups, literals in double quotes, classes of characters
/// in brackets, `.`, the repetitions `*`, `+`, `?`, `{m}`, `{m,}` and `{m,n}`, and comments from `#` to the line's end.
///
/// Newlines are white space: a rule ends where the next one's name and `::=` stand.
struct GBNFReader {
    /// Most bytes of a grammar.
    static let largest = 1 << 20
    /// Most groups in groups.
    static let deepest = 128
    /// Most times that a repetition may count.
    static let mostRepetitions = 10_000

    private var cursor: GBNFCursor
    private var depth = 0

    static func read(_ text: String) throws(GrammarError) -> RuleSet {
        guard text.utf8.count <= largest else {
            throw GrammarError(.tooLarge, "a grammar has at most \(largest >> 20) MB", at: nil)
        }
        var reader = GBNFReader(cursor: GBNFCursor(text))
        var set = RuleSet()
        try reader.cursor.skipSpace()
        while !reader.cursor.isAtEnd { set.rules.append(try reader.rule()) }
        return set
    }

    private mutating func rule() throws(GrammarError) -> RuleSet.Rule {
        let place = cursor.place
        guard let name = cursor.name() else {
            throw cursor.malformed("a rule begins with its name, such as root ::= \"yes\" | \"no\"")
        }
        try cursor.skipSpace()
        guard cursor.take("::=") else { throw cursor.malformed("after a rule's name stands ::=") }
        try cursor.skipSpace()
        let body = try alternatives()
        guard cursor.isAtEnd || cursor.isAtRule else {
            throw cursor.malformed("nothing is known that begins with \(cursor.quoted)")
        }
        return RuleSet.Rule(name: name, place: place, body: body)
    }

    private mutating func alternatives() throws(GrammarError) -> Expression {
        var alternatives = [try sequence()]
        while cursor.take("|") {
            try cursor.skipSpace()
            alternatives.append(try sequence())
        }
        return alternatives.count == 1 ? alternatives[0] : .alternatives(alternatives)
    }

    private mutating func sequence() throws(GrammarError) -> Expression {
        var parts: [Expression] = []
        while !cursor.isAtRule, var part = try item() {
            let place = cursor.place
            if let (least, most) = try repetition() {
                part = .repeated(part, least: least, most: most, place)
                let again = cursor.place
                guard try repetition() == nil else {
                    throw GrammarError(.malformed, "what is repeated twice stands in parentheses", at: again)
                }
            }
            try cursor.skipSpace()
            parts.append(part)
        }
        return parts.count == 1 ? parts[0] : .sequence(parts)
    }

    private mutating func item() throws(GrammarError) -> Expression? {
        let place = cursor.place
        if let name = cursor.name() { return .rule(name, place) }
        if cursor.take("\"") { return .literal(try literal(from: place)) }
        if cursor.take("[") { return .character(try characterClass(from: place)) }
        if cursor.take(".") { return .character(ScalarRanges.all) }
        guard cursor.take("(") else { return nil }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else {
            throw GrammarError(.tooLarge, "groups are nested at most \(Self.deepest) deep", at: place)
        }
        try cursor.skipSpace()
        let group = try alternatives()
        guard cursor.take(")") else {
            throw cursor.isAtEnd || cursor.isAtRule
                ? GrammarError(.malformed, "this group is never closed", at: place)
                : cursor.malformed("nothing is known that begins with \(cursor.quoted)")
        }
        return group
    }

    private mutating func literal(from place: Place) throws(GrammarError) -> [UInt8] {
        var text = String.UnicodeScalarView()
        while !cursor.take("\"") {
            guard !cursor.isAtEnd, cursor.next != "\n" else {
                throw GrammarError(.malformed, "this text is never closed; a newline in it is written \\n", at: place)
            }
            text.append(try cursor.character(extraEscapes: ""))
        }
        return Array(String(text).utf8)
    }

    private mutating func characterClass(from place: Place) throws(GrammarError) -> [ClosedRange<UInt32>] {
        let isInverted = cursor.take("^")
        var ranges: [ClosedRange<UInt32>] = []
        while !cursor.take("]") {
            guard !cursor.isAtEnd, cursor.next != "\n" else {
                throw GrammarError(.malformed, "this class is never closed; a newline in it is written \\n", at: place)
            }
            let start = cursor.place
            let first = try cursor.character(extraEscapes: "[]-^").value
            var last = first
            if cursor.next == "-", cursor.following != "]", cursor.take("-"), !cursor.isAtEnd {
                last = try cursor.character(extraEscapes: "[]-^").value
            }
            guard first <= last else { throw GrammarError(.malformed, "this range runs backwards", at: start) }
            ranges.append(first...last)
        }
        let set = ScalarRanges.normalised(ranges)
        let result = isInverted ? ScalarRanges.inverted(set) : set
        guard !result.isEmpty else { throw GrammarError(.malformed, "no character is in this class", at: place) }
        return result
    }

    /// What stands behind an item, if it is to be repeated.
    private mutating func repetition() throws(GrammarError) -> (Int, Int?)? {
        let place = cursor.place
        if cursor.take("*") { return (0, nil) }
        if cursor.take("+") { return (1, nil) }
        if cursor.take("?") { return (0, 1) }
        guard cursor.take("{") else { return nil }
        let least = try count()
        var most: Int? = least
        if cursor.take(",") { most = cursor.next == "}" ? nil : try count() }
        guard cursor.take("}") else { throw cursor.malformed("a repetition is of the form {3}, {3,} or {3,5}") }
        guard most ?? least >= least else {
            throw GrammarError(.malformed, "the second number of a repetition is not the smaller one", at: place)
        }
        return (least, most)
    }

    private mutating func count() throws(GrammarError) -> Int {
        let place = cursor.place
        let digits = cursor.digits()
        guard !digits.isEmpty else { throw cursor.malformed("a repetition is of the form {3}, {3,} or {3,5}") }
        guard let count = Int(digits), count <= Self.mostRepetitions else {
            throw GrammarError(.tooLarge, "a repetition counts to \(Self.mostRepetitions) at most", at: place)
        }
        return count
    }
}
