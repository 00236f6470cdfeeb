/// Operations with names: `the sum of 3 and 4`. What they are of has to end where the calculation ends, or be in
/// parentheses: the product of 6 and 7 plus 8 may be 50 or 90.
extension ExpressionReader {
    private enum Name {
        case sum, product, difference, quotient, average, squareRoot, cubeRoot, twice, triple, square, cube, factorial,
            remainder
    }

    private static let names: [(words: [String], name: Name)] = [
        ("sum of", .sum), ("total of", .sum), ("product of", .product), ("difference between", .difference),
        ("difference of", .difference), ("quotient of", .quotient), ("average of", .average), ("mean of", .average),
        ("square root of", .squareRoot), ("sqrt of", .squareRoot), ("sqrt", .squareRoot), ("cube root of", .cubeRoot),
        ("twice", .twice), ("double", .twice), ("triple", .triple), ("square of", .square), ("cube of", .cube),
        ("factorial of", .factorial), ("remainder of", .remainder), ("remainder when", .remainder),
    ].map { (words: $0.split(separator: " ").map(String.init), name: $1) }

    /// `nil` without having read anything where there is none.
    mutating func namedOperation() -> Value? {
        let start = place
        _ = take("the")
        guard let name = Self.names.first(where: { take(all: $0.words) })?.name else {
            place = start
            return nil
        }
        let value: Value?
        switch name {
        case .sum, .product, .difference, .quotient, .average: value = combined(name)
        case .remainder: value = remainder()
        default: value = ofOne(name)
        }
        return value
    }

    private mutating func take(all words: [String]) -> Bool {
        guard tokens.dropFirst(place).prefix(words.count).map(\.part) == words.map(Token.Part.word) else {
            return false
        }
        place += words.count
        return true
    }

    // MARK: Of one number

    private mutating func ofOne(_ name: Name) -> Value? {
        let isEnclosed = next?.isSign("(") == true
        guard let operand = operand(), isEnclosed && name != .square && name != .cube || isAtEnd else { return nil }
        switch name {
        case .squareRoot: return root(operand, 2)
        case .cubeRoot: return root(operand, 3)
        case .square: return raised(operand, Value(number: Rational(2)))
        case .cube: return raised(operand, Value(number: Rational(3)))
        case .twice: return of(Rational(2), operand)
        case .triple: return of(Rational(3), operand)
        default:
            guard operand.currency == nil, let factorial = operand.number.factorial else { return nil }
            operations += 1
            return Value(number: factorial)
        }
    }

    mutating func root(_ value: Value, _ degree: Int) -> Value? {
        guard value.currency == nil, !value.isPercent, let (root, isExact) = value.number.root(degree) else {
            return nil
        }
        operations += 1
        return Value(number: root, isApproximate: value.isApproximate || !isExact)
    }

    // MARK: Of several

    private mutating func combined(_ name: Name) -> Value? {
        let isOfTwo = name == .difference || name == .quotient
        guard let list = list(ofTwo: isOfTwo), isAtEnd, list.count >= 2, !isOfTwo || list.count == 2 else { return nil }
        let (first, second) = (list[0], list[1])
        var result = Value(
            number: first.number, isApproximate: list.contains { $0.isApproximate }, currency: first.currency)
        let isMoney = list.contains { $0.currency != nil }
        operations += 1
        switch name {
        case .product, .quotient:
            guard !isMoney else { return nil }
            if name == .product {
                result.number = list.reduce(Rational(1)) { $0 * $1.number }
            } else {
                guard let quotient = first.number.divided(by: second.number) else { return nil }
                result.number = quotient
            }
        default:
            guard list.allSatisfy({ $0.currency == first.currency }) else { return nil }
            let sum = list.reduce(Rational(0)) { $0 + $1.number }
            switch name {
            case .difference: result.number = (first.number - second.number).magnitude
            case .average: result.number = sum.divided(by: Rational(list.count)) ?? sum
            default: result.number = sum
            }
        }
        return result
    }

    /// `3 and 4`, `1, 2 and 3`. Commas that could part its numbers as well as their thousands are not in it, nor an `and`
    /// that could belong to a number: `two hundred and three`.
    private mutating func list(ofTwo: Bool) -> [Value]? {
        let start = place
        guard let first = operand() else { return nil }
        var list = [first]
        while true {
            let hasComma = take(signs: ",")
            guard take("and") || hasComma else { break }
            guard let next = operand() else { return nil }
            list.append(next)
        }
        let read = tokens[start..<place]
        let isClear = ofTwo && !read.contains { $0.isSign(",") } || !read.contains(where: \.mayBeList)
        return isClear && !NumberWords.hasLooseAnd(read) ? list : nil
    }

    /// `the remainder when 17 is divided by 5`
    private mutating func remainder() -> Value? {
        guard let left = operand() else { return nil }
        _ = take("is")
        guard take("divided", "by") || take("over") || take(signs: "/"), let right = operand(), isAtEnd,
            left.currency == nil, right.currency == nil, !left.isApproximate, !right.isApproximate,
            let rest = left.number.modulo(right.number)
        else { return nil }
        operations += 1
        return Value(number: rest)
    }
}
