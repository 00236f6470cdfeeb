/// Calculations that are asked for in other words, put into those that ``ExpressionReader`` reads.
enum Phrasing {
    /// A calculation in plain words.
    struct Plain {
        var tokens: [Token]
        /// Whether what it comes to is a share, told in percent.
        var isShare = false
    }

    /// What a person may ask with, around the calculation itself. Only where the whole rest is then one is it taken.
    private static let beginnings: [[String]] = [
        "what do you get", "what do i get", "what do we get", "what would", "what will", "what number is", "if", "when",
        "i", "you", "we", "what is", "what does", "how much is", "how many is", "give me", "the result of",
        "the answer to",
        "the value of", "what",
    ].map(words)
    private static let endings: [[String]] = [
        "is what", "equals what", "what do you get", "what do i get", "what do we get", "equals", "equal",
        "equal to", "come to", "add up to", "makes", "make", "is", "be", ",",
    ].map(words)

    private static func words(_ text: String) -> [String] { text.split(separator: " ").map(String.init) }

    private struct Rule {
        var asked: Phrase
        var meant: [Substring]
        var isShare: Bool
    }

    private static func rules(_ lines: [(String, String)], areShares: Bool = false) -> [Rule] {
        lines.map { Rule(asked: Phrase($0), meant: $1.split(separator: " "), isShare: areShares) }
    }

    /// `<A>`, `<B>` stand for numbers, `<S>` for a calculation that words close in on both sides, `<P>` for a percentage.
    private static let sums = rules([
        ("how much|what do <A> and <A2> make|equal|give", "A + A2"), ("<A> and <A2> make|give how much|what", "A + A2"),
        ("add|sum <S> and|to|with <A>", "S + A"), ("subtract <S> from <A>", "A - S"), ("take <S> from <A>", "A - S"),
        ("take <S> away from <A>", "A - S"), ("deduct <S> from <A>", "A - S"), ("<A> subtracted from <A2>", "A2 - A"),
        ("<A> taken away? from <A2>", "A2 - A"), ("<A> less|fewer than <A2>", "A2 - A"),
        ("<A> more than <A2>", "A2 + A"),
        ("<A> reduced|decreased by <A2>", "A - A2"), ("<A> increased by <A2>", "A + A2"),
        ("by how much is <A> greater|larger|bigger|more than <A2>", "A - A2"), ("<A> take away <A2>", "A - A2"),
        ("<A> and <A2> together|combined|added|summed", "A + A2"), ("<A> and <A2> added together", "A + A2"),
        ("<A> added to <A2>", "A + A2"),
    ])
    private static let products = rules([
        ("multiply <S> by|and|with|times <A>", "S * A"), ("divide <S> by <A>", "S / A"),
        ("<A> and <A2> multiplied", "A * A2"),
        ("divide <A> into <A2> equal? parts|pieces|groups", "A / A2"),
        (
            "split|share <A> into|by|among|between <A2> equal? parts?|pieces|groups|people|persons|friends|ways",
            "A / A2"
        ),
        ("<A> split|divided|shared among|between <A2>", "A / A2"),
        ("split|share <A> <A2> ways", "A / A2"), ("<A> split|divided|shared <A2> ways", "A / A2"),
        ("<A> split|divided|shared among|between <A2> people|persons|friends", "A / A2"),
        ("half|halve <A>", "A / 2"), ("double <A>", "2 * A"), ("triple <A>", "3 * A"), ("square <A>", "A squared"),
    ])
    private static let percentages = rules([
        ("<P> off of? <A>", "A - P"), ("<P> discount|reduction on|off|from <A>", "A - P"),
        ("take <P> off|from <A>", "A - P"), ("<A> with <P> off|discount", "A - P"),
        ("<A> minus a? <P> discount", "A - P"),
        ("<P> less|lower|fewer than <A>", "A - P"), ("<P> more|greater|higher than <A>", "A + P"),
        ("subtract|deduct <P> from <A>", "A - P"), ("reduce|decrease|lower|discount <A> by <P>", "A - P"),
        ("<A> reduced|decreased|lowered by <P>", "A - P"), ("add <P> to <A>", "A + P"),
        ("increase|raise <A> by <P>", "A + P"),
        ("<A> increased|raised by <P>", "A + P"), ("<A> plus a? <P> tip|tax", "A + P"),
        ("a? <P> tip on|for <A>", "P of A"), ("<P> tax|interest|commission on <A>", "P of A"),
        ("<A> is <P> of what number?", "A / P"), ("of what number is <A> <P>", "A / P"),
    ])
    private static let shares = rules(
        [
            ("what|which percent|percentage|% of <A> is <B>", "B / A"),
            ("<B> is what|which|how percent|percentage|% of <A>", "B / A"), ("<B> is how many percent of <A>", "B / A"),
            ("what|which percent|percentage|% is <B> of <A>", "B / A"), ("how many percent of <A> is <B>", "B / A"),
            ("how many percent is <B> of <A>", "B / A"),
            ("<B> as a? percent|percentage|% of <A>", "B / A"), ("<B> of <A> as|in a? percent|percentage", "B / A"),
            ("<B> out of <A> as|in a? percent|percentage", "B / A"),
            ("<B> over|/ <A> as|in a? percent|percentage", "B / A"),
            ("the? percent|percentage change|increase from <A> to <B>", "( B - A ) / A"),
            ("the? percent|percentage decrease from <A> to <B>", "( A - B ) / A"),
        ], areShares: true)
    private static let all = shares + percentages + sums + products

