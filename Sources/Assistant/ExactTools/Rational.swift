internal import BigInt

/// An exact fraction of any size.
struct Rational: Hashable, Comparable {
    /// Carries the sign.
    let numerator: BigInt
    /// ≥ 1, without common divisor.
    let denominator: BigInt

    /// Most bits of a power's numerator or denominator: enough for 300 digits.
    private static let mostBits = 1_024
    /// Most digits that are worth reading.
    private static let mostDigits = 200
    /// Significant digits of what is rounded.
    private static let significantDigits = 10
    /// Significant digits that a root is computed to; far more than are shown.
    private static let digitsOfRoot = 60

    init(_ whole: Int) {
        numerator = BigInt(whole)
        denominator = 1
    }

    private init(_ whole: BigInt) {
        numerator = whole
        denominator = 1
    }

    init?(_ numerator: BigInt, over denominator: BigInt) {
        guard denominator != 0 else { return nil }
        let divisor = numerator.greatestCommonDivisor(with: denominator) * (denominator < 0 ? -1 : 1)
        self.numerator = numerator / divisor
        self.denominator = denominator / divisor
    }

    /// `12`, `0.5`, `1234.25`, `1e-3`; `nil` for anything else, and for digits behind a leading zero.
    init?(decimal text: some StringProtocol) {
        let halves = text.split(separator: "e", omittingEmptySubsequences: false)
        guard (1...2).contains(halves.count), text.utf8.count <= Self.mostDigits else { return nil }
        let parts = halves[0].split(separator: ".", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), parts.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isASCIIDigit) }),
            parts[0].count == 1 || parts[0].first != "0", let digits = BigInt(parts.joined())
        else { return nil }
        var exponent = 0
        if halves.count == 2 {
            guard let read = Int(halves[1]), abs(read) <= 100 else { return nil }
            exponent = read
        }
        exponent -= parts.count == 2 ? parts[1].count : 0
        let scale = BigInt(10).power(abs(exponent))
        self.init(exponent < 0 ? digits : digits * scale, over: exponent < 0 ? scale : 1)
    }

    // MARK: Operations

    static func + (left: Rational, right: Rational) -> Rational {
        left.combined(
            left.numerator * right.denominator + right.numerator * left.denominator,
            left.denominator * right.denominator)
    }

    static func - (left: Rational, right: Rational) -> Rational { left + -right }

    static prefix func - (value: Rational) -> Rational { value.combined(-value.numerator, value.denominator) }

    static func * (left: Rational, right: Rational) -> Rational {
        left.combined(left.numerator * right.numerator, left.denominator * right.denominator)
    }

    /// A denominator of products is never 0.
    private func combined(_ numerator: BigInt, _ denominator: BigInt) -> Rational {
        Rational(numerator, over: denominator) ?? self
    }

    /// `nil` for a division by zero.
    func divided(by other: Rational) -> Rational? {
        Rational(numerator * other.denominator, over: denominator * other.numerator)
    }

    /// What is left of it when it is divided by `other`, with the sign of `other`. `nil` for a division by zero.
    func modulo(_ other: Rational) -> Rational? {
        divided(by: other).map { self - Rational($0.floor) * other }
    }

    private var floor: BigInt {
        let (quotient, remainder) = numerator.quotientAndRemainder(dividingBy: denominator)
        return remainder < 0 ? quotient - 1 : quotient
    }

    /// `nil` where there is no value, or one that is too large to read.
    func power(_ exponent: Rational) -> (value: Rational, isExact: Bool)? {
        guard let count = exponent.wholeNumber else {
            guard let degree = Int(exactly: exponent.denominator), degree <= 16, self > Rational(0),
                let (power, _) = power(Rational(exponent.numerator))
            else { return nil }
            return power.root(degree)
        }
        // Nobody agrees on 0^0.
        if numerator == 0 { return count > 0 ? (self, true) : nil }
        guard abs(numerator) != 1 || denominator != 1 else {
            return (numerator == 1 || count.isMultiple(of: 2) ? Rational(1) : self, true)
        }
        let bits = max(abs(numerator), denominator).bitWidth
        guard abs(count) <= Self.mostBits, bits * abs(count) <= 2 * Self.mostBits else { return nil }
        let (top, bottom) = (numerator.power(abs(count)), denominator.power(abs(count)))
        return Rational(count < 0 ? bottom : top, over: count < 0 ? top : bottom).map { ($0, true) }
    }

    /// The positive root of this degree; `nil` of negative numbers.
    func root(_ degree: Int) -> (value: Rational, isExact: Bool)? {
        guard numerator >= 0, degree >= 1 else { return nil }
        let (top, bottom) = (Self.root(numerator, degree), Self.root(denominator, degree))
        if top.power(degree) == numerator, bottom.power(degree) == denominator {
            return Rational(top, over: bottom).map { ($0, true) }
        }
        // So many digits more that the whole part of the scaled root has all that are wanted.
        let lost = max(0, denominator.description.count - numerator.description.count) / degree + 1
        let scale = BigInt(10).power(Self.digitsOfRoot + lost)
        let scaled = Self.root(numerator * scale.power(degree) / denominator, degree)
        return Rational(scaled, over: scale).map { ($0, false) }
    }

    /// The whole part of the root, by Newton's method from above.
    private static func root(_ value: BigInt, _ degree: Int) -> BigInt {
        guard value > 1, degree > 1 else { return value }
        var root = BigInt(1) << (value.bitWidth / degree + 1)
        while true {
            let next = (root * BigInt(degree - 1) + value / root.power(degree - 1)) / BigInt(degree)
            if next >= root { return root }
            root = next
        }
    }

    /// `nil` where it is no whole number from 0 to 100.
    var factorial: Rational? {
        guard let count = wholeNumber, (0...100).contains(count) else { return nil }
        return Rational((0..<count).reduce(BigInt(1)) { $0 * BigInt($1 + 1) })
    }

    static func < (left: Rational, right: Rational) -> Bool {
        left.numerator * right.denominator < right.numerator * left.denominator
    }

    var isWhole: Bool { denominator == 1 }

    /// `nil` where it is no whole number, or one beyond `Int`.
    var wholeNumber: Int? { isWhole ? Int(exactly: numerator) : nil }

    var magnitude: Rational { numerator < 0 ? -self : self }
}

