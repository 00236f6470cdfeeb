/// A question as the tools read it: without the politeness around it.
struct Question {
    /// Somebody asked for a calculation in so many words, or with a sign: `calculate`, `… =`.
    let asksToCalculate: Bool
    let tokens: [Token]

    private static let openings = phrases(
        "please", "hey", "hello", "hi", "ok", "okay", "so", "and", "brim", "can you", "could you", "would you",
        "tell me",
        "do you know", "say", "i want to know", "i need to know", "quick question")
    private static let calculations = phrases("calculate", "compute", "work out", "evaluate", "solve", "figure out")
    private static let questions = phrases(
        "what is", "what are", "what does", "what do", "what will be", "how much is", "how many is", "how much are",
        "give me")
    private static let closings = phrases("please", "for me", "thanks", "thank you")

    private static func phrases(_ texts: String...) -> [[Token.Part]] {
        texts.map { $0.split(separator: " ").map { .word(String($0)) } }
    }

    init?(_ text: String) {
        guard var tokens = TokenScanner.tokens(of: text) else { return nil }
        Self.dropFullStops(from: &tokens)
        while let closing = Self.closings.first(where: { tokens.map(\.part).suffix($0.count) == $0[...] }) {
            tokens.removeLast(closing.count)
            while let last = tokens.last, last.isSign(",?.") { tokens.removeLast() }
        }
        var isCalculation = false
        if let last = tokens.last, last.isSign("=") {
            tokens.removeLast()
            isCalculation = true
        }
        while Self.drop(Self.openings, from: &tokens) || Self.dropComma(from: &tokens) {}
        if Self.drop(Self.calculations, from: &tokens) { isCalculation = true }
        if let first = tokens.first, first.isSign(":") { tokens.removeFirst() }
        guard !tokens.isEmpty else { return nil }
        asksToCalculate = isCalculation
        self.tokens = tokens
    }

    /// The tokens after `what is` and its like; all of them where there is no such beginning.
    var asked: [Token] {
        var tokens = tokens
        _ = Self.drop(Self.questions, from: &tokens)
        return tokens
    }

    /// Words, numbers and signs as they are compared.
    var words: [String] { tokens.map(\.text) }

    /// Marks at the end ask or exclaim; behind a number an exclamation mark may be a factorial's, and is kept.
    private static func dropFullStops(from tokens: inout [Token]) {
        var start = tokens.count
        while start > 0, tokens[start - 1].isSign("?.!") { start -= 1 }
        while start > 0, start < tokens.count, tokens[start].isSign("!"),
            tokens[start - 1].isNumber || tokens[start - 1].isSign(")!")
        {
            start += 1
        }
        tokens.removeSubrange(start...)
    }

    private static func dropComma(from tokens: inout [Token]) -> Bool {
        guard let first = tokens.first, first.isSign(",") else { return false }
        tokens.removeFirst()
        return true
    }

    /// Takes the first of `phrases` that `tokens` begins with off them.
    private static func drop(_ phrases: [[Token.Part]], from tokens: inout [Token]) -> Bool {
        guard
            let phrase = phrases.first(where: { tokens.count >= $0.count && tokens.prefix($0.count).map(\.part) == $0 })
        else { return false }
        tokens.removeFirst(phrase.count)
        return true
    }
}
