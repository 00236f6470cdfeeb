/// Sums, products and their like, in signs or in words.
enum Arithmetic {
    static func answer(_ question: Question) -> ExactAnswer? {
        if let tokens = Phrasing.asFraction(question.asked) { return fraction(tokens) }
        if let tokens = Phrasing.asDecimal(question.asked) { return answer(tokens, isSure: true) }
        if let answer = answer(question.asked, isSure: question.asksToCalculate) { return answer }
        if let answer = fitting(question.tokens) { return answer }
        guard let plain = Phrasing.plain(question.tokens) else { return nil }
        return answer(plain.tokens, isSure: question.asksToCalculate, isShare: plain.isShare)
    }

    /// - Parameters:
    ///   - isSure: whether somebody said that it is a calculation.
    ///   - isShare: whether the answer is told in percent.
    private static func answer(_ tokens: [Token], isSure: Bool, isShare: Bool = false) -> ExactAnswer? {
        guard !tokens.isEmpty, isSure || !LookAlikes.contain(tokens) else { return nil }
        var reader = ExpressionReader(tokens)
        guard var value = reader.readAll(), reader.operations > 0 else { return nil }
        if isShare {
            guard value.currency == nil else { return nil }
            value.number = value.number * Rational(100)
        }
        guard let (text, isExact) = written(value) else { return nil }
        let isEqual = isExact && !value.isApproximate
        return ExactAnswer(.arithmetic, "\(tokens.written) \(isEqual ? "=" : "≈") \(text)\(isShare ? "%" : "")")
    }

    /// `0.375 as a fraction`
    private static func fraction(_ tokens: [Token]) -> ExactAnswer? {
        var reader = ExpressionReader(tokens)
        guard let value = reader.readAll(), !value.isApproximate, value.currency == nil else { return nil }
        let bottom = value.number.isWhole ? "" : "/\(value.number.denominator)"
        let text = "\(value.number.numerator)\(bottom)"
        guard text.utf8.count <= 60, tokens.written != text else { return nil }
        return ExactAnswer(.arithmetic, "\(tokens.written) = \(text)")
    }

    private static let goesInto = Phrase("how many times does|do|will|can|would <A> go|fit in|into <A2>")

    /// `how many times does 3 go into 10`: whole times, and what is left over.
    private static func fitting(_ tokens: [Token]) -> ExactAnswer? {
        guard let slots = goesInto.match(tokens, fits: Phrasing.fits), let small = slots["A"], let large = slots["A2"]
        else { return nil }
        var readers = (ExpressionReader(small), ExpressionReader(large))
        guard let part = readers.0.readAll()?.number, let whole = readers.1.readAll()?.number, part > Rational(0),
            whole >= Rational(0), let rest = whole.modulo(part),
            let times = (whole - rest).divided(by: part)?.decimals()
        else { return nil }
        guard rest != Rational(0) else {
            return ExactAnswer(.arithmetic, "\(large.written) / \(small.written) = \(times.text)")
        }
        guard let left = rest.decimals(), left.isExact else { return nil }
        return ExactAnswer(
            .arithmetic, "\(small.written) goes into \(large.written) \(times.text) times, with \(left.text) left over."
        )
    }

    /// Money has two decimals where it has any.
    private static func written(_ value: ExpressionReader.Value) -> (String, Bool)? {
        guard var (text, isExact) = value.number.magnitude.decimals() else { return nil }
        if value.currency != nil, let point = text.firstIndex(of: ".") {
            let places = text[point...].dropFirst().count
            if places == 1 { text += "0" }
            if places > 2 {
                let hundred = Rational(100)
                guard let cents = value.number.magnitude.roundedToWhole(times: hundred), let rounded = cents.decimals()
                else { return nil }
                (text, isExact) = (rounded.text, cents == value.number.magnitude && isExact)
                if let point = text.firstIndex(of: "."), text[point...].count == 2 { text += "0" }
            }
        }
        return ((value.number < Rational(0) ? "-" : "") + (value.currency.map(String.init) ?? "") + text, isExact)
    }
}

/// What looks like a calculation and may be something else: a date, years, a score, a telephone number, a name.
enum LookAlikes {
    private static let names: Set = [
        "24/7", "24-7", "9/11", "7/11", "50/50", "50-50", "20/20", "4x4", "2x4",
    ]

    static func contain(_ tokens: [Token]) -> Bool {
        let numbers = tokens.filter(\.isNumber)
        let signs = tokens.filter { !$0.isNumber }
        guard numbers.count >= 2, numbers.count == signs.count + 1, let sign = signs.first,
            signs.allSatisfy({ $0.part == sign.part }), tokens.first?.isNumber == true,
            zip(tokens, tokens.dropFirst()).allSatisfy({ $0.isNumber != $1.isNumber })
        else { return false }
        let isTight = tokens.dropFirst().allSatisfy { !$0.isSpaced }
        if isTight, names.contains(tokens.written) { return true }
        guard sign.isSign("-–/") else { return false }
        // 100-50-25, 1/2/24, 555-0142-12
        if isTight, numbers.count > 2 { return true }
        guard numbers.count == 2, let first = Int(numbers[0].text), let second = Int(numbers[1].text) else {
            return false
        }
        if sign.isSign("/") { return isTight && isDayAndMonth(first, second) }
        guard first < second, sign.spelling != "−" else { return false }
        // 3-5, 3 – 5, and 1914 - 1918.
        return isTight || sign.isSign("–") || areYears(first, second)
    }

    private static func areYears(_ first: Int, _ second: Int) -> Bool {
        (1_000...2_199).contains(first) && (1_000...2_199).contains(second)
    }

    /// Whether it may be a date rather than a fraction that people write: 9/11, 4/20, but not 12/4 and 3/4.
    private static func isDayAndMonth(_ first: Int, _ second: Int) -> Bool {
        let mayBeDate = (1...31).contains(first) && (1...31).contains(second) && min(first, second) <= 12
        return mayBeDate && second > 10 && !first.isMultiple(of: second)
    }
}
