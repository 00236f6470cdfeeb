/// An exact fraction. Every operation is checked: what does not fit is `nil`, never wrong.
struct Rational: Hashable, Comparable {
    /// Carries the sign.
    let numerator: Int
    /// ≥ 1, without common divisor.
    let denominator: Int

    init(_ whole: Int) {
        numerator = whole
        denominator = 1
    }

    init?(_ numerator: Int, over denominator: Int) {
        guard denominator != 0, numerator != .min, denominator != .min else { return nil }
        let divisor = Self.commonDivisor(abs(numerator), abs(denominator))
        self.numerator = (denominator < 0 ? -numerator : numerator) / divisor
        self.denominator = abs(denominator) / divisor
    }

    /// `12`, `0.5`, `1234.25`; at most 15 digits.
    init?(decimal text: some StringProtocol) {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), text.count <= 16, let whole = Int(parts.joined()) else { return nil }
        var scale = 1
        for _ in 0..<(parts.count == 2 ? parts[1].count : 0) { scale *= 10 }
        self.init(whole, over: scale)
    }

    private static func commonDivisor(_ a: Int, _ b: Int) -> Int {
        var (a, b) = (a, b)
        while b != 0 { (a, b) = (b, a % b) }
        return max(a, 1)
    }

    private static func product(_ a: Int, _ b: Int) -> Int? {
        let (product, overflow) = a.multipliedReportingOverflow(by: b)
        return overflow ? nil : product
    }

    func plus(_ other: Rational) -> Rational? {
        guard let left = Self.product(numerator, other.denominator),
            let right = Self.product(other.numerator, denominator),
            let bottom = Self.product(denominator, other.denominator)
        else { return nil }
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? nil : Rational(sum, over: bottom)
    }

    func minus(_ other: Rational) -> Rational? { plus(Rational(negating: other)) }

    private init(negating other: Rational) {
        // A numerator is never Int.min.
        numerator = -other.numerator
        denominator = other.denominator
    }

    func times(_ other: Rational) -> Rational? {
        guard let top = Self.product(numerator, other.numerator),
            let bottom = Self.product(denominator, other.denominator)
        else { return nil }
        return Rational(top, over: bottom)
    }

    func divided(by other: Rational) -> Rational? {
        guard other.numerator != 0, let inverse = Rational(other.denominator, over: other.numerator) else { return nil }
        return times(inverse)
    }

    func power(_ exponent: Rational) -> Rational? {
        guard exponent.denominator == 1, (0...64).contains(exponent.numerator) else { return nil }
        var result = Rational(1)
        for _ in 0..<exponent.numerator {
            guard let next = result.times(self) else { return nil }
            result = next
        }
        return result
    }

    /// `nil` where it is no fraction.
    var squareRoot: Rational? {
        guard numerator >= 0 else { return nil }
        func root(_ square: Int) -> Int? {
            let root = Int(Double(square).squareRoot().rounded())
            return Self.product(root, root) == square ? root : nil
        }
        guard let top = root(numerator), let bottom = root(denominator) else { return nil }
        return Rational(top, over: bottom)
    }

    static func < (left: Rational, right: Rational) -> Bool { left.value < right.value }

    var value: Double { Double(numerator) / Double(denominator) }
    var isWhole: Bool { denominator == 1 }

    /// The decimals of it, all of them where there are at most `places`; `isExact` says so.
    func decimals(places: Int = 10) -> (text: String, isExact: Bool) {
        let sign = numerator < 0 ? "-" : ""
        var rest = abs(numerator) % denominator
        var digits: [Int] = []
        while rest != 0, digits.count < places, rest <= Int.max / 10 {
            digits.append(rest * 10 / denominator)
            rest = rest * 10 % denominator
        }
        let whole = abs(numerator) / denominator
        guard rest != 0 else {
            return (sign + "\(whole)" + (digits.isEmpty ? "" : "." + digits.map(String.init).joined()), true)
        }
        return (rounded(places: 4), false)
    }

    /// Rounded half away from zero, trailing zeros dropped.
    private func rounded(places: Int) -> String {
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 9e15 else { return "\(value)" }
        let (whole, part) = Int(scaled).quotientAndRemainder(dividingBy: Int(scale))
        var fraction = String(part)
        fraction = String(repeating: "0", count: places - fraction.count) + fraction
        while fraction.last == "0" { fraction.removeLast() }
        return (numerator < 0 && scaled > 0 ? "-" : "") + "\(whole)" + (fraction.isEmpty ? "" : "." + fraction)
    }
}
