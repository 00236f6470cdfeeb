/// Lengths, masses, volumes, times, speeds, areas, data, energy, pressure and temperatures, converted by their exact
/// definitions.
enum Units {
    static func answer(_ question: Question) -> ExactAnswer? {
        let text = conversion(question) ?? count(question) ?? Temperature.answer(question)
        return text.map { ExactAnswer(.units, $0) }
    }

    // MARK: Grammar

    private static let conversions = [
        // `convert 5 km to miles`, `what is 5 feet in cm`, `2 days is how many hours`, `how long is 5 km in miles`
        "convert|change|express|turn|transform? <Q> in|to|into|as|is|equals|= <U>",
        "what|how long|far|tall|high|wide|deep|heavy|big|large|fast|much|old? is|are|does|do? <Q> in|to|into|as|equal? <U>",
        "what|how much is|are <Q> converted|expressed in|to|into <U>", "<Q> is|are|equals|= how many|much <U>",
        "<Q> in|to <U> is|equals?", "<Q> equal|make|makes how many <U>", "<Q> has|have|contains how many <U>",
        "what is|are? <Q> equal to in <U>",
    ].map(Phrase.init)
    private static let counts = [
        // `how many metres are in 3 miles`, `… are there in a day`, `how many inches do 3 feet make`
        "how many|much <U> is|are there? in|to? <Q>", "how many|much <U> in|to|make|makes|equal|equals <Q>",
        "how many|much <U> make up <Q>",
        "how many|much <U> does|do <Q> make|equal|have|contain|last|hold|take|weigh|measure",
        "how many|much <U> go|goes|fit into|in <Q>", "<Q> in how many <U>",
        "what is <Q> in terms of <U>", "how many|much <U> is|are <Q> equal to?",
        "what|how many is|are the? number of <U> in <Q>",
    ].map(Phrase.init)

    private static func conversion(_ question: Question) -> String? {
        // The verb of a request is gone already where it was `calculate`.
        firstAnswer(conversions, question.tokens)
    }

    private static func count(_ question: Question) -> String? { firstAnswer(counts, question.tokens) }

    private static func firstAnswer(_ phrases: [Phrase], _ tokens: [Token]) -> String? {
        for phrase in phrases {
            let slots = phrase.match(tokens) { slot, tokens in
                slot == "U" ? unit(tokens) != nil || isFeetAndInches(tokens) : quantity(tokens) != nil
            }
            guard let slots, let amount = slots["Q"].flatMap({ quantity($0[...]) }), let name = slots["U"] else {
                continue
            }
            let text =
                isFeetAndInches(name[...]) ? feetAndInches(amount) : unit(name[...]).flatMap { written(amount, $0) }
            if let text { return text }
        }
        return nil
    }

    private static func isFeetAndInches(_ tokens: ArraySlice<Token>) -> Bool {
        let words = tokens.map(\.text)
        return words.count == 3 && ["feet", "foot", "ft"].contains(words[0]) && words[1] == "and"
            && ["inches", "inch", "in"].contains(words[2])
    }

    private static func feetAndInches(_ quantity: Quantity) -> String? {
        guard let foot = UnitTable.unit("foot"), let inch = UnitTable.unit("inch"),
            quantity.dimension == foot.dimension,
            let rest = quantity.base.modulo(foot.factor),
            let feet = (quantity.base - rest).divided(by: foot.factor)?.decimals(),
            let inches = rest.divided(by: inch.factor)?.decimals()
        else { return nil }
        return "\(quantity.words) \(inches.isExact ? "=" : "≈") \(feet.text) feet \(inches.text) inches"
    }

    // MARK: Quantities

    /// So many of a unit; several where they add up to one: `5 feet 10 inches`.
    private struct Quantity {
        var base: Rational
        var dimension: Unit.Dimension
        var words: String
    }

    private static let longestUnit = 5

    /// A unit's name, alone.
    private static func unit(_ tokens: ArraySlice<Token>) -> Unit? {
        guard tokens.count <= longestUnit, tokens.first?.isWord == true else { return nil }
        var name = ""
        for token in tokens { name += (token.isSpaced && !name.isEmpty ? " " : "") + token.spelling }
        return UnitTable.unit(name)
    }

