/// Neighbours among the days of the week and the months of the year, and the months' numbers.
enum CalendarNames {
    static func answer(_ tokens: [Token]) -> String? {
        let plain = plain(tokens)
        return neighbour(plain) ?? supposedToday(plain) ?? numberedMonth(tokens)
    }

    /// Without words that say nothing here: `the day of the week right after` is the day after.
    private static func plain(_ tokens: [Token]) -> [Token] {
        var tokens = tokens
        for phrase in [["of", "the", "week"], ["of", "a", "week"], ["of", "the", "year"], ["in", "the", "year"]] {
            guard let start = tokens.indices.first(where: { tokens[$0...].prefix(phrase.count).map(\.text) == phrase })
            else {
                continue
            }
            tokens.removeSubrange(start..<start + phrase.count)
        }
        return tokens.filter { !["the", "right", "directly", "immediately", "just", "straight"].contains($0.text) }
    }

    // MARK: Neighbours

    private static let forms = [
        "what|which D? is|was|comes|come|came|falls|will be? next? <dir> <N>", "what|which is|was D? <dir> <N>",
        "what|which is|was? D? that|which? comes|is|falls? <dir> <N>",
        "name|give|tell me? D that|which? comes|is|falls? <dir> <N>", "D? <dir> <N> is|comes? what|which? D?",
        "<dir> <N> comes|is? what|which D? comes|is?", "<N> is|comes|falls? <inv> what|which D?",
    ].map { Phrase($0.replacing("D", with: "day|month|weekday")) }
    private static let distances = [
        "what|which day|month|weekday is|was|comes|falls|will it|that? be? <C> days|day|months|month <dir> <N>",
        "what|which is|was day|month? <C> days|day|months|month <dir> <N>",
        "<C> days|day|months|month <dir> <N> is|comes? what|which? day|month?",
        "name|give me? day|month <C> days|day|months|month <dir> <N>",
    ].map(Phrase.init)
    private static let directions = [
        "after": 1, "follows": 1, "following": 1, "before": -1, "precedes": -1, "preceding": -1, "from": 1,
    ]

    /// `which day comes after Friday`, `what day is two days before Monday`, `Monday comes after which day`
    private static func neighbour(_ tokens: [Token]) -> String? {
        for phrase in forms {
            guard let slots = match(phrase, tokens), let name = slots["N"]?.first?.text else { continue }
            if let word = slots["inv"]?.first?.text { return sentence(tokens, name, -(directions[word] ?? 0)) }
            return slots["dir"]?.first.flatMap { $0.text == "from" ? nil : directions[$0.text] }
                .flatMap { sentence(tokens, name, $0) }
        }
        for phrase in distances {
            guard let slots = match(phrase, tokens), let name = slots["N"]?.first?.text,
                let count = slots["C"].flatMap(count),
                let direction = slots["dir"]?.first.flatMap({ directions[$0.text] })
            else { continue }
            return sentence(tokens, name, direction * count)
        }
        return nil
    }

    private static func match(_ phrase: Phrase, _ tokens: [Token]) -> [String: [Token]]? {
        phrase.match(tokens) { slot, tokens in
            switch slot {
            case "N": tokens.count == 1 && tokens.first.map { place(of: $0.text) != nil } ?? false
            case "dir", "inv": tokens.count == 1 && tokens.first.map { directions[$0.text] != nil } ?? false
            default: count(Array(tokens)) != nil
            }
        }
    }

    private static func place(of name: String) -> (names: [String], index: Int)? {
        for names in [Calendar.days, Calendar.months] {
            if let index = names.firstIndex(where: { $0.lowercased() == name }) { return (names, index) }
        }
        return nil
    }

    private static func count(_ tokens: [Token]) -> Int? {
        if tokens.count == 1, ["a", "one"].contains(tokens[0].text) { return 1 }
        guard let (value, length) = NumberWords.read(tokens[...]), length == tokens.count,
            let count = value.wholeNumber,
            (1...1_000).contains(count)
        else { return nil }
        return count
    }

