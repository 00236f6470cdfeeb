extension Money {
    /// Reads a decimal amount of dollars exactly: `12`, `-0.05`, `.5`, `6e-5`.
    ///
    /// `nil` where the text is not such a number, is outside the range, or is finer than a micro-dollar (`6.5e-6`):
    /// an amount is never rounded behind its owner's back. At most 64 characters are accepted.
    package init?(decimal text: some StringProtocol) {
        var bytes = Array(text.utf8.prefix(65))[...]
        guard bytes.count <= 64 else { return nil }
        let isNegative = bytes.first == UInt8(ascii: "-")
        if isNegative || bytes.first == UInt8(ascii: "+") { bytes.removeFirst() }
        guard let (digits, exponent) = Self.digitsAndExponent(of: bytes) else { return nil }
        guard var micros = Self.scaled(digits, byPowerOfTen: exponent + 6) else { return nil }
        if isNegative { micros.negate() }
        self.init(microUSD: micros)
    }

    /// The exact amount in dollars without needless zeros: `0.06`, `-1.5`, `12`.
    package var decimal: String {
        let (whole, fraction) = microUSD.magnitude.quotientAndRemainder(dividingBy: 1_000_000)
        var text = (microUSD < 0 ? "-" : "") + String(whole)
        if fraction > 0 {
            let digits = String(fraction)
            let padded = String(repeating: "0", count: 6 - digits.count) + digits
            text += "." + padded.prefix(through: padded.lastIndex { $0 != "0" } ?? padded.startIndex)
        }
        return text
    }

    /// Splits `12.5e-3` into the digits `125` and the power of ten `-4`; `nil` where it is not a decimal number.
    private static func digitsAndExponent(of bytes: ArraySlice<UInt8>) -> (digits: [UInt8], exponent: Int)? {
        let parts = bytes.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 | 0x20 == UInt8(ascii: "e") }
        let mantissa = parts[0].split(
            separator: UInt8(ascii: "."), maxSplits: 1, omittingEmptySubsequences: false)
        let fraction = mantissa.count == 2 ? mantissa[1] : []
        let digits = Array(mantissa[0]) + fraction
        guard !digits.isEmpty, digits.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        guard parts.count == 2 else { return (digits, -fraction.count) }
        let exponentText = parts[1].map { Character(Unicode.Scalar($0)) }
        guard exponentText.count <= 5, let exponent = Int(String(exponentText)) else { return nil }
        return (digits, exponent - fraction.count)
    }

    /// The value of `digits` × 10^`power` where that is an integer that fits; otherwise `nil`.
    private static func scaled(_ digits: [UInt8], byPowerOfTen power: Int) -> Int64? {
        var digits = digits.drop { $0 == 0x30 }
        var power = power
        while power < 0, digits.last == 0x30 {
            digits.removeLast()
            power += 1
        }
        if digits.isEmpty { return 0 }
        guard power >= 0, digits.count + power <= 19 else { return nil }
        var value: Int64 = 0
        for digit in digits + Array(repeating: 0x30, count: power) {
            let (shifted, tooLong) = value.multipliedReportingOverflow(by: 10)
            let (sum, tooLarge) = shifted.addingReportingOverflow(Int64(digit - 0x30))
            guard !tooLong, !tooLarge else { return nil }
            value = sum
        }
        return value
    }
}

extension Money: CustomStringConvertible {
    /// For a person: at least two decimals, `$0.06`, `$1.50`, `-$0.00002`; never rounded.
    package var description: String {
        let exact = Money(microUSD: microUSD).decimal.drop { $0 == "-" }
        let decimals = exact.firstIndex(of: ".").map { exact.distance(from: $0, to: exact.endIndex) - 1 } ?? 0
        let padding = String(repeating: "0", count: Swift.max(0, 2 - decimals))
        return (microUSD < 0 ? "-$" : "$") + exact + (decimals == 0 ? "." : "") + padding
    }
}

extension Money: Codable {
    /// Reads a string such as `"0.06"` exactly, or a number to the nearest micro-dollar.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let text = try? container.decode(String.self) {
            guard let amount = Money(decimal: text) else {
                throw DecodingError.dataCorruptedError(
                    in: container, debugDescription: "“\(text.prefix(64))” is not an amount of dollars such as 0.06")
            }
            self = amount
            return
        }
        let micros = (try container.decode(Double.self) * 1e6).rounded()
        guard let exact = Int64(exactly: micros) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "the amount of dollars is out of range")
        }
        self.init(microUSD: exact)
    }

    /// Writes the exact decimal as a string.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(decimal)
    }
}