    private static func quantity(_ tokens: ArraySlice<Token>) -> Quantity? {
        guard let (first, rest) = part(tokens) else { return nil }
        var whole = first
        var tokens = rest
        var last = first.unit
        while !tokens.isEmpty {
            if tokens.first?.text == "and" {
                if let half = andAHalf(tokens) { return half == nil ? nil : adding(half ?? Rational(0), to: whole) }
                tokens = tokens.dropFirst()
            }
            // The parts get smaller, of one kind: feet, then inches.
            guard let (next, rest) = part(tokens) ?? impliedPart(tokens, after: last),
                next.quantity.dimension == whole.quantity.dimension,
                next.unit.factor < last.factor
            else { return nil }
            whole.quantity.base = whole.quantity.base + next.quantity.base
            whole.quantity.words += " " + next.quantity.words
            (last, tokens) = (next.unit, rest)
        }
        return whole.quantity
    }

    private struct Part {
        var quantity: Quantity
        var unit: Unit
        var count: Rational

        /// `nil` where the number is too long to be written.
        init?(_ count: Rational, _ unit: Unit) {
            guard let (decimals, isExact) = count.decimals() else { return nil }
            let text = isExact ? decimals : "\(count.numerator)/\(count.denominator)"
            let words = "\(text) \(count == Rational(1) ? unit.singular : unit.plural)"
            quantity = Quantity(base: count * unit.factor, dimension: unit.dimension, words: words)
            (self.unit, self.count) = (unit, count)
        }
    }

    /// `an hour and a half`
    private static func andAHalf(_ tokens: ArraySlice<Token>) -> Rational?? {
        guard tokens.count == 3, let (share, length) = NumberWords.read(tokens.dropFirst()), length == 2,
            share < Rational(1)
        else { return nil }
        return share
    }

    private static func adding(_ share: Rational, to part: Part) -> Quantity? {
        let count = part.count + share
        guard part.count.isWhole, let (text, isExact) = count.decimals(), isExact else { return nil }
        return Quantity(
            base: count * part.unit.factor, dimension: part.quantity.dimension, words: "\(text) \(part.unit.plural)")
    }

    /// What is said without its unit behind a larger one: `5 feet 11`, `1 hour 20`.
    private static func impliedPart(_ tokens: ArraySlice<Token>, after unit: Unit) -> (Part, rest: ArraySlice<Token>)? {
        guard tokens.count == 1, let (count, length) = amount(tokens), length == 1, count.isWhole,
            let (name, limit) = implied[unit.singular], count < Rational(limit), let smaller = UnitTable.unit(name),
            let part = Part(count, smaller)
        else { return nil }
        return (part, [])
    }

    private static let implied: [String: (name: String, limit: Int)] = [
        "foot": ("inch", 12), "stone": ("pound", 14), "hour": ("minute", 60), "minute": ("second", 60),
    ]

    /// A number and its unit, at the beginning.
    private static func part(_ tokens: ArraySlice<Token>) -> (Part, rest: ArraySlice<Token>)? {
        guard let (count, length) = amount(tokens) else { return nil }
        let rest = tokens.dropFirst(length)
        for length in stride(from: min(longestUnit, rest.count), through: 1, by: -1) {
            guard let unit = unit(rest.prefix(length)), let part = Part(count, unit) else { continue }
            return (part, rest.dropFirst(length))
        }
        return nil
    }

    /// `5`, `a`, `half a`, `a quarter of an`, `two and a half`, `1/2`
    private static func amount(_ tokens: ArraySlice<Token>) -> (Rational, length: Int)? {
        func articles(_ start: Int) -> Int {
            let ahead = tokens.dropFirst(start).prefix(2).map(\.text)
            if ahead.first == "a" || ahead.first == "an" { return 1 }
            return ahead.first == "of" && (ahead.last == "a" || ahead.last == "an") ? 2 : 0
        }
        if let (number, length) = NumberWords.read(tokens) {
            if length == 1, tokens.dropFirst().first?.part == .sign("/"), tokens.count > 3, number.isWhole,
                let (bottom, _) = NumberWords.read(tokens.dropFirst(2)), let quotient = number.divided(by: bottom)
            {
                return (quotient, 3 + articles(3))
            }
            let isFraction = number < Rational(1) && number > Rational(0)
            return (number, length + (isFraction ? articles(length) : 0))
        }
        let first = tokens.first?.text
        return first == "a" || first == "an" ? (Rational(1), 1) : nil
    }

