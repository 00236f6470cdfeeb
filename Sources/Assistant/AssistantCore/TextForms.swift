extension String {
    /// The text without white space at both ends.
    package var trimmed: String {
        guard let start = firstIndex(where: { !$0.isWhitespace }), let end = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[start...end])
    }
}

extension BinaryInteger {
    /// The number in decimal digits, with zeros before it up to `width` of them.
    package func padded(to width: Int) -> String {
        let digits = String(self)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}

extension Duration {
    /// Minutes and seconds, such as `0:07` and `61:32`; less than none is `0:00`.
    package var clock: String {
        let seconds = max(0, Int(inSeconds))
        return "\(seconds / 60):\((seconds % 60).padded(to: 2))"
    }
}

extension Character {
    /// Whether it ends a line of a text: LF, CR, or CR and LF, which are one character, and not equal to the first.
    package var endsLine: Bool { self == "\n" || self == "\r\n" || self == "\r" }
}