    private static let decimals = ["as a decimal", "as a decimal number", "in decimal", "as decimal"].map(words)

    /// The calculation before `as a decimal`, which says that it is one.
    static func asDecimal(_ tokens: [Token]) -> [Token]? {
        decimals.first { tokens.count > $0.count && tokens.suffix($0.count).map(\.text) == $0 }
            .map { tokens.dropLast($0.count) }
    }

    private static let fractions = ["as a fraction", "in fractions", "as fraction"].map(words)

    /// The calculation before `as a fraction`.
    static func asFraction(_ tokens: [Token]) -> [Token]? {
        fractions.first { tokens.count > $0.count && tokens.suffix($0.count).map(\.text) == $0 }
            .map { tokens.dropLast($0.count) }
    }

    /// The calculation in plain words; `nil` where it is none of those known.
    static func plain(_ question: [Token]) -> Plain? {
        if let calculation = calculation(question[...]) { return calculation }
        var tokens = question[...]
        while let beginning = beginnings.first(where: { starts(tokens, with: $0) }) {
            tokens.removeFirst(beginning.count)
            if let calculation = calculation(tokens) { return calculation }
        }
        while let ending = endings.first(where: { tokens.count > $0.count && tokens.suffix($0.count).map(\.text) == $0 }
        ) {
            tokens.removeLast(ending.count)
            if let calculation = calculation(tokens) { return calculation }
        }
        if let first = tokens.first, first.part == .sign(",") { tokens.removeFirst() }
        return tokens.count < question.count && !tokens.isEmpty ? Plain(tokens: Array(tokens)) : nil
    }

    private static func starts(_ tokens: ArraySlice<Token>, with words: [String]) -> Bool {
        tokens.count > words.count && tokens.prefix(words.count).map(\.text) == words
    }

    /// What the first rule that fits makes of it.
    private static func calculation(_ tokens: ArraySlice<Token>) -> Plain? {
        for rule in all {
            guard let slots = rule.asked.match(tokens, fits: fits) else { continue }
            if rule.asked.hasAnd, NumberWords.hasLooseAnd(tokens) { return nil }
            return Plain(tokens: tidied(rule.meant.flatMap { meant($0, slots) }), isShare: rule.isShare)
        }
        return nil
    }

    /// Whether tokens are a number (`A`, `B`), a calculation (`S`) or a percentage (`P`).
    static func fits(_ slot: String, _ tokens: ArraySlice<Token>) -> Bool {
        if slot == "P" {
            guard let last = tokens.last, last.text == "%" || last.text == "percent" else { return false }
            return fits("A", tokens.dropLast())
        }
        guard !LookAlikes.contain(Array(tokens)) else { return false }
        var reader = ExpressionReader(Array(tokens))
        guard let value = reader.readAll(), !value.isPercent else { return false }
        return slot == "S" || reader.operations == 0
    }

    private static func meant(_ item: Substring, _ slots: [String: [Token]]) -> [Token] {
        guard let filling = slots[String(item)] else {
            if item.allSatisfy(\.isASCIIDigit) { return [Token(.number(String(item)))] }
            return [Token(item.first.map { $0.isLetter ? .word(String(item)) : .sign($0) } ?? .word(""))]
        }
        var reader = ExpressionReader(filling)
        _ = reader.readAll()
        let isSimple = reader.operations == 0 && !filling[0].isSign("-")
        let inner = [filling[0].with(isSpaced: isSimple)] + filling.dropFirst()
        return isSimple ? inner : [Token(.sign("("))] + inner + [Token(.sign(")")).with(isSpaced: false)]
    }

    /// Without blanks inside of parentheses.
    private static func tidied(_ tokens: [Token]) -> [Token] {
        tokens.indices.map { index in
            let isInside = tokens[index].isSign(")") || index > 0 && tokens[index - 1].isSign("(")
            return isInside ? tokens[index].with(isSpaced: false) : tokens[index]
        }
    }
}

extension Token {
    fileprivate func with(isSpaced: Bool) -> Token {
        var token = self
        token.isSpaced = isSpaced
        return token
    }
}