    // MARK: Answer

    private static func written(_ quantity: Quantity, _ target: Unit) -> String? {
        guard quantity.dimension == target.dimension, let value = quantity.base.divided(by: target.factor),
            let (result, isExact) = value.decimals()
        else { return nil }
        return
            "\(quantity.words) \(isExact ? "=" : "≈") \(result) \(value == Rational(1) ? target.singular : target.plural)"
    }
}

/// Degrees of one scale as those of another.
enum Temperature {
    private static let scales = [
        "celsius": "C", "centigrade": "C", "c": "C", "fahrenheit": "F", "f": "F", "kelvin": "K", "kelvins": "K",
        "k": "K",
    ]
    private static let phrases = [
        "convert|change|express|turn? <T> in|to|into|as <S>",
        "what|how hot|warm|cold|much? is|are? <T> in|to|into|as? <S>", "<T> is|= what|how many? degrees? in? <S>",
        "how many degrees? <S> is|are|in|make <T>", "what temperature? in <S> is <T>",
    ].map(Phrase.init)

    static func answer(_ question: Question) -> String? {
        for phrase in phrases {
            let slots = phrase.match(question.tokens) { slot, tokens in
                slot == "S" ? scale(tokens) != nil : temperature(tokens) != nil
            }
            guard let slots, let (degrees, source) = slots["T"].flatMap({ temperature($0[...]) }),
                let target = slots["S"].flatMap({ scale($0[...]) }), let text = written(degrees, source, target)
            else { continue }
            return text
        }
        return nil
    }

    /// `°C`, `degrees Celsius`
    private static func scale(_ tokens: ArraySlice<Token>) -> String? {
        var tokens = tokens
        if let first = tokens.first, ["degrees", "degree", "°"].contains(first.text) { tokens = tokens.dropFirst() }
        guard tokens.count == 1, let word = tokens.first else { return nil }
        return scales[word.text]
    }

    private static func temperature(_ tokens: ArraySlice<Token>) -> (Rational, String)? {
        var tokens = tokens
        let isBelow = tokens.first.map { $0.isSign("-") || $0.text == "minus" || $0.text == "negative" } ?? false
        if isBelow { tokens = tokens.dropFirst() }
        guard let (number, length) = NumberWords.read(tokens), let scale = scale(tokens.dropFirst(length)) else {
            return nil
        }
        return (isBelow ? -number : number, scale)
    }

    private static func written(_ degrees: Rational, _ source: String, _ target: String) -> String? {
        guard let kelvin = kelvin(degrees, source), kelvin >= Rational(0), let result = self.degrees(kelvin, target),
            let (text, isExact) = result.decimals(), let (given, isGivenExact) = degrees.decimals(), isGivenExact
        else { return nil }
        func mark(_ scale: String) -> String { scale == "K" ? "K" : "°\(scale)" }
        return "\(given) \(mark(source)) \(isExact ? "=" : "≈") \(text) \(mark(target))"
    }

    private static func kelvin(_ degrees: Rational, _ scale: String) -> Rational? {
        guard let zero = Rational(decimal: "273.15"), let ratio = Rational(5).divided(by: Rational(9)) else {
            return nil
        }
        return switch scale {
        case "C": degrees + zero
        case "F": (degrees - Rational(32)) * ratio + zero
        default: degrees
        }
    }

    private static func degrees(_ kelvin: Rational, _ scale: String) -> Rational? {
        guard let zero = Rational(decimal: "273.15"), let ratio = Rational(9).divided(by: Rational(5)) else {
            return nil
        }
        return switch scale {
        case "C": kelvin - zero
        case "F": (kelvin - zero) * ratio + Rational(32)
        default: kelvin
        }
    }
}
