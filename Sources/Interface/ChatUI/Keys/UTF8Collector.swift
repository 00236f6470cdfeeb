/// Puts one scalar together from bytes that arrive one by one. Rejects overlong forms, surrogates and what lies beyond
/// U+10FFFF at the first byte that shows it (Unicode 15, table 3-7).
struct UTF8Collector: Sendable, Hashable {
    enum Step: Equatable {
        case more
        case scalar(Unicode.Scalar)
        /// The byte does not continue the sequence; it has not been used.
        case broken
    }

    private var value: UInt32
    private var missing: Int
    private var allowed: ClosedRange<UInt8>

    /// Begins at a lead byte; `nil` where the byte leads nothing.
    init?(lead: UInt8) {
        switch lead {
        case 0xC2...0xDF: (value, missing) = (UInt32(lead & 0x1F), 1)
        case 0xE0...0xEF: (value, missing) = (UInt32(lead & 0x0F), 2)
        case 0xF0...0xF4: (value, missing) = (UInt32(lead & 0x07), 3)
        default: return nil
        }
        allowed =
            switch lead {
            case 0xE0: 0xA0...0xBF
            case 0xED: 0x80...0x9F
            case 0xF0: 0x90...0xBF
            case 0xF4: 0x80...0x8F
            default: 0x80...0xBF
            }
    }

    mutating func take(_ byte: UInt8) -> Step {
        guard allowed.contains(byte) else { return .broken }
        allowed = 0x80...0xBF
        value = value << 6 | UInt32(byte & 0x3F)
        missing -= 1
        guard missing == 0 else { return .more }
        return Unicode.Scalar(value).map(Step.scalar) ?? .broken
    }
}
