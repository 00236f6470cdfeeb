/// Calculations that are asked for in other words, put into those that ``ExpressionReader`` reads.
enum Phrasing {
    /// What a person may ask with, around the calculation itself. Only where the whole rest is then one is it taken.
    private static let beginnings: [[String]] = [
        ["what", "do", "you", "get"], ["what", "do", "i", "get"], ["what", "do", "we", "get"], ["what", "would"],
        ["what", "number", "is"], ["if"], ["when"],
        ["i"], ["you"], ["we"], ["what", "is"], ["what's"], ["what", "does"], ["how", "much", "is"], ["give", "me"],
        ["the", "result", "of"], ["what"],
    ]
    private static let endings: [[String]] = [
        ["for", "me"], ["is", "what"], ["equals", "what"], ["what", "do", "you", "get"], ["what", "do", "i", "get"],
        ["what", "do", "we", "get"], ["equals"], ["equal"], ["makes"], ["make"], ["is"], ["be"], [","],
    ]

    /// `A` and `B` stand for calculations or numbers, `|` between words that mean the same here.
    private static let rules: [(asked: [Item], meant: [Item])] = [
        ("how much|what do A and B make|equal|give", "A + B"), ("A and B make|give how much|what", "A + B"),
        ("add|sum A and|to|with B", "A + B"), ("subtract A from B", "B - A"), ("take A from B", "B - A"),
        ("take A away from B", "B - A"), ("deduct A from B", "B - A"), ("multiply A by|and|with|times B", "A * B"),
        ("divide A by B", "A / B"), ("A subtracted from B", "B - A"), ("A taken from B", "B - A"),
        ("A less than B", "B - A"), ("A more than B", "B + A"),
        ("A reduced by B", "A - B"), ("A increased by B", "A + B"),
        ("by how much is A greater|larger|bigger|more than B", "A - B"), ("split A into B equal parts", "A / B"),
        ("A take away B", "A - B"),
        ("A taken away from B", "B - A"),
        ("A and B together|combined|added", "A + B"), ("A and B added together", "A + B"),
        ("the total of A and B", "A + B"), ("A and B multiplied", "A * B"), ("twice|double A", "2 * A"),
        ("triple A", "3 * A"), ("the square of A", "A squared"), ("the cube of A", "A cubed"), ("a half of A", "A / 2"),
        ("a third of A", "A / 3"), ("one third of A", "A / 3"), ("a quarter of A", "A / 4"),
        ("one quarter of A", "A / 4"), ("a fifth of A", "A / 5"), ("a tenth of A", "A / 10"),
        ("how many times does A go|fit into B", "B / A"),
    ].map { (items(of: $0), items(of: $1)) }

    private enum Item {
        case words(Set<String>)
        case sign(Character)
        case slot(Int)
    }

    private static func items(of text: String) -> [Item] {
        text.split(separator: " ").map { word in
            switch word {
            case "A": .slot(0)
            case "B": .slot(1)
            case "+", "-", "*", "/": .sign(Character(String(word)))
            default: .words(Set(word.split(separator: "|").map(String.init)))
            }
        }
    }

    /// The calculation in plain words; `nil` where it is none of those known.
    static func plain(_ question: [Question.Part]) -> [Question.Part]? {
        if let calculation = calculation(question[...]) { return calculation }
        var parts = question[...]
        while let beginning = beginnings.first(where: { parts.starts(with: spelt($0)) }) {
            parts.removeFirst(beginning.count)
        }
        while let ending = endings.first(where: {
            parts.count > $0.count && parts.suffix($0.count).elementsEqual(spelt($0))
        }) {
            parts.removeLast(ending.count)
        }
        return calculation(parts) ?? (parts.count < question.count ? Array(parts) : nil)
    }

    /// What the first rule that fits makes of it.
    private static func calculation(_ parts: ArraySlice<Question.Part>) -> [Question.Part]? {
        for rule in rules {
            if let slots = match(rule.asked[...], parts, [:]) { return rule.meant.flatMap { part($0, slots) } }
        }
        return nil
    }

    private static func spelt(_ words: [String]) -> [Question.Part] {
        words.map { $0 == "," ? .sign(",") : .word($0) }
    }

    /// What fills the slots where the whole of `parts` is said as in `items`.
    private static func match(
        _ items: ArraySlice<Item>, _ parts: ArraySlice<Question.Part>, _ slots: [Int: [Question.Part]]
    ) -> [Int: [Question.Part]]? {
        guard let item = items.first else { return parts.isEmpty ? slots : nil }
        switch item {
        case .words(let words):
            guard case .word(let word) = parts.first, words.contains(word) else { return nil }
            return match(items.dropFirst(), parts.dropFirst(), slots)
        case .sign(let sign):
            guard parts.first == .sign(sign) else { return nil }
            return match(items.dropFirst(), parts.dropFirst(), slots)
        case .slot(let slot):
            for length in 1...max(1, min(parts.count, longestSlot)) {
                let filling = Array(parts.prefix(length))
                var reader = ExpressionReader(filling)
                guard reader.readAll() != nil else { continue }
                var filled = slots
                filled[slot] = filling
                if let found = match(items.dropFirst(), parts.dropFirst(length), filled) { return found }
            }
            return nil
        }
    }

    /// Of parts: enough for a number in words or a small sum.
    private static let longestSlot = 5

    private static func part(_ item: Item, _ slots: [Int: [Question.Part]]) -> [Question.Part] {
        switch item {
        case .words(let words): return words.map { $0.allSatisfy(\.isASCIIDigit) ? .number($0) : .word($0) }
        case .sign(let sign): return [.sign(sign)]
        case .slot(let slot):
            let filling = slots[slot] ?? []
            return filling.count == 1 ? filling : [.sign("(")] + filling + [.sign(")")]
        }
    }
}
