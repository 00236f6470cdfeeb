/// Tells questions that want an explanation, advice or several things from those that one fact answers.
///
/// By the words of English, and the plainest ones of five other languages; else a question counts as one for a fact.
enum Explanation {
    /// - Parameter words: of the question, in lower case.
    static func isWanted(by words: [String]) -> Bool {
        words.contains(where: explaining.contains) || asksHow(words) || asksTwice(words) || asksForSeveral(words)
            || asksWhatSomethingIs(words) || asksWhoSomebodyIs(words) || isOfAdvice(words) || speaksToSomebody(words)
    }

    /// Says whether advice is wanted, also behind a text: "I have eggs and rice. What can I cook?"
    static func isOfAdvice(_ words: [String]) -> Bool {
        words.contains(where: advising.contains) || asksWhatMayBe(words) || asksForSomethingGood(words)
    }

    private static let advising: Set<String> = [
        "should", "advice", "advise", "recommend", "suggest", "suggestions", "tips", "ideas",
    ]

    /// "What is a good substitute for eggs?": there is more than one.
    private static func asksForSomethingGood(_ words: [String]) -> Bool {
        zip(words, words.dropFirst()).contains { $0 == "a" && $1 == "good" }
    }

    /// Says whether nothing but a definition or a life is wanted.
    static func isOfDefinition(_ words: [String]) -> Bool {
        asksWhatSomethingIs(words) || asksWhoSomebodyIs(words)
    }

    private static let explaining: Set<String> = [
        "why", "explain", "describe", "compare", "contrast", "difference", "differences", "versus", "vs",
        "steps", "ways", "think", "opinion",
        "mean", "means", "happens", "happened", "pros", "cons", "advantages", "disadvantages", "benefits", "symptoms",
        "causes",
        "reasons", "examples", "example", "story", "poem", "essay", "joke", "recipe", "summary", "summarise",
        "summarize",
        "translate", "rewrite", "write", "plan", "about",
        "warum", "wieso", "weshalb", "erkläre", "erklär", "unterschied", "vergleiche", "schreibe", "schreib", "rezept",
        "pourquoi", "explique", "différence", "écris", "recette", "explica", "diferencia", "compara", "escribe",
        "receta", "perché", "spiega", "differenza", "scrivi", "ricetta", "waarom", "verschil", "schrijf",
    ]

    /// "How do I …" wants more than "how many".
    private static func asksHow(_ words: [String]) -> Bool {
        for (index, word) in words.enumerated() where word == "how" {
            guard index + 1 < words.count, measures.contains(words[index + 1]) else { return true }
        }
        return false
    }

    private static let measures: Set<String> = [
        "many", "much", "old", "tall", "long", "far", "high", "deep", "big", "large", "wide", "heavy", "fast", "often",
        "hot", "cold", "young", "late", "early", "thick",
    ]

    /// "Who wrote Hamlet and when?", but not "And when?", which follows up on what was said.
    private static func asksTwice(_ words: [String]) -> Bool {
        zip(words.dropFirst(), words.dropFirst(2)).contains { $0 == "and" && asking.contains($1) }
    }

    private static let asking: Set<String> = ["what", "which", "who", "whom", "whose", "where", "when", "how", "why"]

    /// "Name three rivers", "What are the symptoms …".
    private static func asksForSeveral(_ words: [String]) -> Bool {
        guard let first = words.first else { return false }
        if first == "what" || first == "which" || first == "who", words.dropFirst().first == "are" { return true }
        guard ["name", "give", "list", "tell"].contains(first) else { return false }
        return first == "list" || words.dropFirst().prefix(2).contains { several.contains($0) || Int($0) != nil }
    }

    private static let several: Set<String> = [
        "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "some", "several", "few", "all", "me",
    ]

    /// "What is a black hole?": a definition and not a name.
    private static func asksWhatSomethingIs(_ words: [String]) -> Bool {
        guard words.first == "what", words.dropFirst().first == "is" else { return false }
        let thing = words.dropFirst(2)
        // "What is the Pythagorean theorem?", "What is the meaning of life?": "the" and one fact go together otherwise.
        if thing.first == "the", thing.prefix(4).contains(where: concepts.contains) { return true }
        return (1...4).contains(thing.count) && thing.first != "the" && !thing.contains(where: linking.contains)
            && !thing.contains { $0.contains(where: \.isNumber) }
    }

    private static let concepts: Set<String> = [
        "theorem", "theory", "meaning", "purpose", "idea", "concept", "principle", "effect", "process", "method",
        "algorithm", "role", "importance", "reason", "cause", "use", "problem", "significance", "relationship", "plot",
    ]

    /// "Who was Marie Curie?": a life and not a name. "Who is the king?" and "Who wrote Emma?" ask for one.
    private static func asksWhoSomebodyIs(_ words: [String]) -> Bool {
        guard words.first == "who", ["is", "was"].contains(words.dropFirst().first) else { return false }
        let person = words.dropFirst(2)
        return (1...2).contains(person.count) && person.first != "the"
            && !person.contains { $0.hasSuffix("'s") || $0.hasSuffix("’s") }
    }

    /// "What could be wrong?", "What can you do?", "My bike chain keeps falling off, what now?"
    private static func asksWhatMayBe(_ words: [String]) -> Bool {
        zip(words, words.dropFirst()).contains { $0 == "what" && possible.contains($1) }
    }

    private static let possible: Set<String> = ["can", "could", "would", "might", "may", "must", "now", "next", "else"]

    private static let linking: Set<String> = ["of", "in", "for", "from", "plus", "times", "minus", "your", "my"]

    /// "Can you …", "could I …"
    private static func speaksToSomebody(_ words: [String]) -> Bool {
        guard let first = words.first, let second = words.dropFirst().first else { return false }
        return ["can", "could", "would", "will", "do", "are", "may"].contains(first)
            && ["you", "i", "we"].contains(second)
    }
}
