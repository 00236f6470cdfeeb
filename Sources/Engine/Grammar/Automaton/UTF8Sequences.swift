/// Characters as the bytes that they are in UTF-8.
enum UTF8Sequences {
    /// Sequences of byte ranges that together are exactly the characters of `range`, which holds no surrogates: every
    /// way to take one byte out of each range is one of them.
    static func of(_ range: ClosedRange<UInt32>) -> [[ClosedRange<UInt8>]] {
        var sequences: [[ClosedRange<UInt8>]] = []
        // Cut where the number of bytes changes.
        for (low, high) in [(0, 0x7F), (0x80, 0x7FF), (0x800, 0xFFFF), (0x1_0000, 0x10_FFFF)] as [(UInt32, UInt32)] {
            let part = max(low, range.lowerBound)...max(max(low, range.lowerBound), min(high, range.upperBound))
            guard part.lowerBound <= min(high, range.upperBound) else { continue }
            split(part, continuations: high <= 0x7F ? 0 : high <= 0x7FF ? 1 : high <= 0xFFFF ? 2 : 3, &sequences)
        }
        return sequences
    }

    /// Cuts until all the bytes but the first that differs run over their whole range.
    private static func split(
        _ range: ClosedRange<UInt32>, continuations: Int, _ sequences: inout [[ClosedRange<UInt8>]]
    ) {
        for level in stride(from: continuations, to: 0, by: -1) {
            let mask = UInt32(1) << UInt32(6 * level) - 1
            guard range.lowerBound & ~mask != range.upperBound & ~mask else { continue }
            if range.lowerBound & mask != 0 {
                split(range.lowerBound...(range.lowerBound | mask), continuations: continuations, &sequences)
                split(((range.lowerBound | mask) + 1)...range.upperBound, continuations: continuations, &sequences)
                return
            }
            if range.upperBound & mask != mask {
                split(range.lowerBound...((range.upperBound & ~mask) - 1), continuations: continuations, &sequences)
                split((range.upperBound & ~mask)...range.upperBound, continuations: continuations, &sequences)
                return
            }
        }
        let low = bytes(range.lowerBound, continuations)
        let high = bytes(range.upperBound, continuations)
        sequences.append(zip(low, high).map { $0...$1 })
    }

    private static func bytes(_ scalar: UInt32, _ continuations: Int) -> [UInt8] {
        guard continuations > 0 else { return [UInt8(scalar)] }
        let lead: UInt32 = [0, 0xC0, 0xE0, 0xF0][continuations]
        return [UInt8(lead | scalar >> UInt32(6 * continuations))]
            + stride(from: continuations - 1, through: 0, by: -1).map {
                UInt8(0x80 | scalar >> UInt32(6 * $0) & 0x3F)
            }
    }
}
