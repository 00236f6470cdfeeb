/// Groups of digits with separators between them, read from one place of a text: `4111 1111 1111 1111`.
///
/// What cards, phone numbers, addresses and national ids are recognised in. It reads at most 32 digits in at most 16
/// groups, whatever stands there, and keeps them packed: one is made for every number of a text. White space of any sort
/// separates as a space does; where it is a tab or a line's end, the cluster knows that it is broken there.
struct DigitCluster {
    private static let maxDigits = 32
    private static let maxGroups = 16

    private let start: Int
    /// Four bits for each digit.
    private var values: UInt128 = 0
    /// A byte for each group: its length.
    private var lengths: UInt128 = 0
    /// A byte for each group: where it ends, from `start` on.
    private var ends: UInt128 = 0
    /// A byte for each group: the separator after it, or 0 where there is none or a longer one, as in `) `.
    private var separators: UInt128 = 0
    /// How many groups there are before the first tab or line's end between two of them.
    private(set) var unbrokenGroups = 0
    private(set) var digitCount = 0
    private(set) var groupCount = 0

    /// Reads from `start`, where a digit or an opening parenthesis stands.
    ///
    /// - Parameter isLoose: whether up to four characters of any punctuation separate too, as a space does.
    init(in text: FoldedText, from start: Int, isLoose: Bool = false) {
        self.start = start
        var position = text[start] == UInt8(ascii: "(") ? start + 1 : start
        while groupCount < Self.maxGroups {
            let groupStart = position
            while digitCount < Self.maxDigits, text[position].isDigit {
                values |= UInt128(text[position] & 0xF) << UInt128(4 * digitCount)
                digitCount += 1
                position += 1
            }
            guard position > groupStart else { break }
            let shift = UInt128(8 * groupCount)
            lengths |= UInt128(position - groupStart) << shift
            ends |= UInt128(position - start) << shift
            groupCount += 1
            if isLoose {
                guard let width = Self.looseWidth(in: text, at: position) else { break }
                separators |= 0x20 << shift
                position += width
                continue
            }
            guard let width = Self.separatorWidth(in: text, at: position) else { break }
            let isBroken = text[position] == 0x09 || text[position] == 0x0A
            if isBroken, unbrokenGroups == 0 { unbrokenGroups = groupCount }
            separators |= UInt128(width > 1 ? 0 : isBroken ? 0x20 : text[position]) << shift
            position += width
        }
        if unbrokenGroups == 0 { unbrokenGroups = groupCount }
    }

    /// Where the first `count` groups end.
    func end(ofGroups count: Int) -> Int { start + Int(Self.byte(ends, count - 1)) }

    /// 0 where there is no such group.
    func length(ofGroup index: Int) -> Int { Int(Self.byte(lengths, index)) }

    func separator(afterGroup index: Int) -> UInt8 { Self.byte(separators, index) }

    func digit(_ index: Int) -> Int { Int(truncatingIfNeeded: values >> UInt128(4 * index)) & 0xF }

    /// The first `count` digits.
    func digits(_ count: Int) -> [UInt8] { (0..<count).map { UInt8(digit($0)) } }

    /// How many digits the first `count` groups have.
    func digitCount(ofGroups count: Int) -> Int { (0..<count).reduce(0) { $0 + length(ofGroup: $1) } }

    /// The number that digits `range` make; at most 18 of them.
    func number(_ range: Range<Int>) -> Int { range.reduce(0) { $0 * 10 + digit($1) } }

    /// Whether the first groups have the lengths of `shape`.
    func begins(with shape: GroupShape) -> Bool { lengths & shape.mask == shape.lengths }

    /// Whether between the first `count` groups there is one and the same separator, one that `isAllowed`.
    func isUniform(groups count: Int, _ isAllowed: (UInt8) -> Bool) -> Bool {
        if count == 1 { return true }
        let first = separator(afterGroup: 0)
        for index in 1..<count - 1 where separator(afterGroup: index) != first { return false }
        return isAllowed(first)
    }

    /// How many characters, four at most, stand between `position` and the next digit; `nil` where there are more or none, or
    /// a word is among them.
    static func looseWidth(in text: FoldedText, at position: Int) -> Int? {
        var end = position
        while end - position < 4, !text[end].isWord, text[end] > 0, text[end] != 0x0C { end += 1 }
        return end > position && text[end].isDigit ? end - position : nil
    }

    private static func byte(_ packed: UInt128, _ index: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: packed >> UInt128(8 * index))
    }

    /// One separator, or a parenthesis with a separator beside it, followed by a digit; `nil` where there is none.
    private static func separatorWidth(in text: FoldedText, at position: Int) -> Int? {
        let second = text[position + 1]
        switch text[position] {
        case 0x09 where second == 0x28, 0x0A where second == 0x28, 0x20 where second == 0x28:
            return text[position + 2].isDigit ? 2 : nil  // blank (
        case 0x09, 0x0A, 0x20, 0x2D, 0x2E, 0x2F, 0x28: return second.isDigit ? 1 : nil  // blank - . / (
        case 0x29 where second.isBlank || second == 0x2D || second == 0x2F:  // ) with blank - /
            return text[position + 2].isDigit ? 2 : nil
        case 0x29: return second.isDigit ? 1 : nil
        default: return nil
        }
    }
}

/// How many digits each group of a written number has; at most 15 groups.
struct GroupShape {
    let count: Int
    fileprivate let lengths: UInt128
    fileprivate let mask: UInt128

    init(_ lengths: Int...) {
        count = lengths.count
        self.lengths = lengths.reversed().reduce(0) { $0 << 8 | UInt128($1) }
        mask = (1 << UInt128(8 * lengths.count)) - 1
    }
}

extension UInt8 {
    static func isSpaceOrDash(_ byte: UInt8) -> Bool { byte.isBlank || byte == 0x2D }
    static func isSpaceDashOrDot(_ byte: UInt8) -> Bool { byte.isBlank || byte == 0x2D || byte == 0x2E }
    static func isDot(_ byte: UInt8) -> Bool { byte == 0x2E }
}
