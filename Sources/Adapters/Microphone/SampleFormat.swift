/// How a device writes one sample: the PCM formats that sound cards have, little-endian.
enum SampleFormat: CaseIterable, Sendable {
    case s16
    case s32
    /// 24 bits in the lower three of four bytes.
    case s24in32
    /// 24 bits in three bytes.
    case s24
    case float
    case u8

    /// Bytes of one sample.
    var byteCount: Int {
        switch self {
        case .s16: 2
        case .s32, .s24in32, .float: 4
        case .s24: 3
        case .u8: 1
        }
    }

    /// The largest value there is; sound that reaches it is cut off.
    var fullScale: Float {
        switch self {
        case .s16: 1 - 1 / 32_768
        case .s24, .s24in32: 1 - 1 / 8_388_608
        case .s32, .float: 1
        case .u8: 1 - 1 / 128
        }
    }

    /// The sample that begins at `index`, −1 … 1. What is no number in a float counts as 0, what is beyond 1 as 1.
    func value(_ bytes: [UInt8], at index: Int) -> Float {
        func unsigned(_ count: Int) -> UInt32 {
            (0..<count).reduce(0) { $0 | UInt32(bytes[index + $1]) << UInt32(8 * $1) }
        }
        switch self {
        case .s16: return Float(Int16(truncatingIfNeeded: unsigned(2))) / 32_768
        case .s32: return Float(Int32(bitPattern: unsigned(4))) / 2_147_483_648
        case .s24, .s24in32: return Float(Int32(bitPattern: unsigned(3) << 8) >> 8) / 8_388_608
        case .u8: return Float(Int(bytes[index]) - 128) / 128
        case .float:
            let value = Float(bitPattern: unsigned(4))
            return value.isNaN ? 0 : max(-1, min(1, value))
        }
    }
}

/// What the bytes of a device mean.
struct SoundShape: Sendable, Hashable {
    /// As the device was opened.
    var device: String
    var format: SampleFormat
    var rateHz: Int
    /// Interleaved.
    var channels: Int

    /// Bytes of one sample of every channel.
    var frameBytes: Int { format.byteCount * channels }
}
