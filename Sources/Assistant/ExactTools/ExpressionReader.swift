/// A recursive-descent reader of arithmetic. It understands all or nothing, with the precedence that Python has:
///
///     sum     = product ((+|-) product)*
///     product = signed ((*|/|mod) signed)*
///     signed  = "-" signed | power
///     power   = factor ("^" signed)?
///     factor  = value ("!" | "squared" | "cubed" | "²" | "³")*
///
/// What is said in words and could be grouped in two ways has no value: `half of 10 plus 6`, `minus 3 squared`.
struct ExpressionReader {
    /// What a part of a calculation comes to.
    struct Value {
        var number: Rational
        /// Whether a root was cut off.
        var isApproximate = false
        /// `10%` that nothing has been done with yet; `number` is its share of one.
        var isPercent = false
        /// The sign of a currency: `$`.
        var currency: Character?
    }

    private static let deepest = 32

    let tokens: [Token]
    var place = 0
    private var depth = 0
    /// How many operations there were: a bare number is no calculation.
    var operations = 0

    init(_ tokens: [Token]) { self.tokens = tokens }

    /// `nil` where there is a token left over.
    mutating func readAll() -> Value? {
        guard let value = sum(), place == tokens.count, !value.isPercent else { return nil }
        // A difference of roots has fewer digits than are shown.
        let smallest = Rational(decimal: "1e-30")
        if value.isApproximate, let smallest, value.number.magnitude < smallest { return nil }
        return value
    }

    // MARK: Tokens

    var next: Token? { place < tokens.count ? tokens[place] : nil }

    mutating func take(_ words: String...) -> Bool {
        guard tokens.dropFirst(place).prefix(words.count).map(\.part) == words.map(Token.Part.word) else {
            return false
        }
        place += words.count
        return true
    }

    mutating func take(signs: String) -> Bool {
        guard let next, next.isSign(signs) else { return false }
        place += 1
        return true
    }

    /// Whether nothing follows that could belong to what was just read.
    var isAtEnd: Bool { next.map { $0.isSign("),") } ?? true }

    // MARK: Sums and products

    private mutating func sum() -> Value? {
        let operationsBefore = operations
        guard var value = product() else { return nil }
        var terms = 1
        while let isPlus = plusOrMinus() {
            let isSimple = terms == 1 && operations == operationsBefore
            guard var next = product(), !value.isPercent else { return nil }
            if next.isPercent {
                // `100 + 10%` of a hundred; of a longer sum nobody knows of what.
                guard isSimple, isAtEnd, value.currency == nil || next.currency == nil else { return nil }
                next = Value(number: value.number * next.number, isApproximate: false, currency: value.currency)
            }
            guard value.currency == next.currency else { return nil }
            value.number = isPlus ? value.number + next.number : value.number - next.number
            value.isApproximate = value.isApproximate || next.isApproximate
            operations += 1
            terms += 1
        }
        return value
    }

    /// An en dash is a minus only between blanks: `1914–1918` are years.
    private mutating func plusOrMinus() -> Bool? {
        if take(signs: "+") || take("plus") || take("added", "to") { return true }
        if take(signs: "-") || take("minus") || take("less") || take("take", "away") { return false }
        guard let next, next.isSign("–"), next.isSpaced, place + 1 < tokens.count, tokens[place + 1].isSpaced else {
            return nil
        }
        place += 1
        return false
    }

    private enum Operation { case times, divided, modulo }

    private mutating func product() -> Value? {
        guard var value = signed() else { return nil }
        while let operation = operation() {
            guard let next = signed(), let result = combine(value, operation, next) else { return nil }
            value = result
            operations += 1
        }
        return value
    }

    private mutating func operation() -> Operation? {
        if take(signs: "*") || take("times") || take("multiplied", "by") || takeLetterX() { return .times }
        if take(signs: "/") || take("divided", "by") || take("over") { return .divided }
        return take("mod") || take("modulo") ? .modulo : nil
    }

    /// `3 x 4` and `3x4`, but not `0x10`.
    private mutating func takeLetterX() -> Bool {
        guard let next, next.part == .word("x"), place > 0, place + 1 < tokens.count,
            next.isSpaced == tokens[place + 1].isSpaced
        else { return false }
        if !next.isSpaced, case .number(let left) = tokens[place - 1].part, left.first == "0" { return false }
        place += 1
        return true
    }

    private func combine(_ left: Value, _ operation: Operation, _ right: Value) -> Value? {
        var result = Value(number: left.number, isApproximate: left.isApproximate || right.isApproximate)
        switch operation {
        case .times:
            guard left.currency == nil || right.currency == nil else { return nil }
            result.number = left.number * right.number
            result.currency = left.currency ?? right.currency
        case .divided:
            guard right.currency == nil || left.currency == right.currency,
                let quotient = left.number.divided(by: right.number)
            else { return nil }
            result.number = quotient
            result.currency = right.currency == nil ? left.currency : nil
        case .modulo:
            guard left.currency == nil, right.currency == nil, !result.isApproximate, !left.isPercent, !right.isPercent,
                let rest = left.number.modulo(right.number)
            else { return nil }
            result.number = rest
        }
        return result
    }

    // MARK: Powers

