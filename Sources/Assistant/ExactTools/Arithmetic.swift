/// Sums, products and their like, in signs or in words.
enum Arithmetic {
    static func answer(_ question: Question) -> ExactAnswer? {
        if !question.hasLooseSigns, !question.asksToCalculate { return nil }
        return answer(question.asked) ?? Phrasing.plain(question.parts).flatMap(answer)
    }

    private static func answer(_ parts: [Question.Part]) -> ExactAnswer? {
        guard !parts.isEmpty else { return nil }
        var reader = ExpressionReader(parts)
        guard let value = reader.readAll(), reader.operations > 0 else { return nil }
        let (text, isExact) = value.decimals()
        return ExactAnswer(.arithmetic, "\(written(parts)) \(isExact ? "=" : "≈") \(text)")
    }

    /// The expression as a person writes it.
    private static func written(_ parts: [Question.Part]) -> String {
        var text = ""
        for part in parts {
            let piece: String
            switch part {
            case .word(let word), .number(let word): piece = word
            case .sign(let sign): piece = String(sign)
            }
            let isTight = text.isEmpty || text.last == "(" || piece == ")" || piece == "%"
            text += (isTight ? "" : " ") + piece
        }
        return text
    }
}

/// A recursive-descent reader of arithmetic: `sum = product (± product)*`, `product = power (× power)*`,
/// `power = value (^ power)?`. It understands all or nothing.
struct ExpressionReader {
    private static let deepest = 32

    private let parts: [Question.Part]
    private var place = 0
    private var depth = 0
    /// How many operations there were: a bare number is no calculation.
    private(set) var operations = 0

    init(_ parts: [Question.Part]) { self.parts = parts }

    mutating func readAll() -> Rational? {
        guard let value = sum(), place == parts.count else { return nil }
        return value
    }

    // MARK: Parts

    private mutating func take(_ words: String...) -> Bool {
        guard parts.dropFirst(place).starts(with: words.map(Question.Part.word)) else { return false }
        place += words.count
        return true
    }

    private mutating func take(signs: Character...) -> Bool {
        guard place < parts.count, case .sign(let sign) = parts[place], signs.contains(sign) else { return false }
        place += 1
        return true
    }

    // MARK: Grammar

    private mutating func sum() -> Rational? {
        guard var value = product() else { return nil }
        while true {
            if take(signs: "+") || take("plus") || take("added", "to") {
                guard let next = product(), let sum = value.plus(next) else { return nil }
                value = sum
            } else if take(signs: "-") || take("minus") || take("less") {
                guard let next = product(), let difference = value.minus(next) else { return nil }
                value = difference
            } else {
                return value
            }
            operations += 1
        }
    }

    private mutating func product() -> Rational? {
        guard var value = power() else { return nil }
        while true {
            if take(signs: "*", "×", "·") || take("times") || take("x") || take("multiplied", "by") {
                guard let next = power(), let product = value.times(next) else { return nil }
                value = product
            } else if take(signs: "/", "÷", ":") || take("divided", "by") || take("over") {
                guard let next = power(), let quotient = value.divided(by: next) else { return nil }
                value = quotient
            } else {
                return value
            }
            operations += 1
        }
    }

    private mutating func power() -> Rational? {
        guard let base = signed() else { return nil }
        var exponent: Rational?
        if take("squared") {
            exponent = Rational(2)
        } else if take("cubed") {
            exponent = Rational(3)
        } else if take(signs: "^") || take("to", "the", "power", "of") {
            guard let read = power() else { return nil }
            exponent = read
        }
        guard let exponent else { return base }
        operations += 1
        return base.power(exponent)
    }

    private mutating func signed() -> Rational? {
        guard take(signs: "-") || take("minus") || take("negative") else { return value() }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { return nil }
        return signed().flatMap { Rational(0).minus($0) }
    }

    private mutating func value() -> Rational? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { return nil }
        if take(signs: "(") {
            guard let inner = sum(), take(signs: ")") else { return nil }
            return inner
        }
        if let named = namedOperation() { return named.value }
        guard let number = number() else { return nil }
        return take(signs: "%") || take("percent") || take("per", "cent") ? share(number) : number
    }

    /// `15 % of 80`: the sign alone is no operation.
    private mutating func share(_ percent: Rational) -> Rational? {
        guard take("of"), let whole = power() else { return nil }
        operations += 1
        return percent.divided(by: Rational(100))?.times(whole)
    }

    /// `the sum of 3 and 4`. The outer optional says whether there is one, the inner whether it has a value.
    private mutating func namedOperation() -> (value: Rational?, Void)? {
        let start = place
        _ = take("the")
        let combine: (Rational, Rational) -> Rational?
        if take("sum", "of") {
            combine = { $0.plus($1) }
        } else if take("product", "of") {
            combine = { $0.times($1) }
        } else if take("difference", "between") || take("difference", "of") {
            combine = { $0 < $1 ? $1.minus($0) : $0.minus($1) }
        } else if take("quotient", "of") {
            combine = { $0.divided(by: $1) }
        } else if take("square", "root", "of") {
            operations += 1
            return (value()?.squareRoot, ())
        } else if take("half", "of") {
            operations += 1
            return (value()?.divided(by: Rational(2)), ())
        } else {
            place = start
            return nil
        }
        guard let left = sum(), take("and"), let right = sum() else { return (nil, ()) }
        operations += 1
        return (combine(left, right), ())
    }

    private mutating func number() -> Rational? {
        guard place < parts.count else { return nil }
        switch parts[place] {
        case .number(let digits):
            place += 1
            return Rational(decimal: digits)
        case .word(let word):
            guard let (value, length) = NumberWords.read(parts[place...], first: word) else { return nil }
            place += length
            return Rational(value)
        case .sign: return nil
        }
    }
}

/// Numbers in words, zero to ninety-nine; the hyphen reads as a sign.
enum NumberWords {
    private static let small: [String] = [
        "zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
        "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
    ]
    private static let tens = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

    static func read(_ parts: ArraySlice<Question.Part>, first: String) -> (value: Int, length: Int)? {
        if let value = small.firstIndex(of: first) { return (value, 1) }
        guard let index = tens.firstIndex(of: first) else { return nil }
        let ten = 20 + 10 * index
        var rest = parts.dropFirst()
        let hyphen = rest.first == .sign("-") ? 1 : 0
        rest = rest.dropFirst(hyphen)
        if case .word(let word) = rest.first, let unit = small.firstIndex(of: word), (1...9).contains(unit) {
            return (ten + unit, 2 + hyphen)
        }
        return (ten, 1)
    }
}
