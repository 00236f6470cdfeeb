/// Numbers in words: `twenty-one`, `three hundred and two`, `5 million`, `two point five`, `two and a half`,
/// `three quarters`, `a dozen`.
struct NumberWords {
    private static let small: [String: Int] = numbered([
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ])
    private static let tens: [String: Int] = numbered([
        "", "", "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety",
    ]).mapValues { 10 * $0 }
    private static let scales: [(word: String, size: Int)] = [
        ("trillion", 1_000_000_000_000), ("billion", 1_000_000_000), ("million", 1_000_000), ("thousand", 1_000),
    ]
    /// What one is cut into.
    static let parts: [String: Int] = [
        "half": 2, "halves": 2, "third": 3, "thirds": 3, "quarter": 4, "quarters": 4, "fourth": 4, "fourths": 4,
        "fifth": 5, "fifths": 5, "sixth": 6, "sixths": 6, "seventh": 7, "sevenths": 7, "eighth": 8, "eighths": 8,
        "ninth": 9, "ninths": 9, "tenth": 10, "tenths": 10, "hundredth": 100, "hundredths": 100,
    ]

    private static func numbered(_ words: [String]) -> [String: Int] {
        Dictionary(uniqueKeysWithValues: words.enumerated().filter { !$1.isEmpty }.map { ($1, $0) })
    }

    private let tokens: ArraySlice<Token>
    private var place: Int

    /// The longest number that `tokens` begin with, and how many of them it takes.
    static func read(_ tokens: ArraySlice<Token>) -> (value: Rational, length: Int)? {
        var reader = NumberWords(tokens: tokens, place: tokens.startIndex)
        guard let value = reader.number(), reader.place > tokens.startIndex else { return nil }
        return (value, reader.place - tokens.startIndex)
    }

    /// Whether an `and` stands where it may join two numbers or be part of one: `one hundred and five`.
    static func hasLooseAnd(_ tokens: some Collection<Token>) -> Bool {
        let words = tokens.map(\.text)
        return words.indices.dropFirst().contains { index in
            words[index] == "and" && (words[index - 1] == "hundred" || scales.contains { $0.word == words[index - 1] })
        }
    }

    // MARK: Words

    private func word(_ ahead: Int = 0) -> String? {
        guard place + ahead < tokens.endIndex, tokens[place + ahead].isWord else { return nil }
        return tokens[place + ahead].text
    }

    private mutating func take(_ words: String...) -> Bool {
        guard words.indices.allSatisfy({ word($0) == words[$0] }) else { return false }
        place += words.count
        return true
    }

    /// `-` in `twenty-one` and `two-thirds`: no blank on either side.
    private var isHyphenated: Bool {
        guard place + 1 < tokens.endIndex else { return false }
        return tokens[place].part == .sign("-") && !tokens[place].isSpaced && !tokens[place + 1].isSpaced
            && tokens[place].spelling == "-"
    }

    // MARK: Numbers

    private mutating func number() -> Rational? {
        let start = place
        if place < tokens.endIndex, case .number(let digits) = tokens[place].part {
            guard let value = Rational(decimal: digits) else { return nil }
            place += 1
            if tokens[start].spelling.last?.isASCIIDigit == false { return value }
            return mixed(value) ?? scaled(value)
        }
        if let fraction = fraction() { return fraction }
        place = start
        guard let whole = words() else { return nil }
        if take("point") {
            guard let value = decimals(behind: whole) else { return nil }
            return scaled(value)
        }
        return mixed(Rational(whole)) ?? Rational(whole)
    }

    /// `2.5 million`, `5 hundred`
    private mutating func scaled(_ value: Rational) -> Rational {
        if take("hundred") { return value * Rational(100) }
        for scale in Self.scales where take(scale.word) { return value * Rational(scale.size) }
        return take("dozen") ? value * Rational(12) : value
    }

    /// `two and a half`, `2 and three quarters`, `2 1/2`
    private mutating func mixed(_ whole: Rational) -> Rational? {
        let start = place
        if whole.isWhole, take("and"), let fraction = fraction() { return whole + fraction }
        place = start
        guard whole.isWhole, place + 2 < tokens.endIndex, tokens[place].isSpaced, tokens[place + 1].part == .sign("/"),
            !tokens[place + 1].isSpaced, !tokens[place + 2].isSpaced,
            case .number(let top) = tokens[place].part, case .number(let bottom) = tokens[place + 2].part,
            let top = Rational(decimal: top), let bottom = Rational(decimal: bottom), top.isWhole, bottom.isWhole,
            top < bottom, let fraction = top.divided(by: bottom)
        else { return nil }
        place += 3
        return whole + fraction
    }

    /// `a half`, `two thirds`, `two-thirds`
    private mutating func fraction() -> Rational? {
        let count: Int
        if take("a") || take("an") || take("one") {
            count = 1
        } else if let word = word(), let value = Self.small[word], value > 1 {
            place += 1
            count = value
        } else if word() == "half" {
            count = 1
        } else {
            return nil
        }
        if isHyphenated { place += 1 }
        // Seconds are no halves, and "one fourth" of something is a part of it.
        guard let name = word(), let parts = Self.parts[name] else { return nil }
        place += 1
        return Rational(count).divided(by: Rational(parts))
    }

    /// Digits behind a point, one word each.
    private mutating func decimals(behind whole: Int) -> Rational? {
        var digits = ""
        while let word = word(), let digit = Self.small[word], digit < 10 {
            digits += String(digit)
            place += 1
        }
        return digits.isEmpty ? nil : Rational(decimal: "\(whole).\(digits)")
    }

    /// A whole number in words.
    private mutating func words() -> Int? {
        if take("a", "dozen") { return 12 }
        if take("dozen") { return 12 }
        var total = 0
        var previous = Int.max
        var isFirst = true
        while let group = group(isFirst: isFirst) {
            let scale = Self.scales.first { $0.word == word() }
            let size = scale?.size ?? 1
            guard size < previous else { return nil }
            if scale != nil { place += 1 }
            total += group * size
            (previous, isFirst) = (size, false)
            if size == 1 { break }
        }
        if isFirst { return nil }
        if total < 1_000, take("dozen") { return total * 12 }
        return total
    }

    /// 0 … 999; `a` stands for one only before a hundred or a scale.
    private mutating func group(isFirst: Bool) -> Int? {
        let start = place
        if !isFirst, word() == "and", word(1) != "a" { place += 1 }
        if take("a") {
            if take("hundred") { return 100 + (rest() ?? 0) }
            if isFirst, Self.scales.contains(where: { $0.word == word() }) { return 1 }
            place = start
            return nil
        }
        guard let value = belowHundred() else {
            place = start
            return nil
        }
        guard (1...99).contains(value), take("hundred") else { return value }
        return value * 100 + (rest() ?? 0)
    }

    /// What follows the hundreds: `and five`, `five`.
    private mutating func rest() -> Int? {
        let start = place
        _ = take("and")
        if let rest = belowHundred(), rest > 0 { return rest }
        place = start
        return nil
    }

    private mutating func belowHundred() -> Int? {
        guard let first = word() else { return nil }
        if let value = Self.small[first] {
            place += 1
            return value
        }
        guard let ten = Self.tens[first] else { return nil }
        place += 1
        let start = place
        if isHyphenated { place += 1 }
        if let next = word(), let unit = Self.small[next], (1...9).contains(unit) {
            place += 1
            return ten + unit
        }
        place = start
        return ten
    }
}