    private mutating func signed() -> Value? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { return nil }
        guard take(signs: "-") || take("minus") || take("negative") else { return power(isNegated: false) }
        guard var value = next?.isSign("-") == true ? signed() : power(isNegated: true), !value.isPercent else {
            return nil
        }
        value.number = -value.number
        return value
    }

    /// - Parameter isNegated: a minus stands before it: whether a power in words is of the negative number or not, nobody
    ///   can tell.
    private mutating func power(isNegated: Bool) -> Value? {
        guard let base = factor(isNegated: isNegated) else { return nil }
        let isSign = take(signs: "^")
        guard isSign || take("to", "the", "power", "of") || take("to", "the", "power") else {
            guard let exponent = ordinalExponent() else { return base }
            return isNegated ? nil : raised(base, Value(number: Rational(exponent)))
        }
        guard !isNegated || isSign, let exponent = signed() else { return nil }
        return raised(base, exponent)
    }

    /// `to the 4th`, `to the fourth power`
    private mutating func ordinalExponent() -> Int? {
        let start = place
        guard take("to", "the"), let next else { return nil }
        var exponent: Int?
        if case .number(let digits) = next.part, let number = Int(digits), place + 1 < tokens.count,
            DateWords.isSuffix(tokens[place + 1], of: number)
        {
            exponent = number
            place += 2
        } else if let index = CalendarNames.ordinals.firstIndex(of: next.text) {
            exponent = index + 1
            place += 1
        }
        guard exponent != nil else {
            place = start
            return nil
        }
        _ = take("power")
        return exponent
    }

    private mutating func factor(isNegated: Bool) -> Value? {
        guard var value = value() else { return nil }
        while let next {
            let isBehind = !next.isSpaced
            if isBehind && take(signs: "!") || take("factorial") {
                guard self.next?.isSign("!") != true, value.currency == nil, !value.isPercent,
                    let factorial = value.number.factorial
                else { return nil }
                value.number = factorial
                operations += 1
            } else if let exponent = wordedExponent(isBehind: isBehind) {
                guard !isNegated || next.isSign("²³"), let power = raised(value, Value(number: Rational(exponent)))
                else {
                    return nil
                }
                value = power
            } else {
                break
            }
        }
        return value
    }

    private mutating func wordedExponent(isBehind: Bool) -> Int? {
        if take("squared") || isBehind && take(signs: "²") { return 2 }
        return take("cubed") || isBehind && take(signs: "³") ? 3 : nil
    }

    mutating func raised(_ base: Value, _ exponent: Value) -> Value? {
        guard base.currency == nil, exponent.currency == nil, !base.isPercent, !exponent.isPercent,
            !exponent.isApproximate, let (power, isExact) = base.number.power(exponent.number)
        else { return nil }
        operations += 1
        return Value(number: power, isApproximate: base.isApproximate || !isExact)
    }

    // MARK: Values

    private mutating func value() -> Value? {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.deepest else { return nil }
        if take(signs: "(") {
            guard let inner = sum(), take(signs: ")"), !inner.isPercent else { return nil }
            return inner
        }
        let start = place
        if let named = namedOperation() { return named }
        guard place == start else { return nil }
        if take(signs: "√") { return value().flatMap { root($0, 2) } }
        return amount()
    }

    /// A number, perhaps of a currency, a percentage, or a share of something.
    private mutating func amount() -> Value? {
        var currency: Character?
        if let next, next.isSign("$€£"), place + 1 < tokens.count, tokens[place + 1].isNumber,
            !tokens[place + 1].isSpaced
        {
            currency = next.text.first
            place += 1
        }
        let isFraction = isFractionInDigits
        guard var (number, length) = NumberWords.read(tokens[place...]) else { return nil }
        let isPart = isFraction || !number.isWhole && tokens[place].spelling.allSatisfy { !$0.isASCIIDigit }
        if isFraction, case .number(let bottom) = tokens[place + 2].part {
            guard let bottom = Rational(decimal: bottom), let quotient = number.divided(by: bottom) else { return nil }
            (number, length) = (quotient, 3)
        }
        place += length
        if currency == nil { currency = currencyBehind() }
        if currency == nil, take(signs: "%") || take("percent") {
            guard let share = number.divided(by: Rational(100)) else { return nil }
            guard take("of") else { return Value(number: share, isPercent: true) }
            return power(isNegated: false).flatMap { of(share, $0) }
        }
        guard isPart, currency == nil, take("of") else { return Value(number: number, currency: currency) }
        return part(number)
    }

    private mutating func currencyBehind() -> Character? {
        if take(signs: "€") || take("euros") || take("euro") { return "€" }
        return take("dollars") || take("dollar") ? "$" : nil
    }

    /// `3/4 of`: the slash does not divide what follows.
    private var isFractionInDigits: Bool {
        guard place + 3 < tokens.count else { return false }
        let ahead = tokens[place..<place + 4]
        return ahead[place].isNumber && ahead[place + 1].part == .sign("/") && ahead[place + 2].isNumber
            && ahead[place + 3].part == .word("of")
    }

    mutating func of(_ share: Rational, _ whole: Value) -> Value? {
        guard !whole.isPercent else { return nil }
        operations += 1
        var result = whole
        result.number = share * whole.number
        return result
    }

    /// A part in words of what follows, which has to end there: `half of 10 plus 6` may be 8 or 11.
    private mutating func part(_ share: Rational) -> Value? {
        guard let whole = operand(), isAtEnd || next?.isSign("*") == true || next?.part == .word("times") else {
            return nil
        }
        return of(share, whole)
    }

    /// One number, something in parentheses, or a part of one.
    mutating func operand() -> Value? {
        let isNegated = take(signs: "-") || take("minus")
        guard var value = value(), !value.isPercent else { return nil }
        if isNegated { value.number = -value.number }
        return value
    }
}
