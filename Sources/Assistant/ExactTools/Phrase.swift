/// A way to ask, in which every word has its place.
///
/// `what|which` is one of two words, `the?` may be left out, and `<name>` is a slot that whoever asks fills with what fits
/// it. Signs and numbers stand for themselves.
struct Phrase {
    private enum Item {
        case word([String], isOptional: Bool)
        case slot(String)
    }

    /// Of tokens in a slot: enough for a number in words or a date.
    private static let longestSlot = 8

    private let items: [Item]
    /// Each has one of its words in whatever is said so: most questions are told from most phrases by that alone.
    private let needed: [[String]]

    /// Whether one of its words is `and`.
    var hasAnd: Bool {
        items.contains { if case .word(let words, _) = $0 { words.contains("and") } else { false } }
    }

    init(_ text: String) {
        items = text.split(separator: " ").map { item in
            if item.first == "<" { return .slot(String(item.dropFirst().dropLast())) }
            let isOptional = item.count > 1 && item.last == "?"
            return .word(
                (isOptional ? item.dropLast() : item).split(separator: "|").map(String.init), isOptional: isOptional)
        }
        needed = items.compactMap { if case .word(let words, isOptional: false) = $0 { words } else { nil } }
    }

    /// What fills the slots where all of `tokens` is said so.
    ///
    /// - Parameter fits: whether these tokens can fill the slot of this name.
    func match(
        _ tokens: ArraySlice<Token>, fits: (_ slot: String, _ tokens: ArraySlice<Token>) -> Bool
    ) -> [String: [Token]]? {
        for words in needed where !tokens.contains(where: { words.contains($0.text) }) { return nil }
        return Self.match(items[...], tokens, [:], fits)
    }

    func match(
        _ tokens: [Token], fits: (_ slot: String, _ tokens: ArraySlice<Token>) -> Bool
    ) -> [String: [Token]]? {
        match(tokens[...], fits: fits)
    }

    private static func match(
        _ items: ArraySlice<Item>, _ tokens: ArraySlice<Token>, _ slots: [String: [Token]],
        _ fits: (String, ArraySlice<Token>) -> Bool
    ) -> [String: [Token]]? {
        guard let item = items.first else { return tokens.isEmpty ? slots : nil }
        switch item {
        case .word(let words, let isOptional):
            if let token = tokens.first, words.contains(token.text),
                let found = match(items.dropFirst(), tokens.dropFirst(), slots, fits)
            {
                return found
            }
            return isOptional ? match(items.dropFirst(), tokens, slots, fits) : nil
        case .slot(let name):
            guard !tokens.isEmpty else { return nil }
            for length in 1...min(tokens.count, longestSlot) where fits(name, tokens.prefix(length)) {
                var filled = slots
                filled[name] = Array(tokens.prefix(length))
                if let found = match(items.dropFirst(), tokens.dropFirst(length), filled, fits) { return found }
            }
            return nil
        }
    }
}