    /// `nil` where the question speaks of months and a day is named, or the other way round.
    private static func sentence(_ tokens: [Token], _ name: String, _ step: Int) -> String? {
        guard let (names, index) = place(of: name) else { return nil }
        let isMonth = names.count == 12
        let others = isMonth ? ["day", "days", "weekday"] : ["month", "months"]
        guard !tokens.contains(where: { others.contains($0.text) }) else { return nil }
        let found = names[((index + step) % names.count + names.count) % names.count]
        let distance = abs(step) == 1 ? "" : "\(abs(step)) \(isMonth ? "months" : "days") "
        let beginning = distance.isEmpty ? "The \(isMonth ? "month" : "day") " : distance.capitalisedFirst
        return "\(beginning)\(step > 0 ? "after" : "before") \(names[index]) is \(found)."
    }

    // MARK: Supposing

    private static let suppositions = [
        "if|when|suppose? <R> is|was|were <N> ,|.? then? what|which day is|was|will it|that? be? <R2>",
        "if|when|suppose? <R> is|was|were <N> ,|.? then? what|which day it|that? is|was|will it|that? be? <R2>",
        "if|when|suppose? <R> is|was|were <N> ,|.? <R2> is|was|will be? what|which day?",
        "if|when|suppose? <R> is|was|were <N> ,|.? what is|was|will <R2> be?",
        "what|which day is|was|will it? be? <R2> if <R> is|was|were <N>",
    ].map(Phrase.init)
    private static let relatives: [[String]: Int] = [
        ["today"]: 0, ["tomorrow"]: 1, ["yesterday"]: -1, ["day", "after", "tomorrow"]: 2,
        ["day", "before", "yesterday"]: -2,
    ]
    private static let relativeDistances: [(phrase: Phrase, direction: Int)] = [
        (Phrase("in <C> days|day time?"), 1), (Phrase("<C> days|day from now|today"), 1),
        (Phrase("<C> days|day later"), 1),
        (Phrase("after <C> days|day"), 1), (Phrase("<C> days|day ago|earlier"), -1),
    ]

    /// `if today is Monday, what day is tomorrow`
    private static func supposedToday(_ tokens: [Token]) -> String? {
        for phrase in suppositions {
            let slots = phrase.match(tokens) { slot, tokens in
                slot == "N"
                    ? tokens.count == 1 && tokens.first.map { day(of: $0) != nil } ?? false : distance(tokens) != nil
            }
            guard let slots, let name = slots["N"]?.first, let known = slots["R"].flatMap({ distance($0[...]) }),
                let asked = slots["R2"].flatMap({ distance($0[...]) }), asked != known
            else { continue }
            return sentence([], name.text, asked - known)
        }
        return nil
    }

    private static func day(of token: Token) -> Int? { Calendar.days.firstIndex { $0.lowercased() == token.text } }

    /// Days from today: `tomorrow`, `in 3 days`
    private static func distance(_ tokens: ArraySlice<Token>) -> Int? {
        if let step = relatives[tokens.map(\.text)] { return step }
        for (phrase, direction) in relativeDistances {
            let slots = phrase.match(tokens) { _, tokens in count(Array(tokens)) != nil }
            if let count = slots?["C"].flatMap(count) { return direction * count }
        }
        return nil
    }

    // MARK: Numbers

    static let ordinals = [
        "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
        "twelfth",
    ]
    private static let numbers = [
        "what|which is? the? <O> month of|in the|a year", "name|give me? the <O> month of|in the|a year",
        "what|which month is the? <O> of|in the|a year", "what|which month is the? <O> month? of|in the|a year",
        "the? <O> month of|in the|a year is? what?", "what|which month is number <O> of|in? the|a? year?",
        "what|which month comes <O> in the|a year",
    ].map(Phrase.init)

    /// `what is the third month of the year`, `which month is number 3`. Of what it is the first has to be said: a month
    /// has a first day, too.
    private static func numberedMonth(_ tokens: [Token]) -> String? {
        for phrase in numbers {
            guard let number = phrase.match(tokens, fits: { number($1) != nil })?["O"].flatMap({ number($0[...]) })
            else {
                continue
            }
            return "Month number \(number) of the year is \(Calendar.months[number - 1])."
        }
        return nil
    }

    private static func number(_ tokens: ArraySlice<Token>) -> Int? {
        guard let first = tokens.first else { return nil }
        if tokens.count == 1, first.text == "last" { return 12 }
        if tokens.count == 1, let index = ordinals.firstIndex(of: first.text) { return index + 1 }
        guard let number = Int(first.text), (1...12).contains(number) else { return nil }
        return tokens.count == 1 || tokens.count == 2 && DateWords.isSuffix(tokens.last, of: number) ? number : nil
    }
}