// MARK: Digits

extension Rational {
    /// Its decimals: all of them where they end soon, else rounded to ten significant digits, the whole part never
    /// rounded away. `isExact` says so; `nil` where there are too many digits to read.
    func decimals() -> (text: String, isExact: Bool)? {
        let sign = numerator < 0 ? "-" : ""
        let whole = (abs(numerator) / denominator).description
        guard whole.utf8.count <= Self.mostDigits else { return nil }
        if let places = finitePlaces, places == 0 || whole == "0" || whole.utf8.count + places <= 30,
            let text = Self.text(abs(numerator), denominator, places: places)
        {
            return (sign + text, true)
        }
        let first = firstPlace
        guard first <= 20 else { return scientific(first).map { (sign + $0, false) } }
        let places =
            whole == "0" ? first - 1 + Self.significantDigits : max(4, Self.significantDigits - whole.utf8.count)
        return Self.text(abs(numerator), denominator, places: places).map { (sign + $0, false) }
    }

    /// How many decimals it has, where they end after at most 30.
    private var finitePlaces: Int? {
        var (scale, places) = (BigInt(1), 0)
        while places <= 30 {
            if scale % denominator == 0 { return places }
            scale *= 10
            places += 1
        }
        return nil
    }

    /// At which decimal, from 1, the first digit stands that is not 0; of a number below 1.
    private var firstPlace: Int {
        var (scaled, place) = (abs(numerator) * 10, 1)
        guard scaled != 0 else { return 1 }
        while scaled < denominator {
            scaled *= 10
            place += 1
        }
        return place
    }

    /// Rounded half away from zero; zeros at the end are dropped.
    private static func text(_ numerator: BigInt, _ denominator: BigInt, places: Int) -> String? {
        let scaled = (numerator * BigInt(10).power(places) * 2 + denominator) / (denominator * 2)
        var digits = scaled.description
        if digits.utf8.count <= places {
            digits = String(repeating: "0", count: places + 1 - digits.utf8.count) + digits
        }
        let whole = digits.dropLast(places)
        var fraction = digits.suffix(places)
        while fraction.last == "0" { fraction.removeLast() }
        return whole + (fraction.isEmpty ? "" : "." + fraction)
    }

    private func scientific(_ first: Int) -> String? {
        Self.text(abs(numerator) * BigInt(10).power(first), denominator, places: Self.significantDigits - 1)
            .map { "\($0) × 10^-\(first)" }
    }
}

extension Rational {
    /// The nearest number that has `scale` as its denominator, half away from zero; of positive numbers.
    func roundedToWhole(times scale: Rational) -> Rational? {
        let scaled = self * scale
        return Rational((scaled.numerator * 2 + scaled.denominator) / (scaled.denominator * 2), over: 1)?.divided(
            by: scale)
    }
}
