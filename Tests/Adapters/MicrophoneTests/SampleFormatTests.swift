import Testing

@testable import Microphone

/// Bytes of every PCM format to numbers.
@Suite("Sample formats") struct SampleFormatTests {
    /// The bytes of a value, little-endian.
    private func bytes(_ value: Int64, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    @Test("Zero, the ends of the scale and a small negative value come out exactly")
    func integers() {
        for (format, bits) in [(SampleFormat.s16, 16), (.s24, 24), (.s24in32, 24), (.s32, 32)] {
            let scale = Float(Int64(1) << (bits - 1))
            for value in [0, 1, -1, (Int64(1) << (bits - 1)) - 1, -(Int64(1) << (bits - 1)), -12_345] {
                #expect(
                    format.value(bytes(value, format.byteCount), at: 0) == Float(value) / scale, "\(format) \(value)")
            }
        }
        #expect([0, 128, 255].map { SampleFormat.u8.value([$0], at: 0) } == [-1, 0, 127.0 / 128])
    }

    @Test("The unused byte of 24 bits in 32 is not looked at")
    func unusedByte() {
        for top in [UInt8(0x00), 0x7F, 0xFF] {
            #expect(SampleFormat.s24in32.value([0xFF, 0xFF, 0xFF, top], at: 0) == -1.0 / 8_388_608)
        }
    }

    @Test("Floats beyond the scale are cut, and what is no number is silence")
    func floats() {
        for (value, expected) in [(Float(0.5), Float(0.5)), (-3, -1), (.infinity, 1), (.nan, 0), (-0.25, -0.25)] {
            let sample = SampleFormat.float.value([9] + bytes(Int64(value.bitPattern), 4), at: 1)
            #expect(sample == expected)
        }
    }

    @Test(
        "The largest value of a format counts as full scale, the one below does not", arguments: SampleFormat.allCases)
    func fullScale(format: SampleFormat) {
        guard format != .float else {
            #expect(format.fullScale == 1)
            return
        }
        let bits = format == .s24in32 ? 24 : 8 * format.byteCount
        // 32 bits are more than a Float tells apart.
        let step = Int64(1) << max(0, bits - 24)
        let largest = format == .u8 ? 255 : (Int64(1) << (bits - 1)) - 1
        #expect(format.value(bytes(largest, format.byteCount), at: 0) >= format.fullScale)
        #expect(format.value(bytes(largest - 2 * step, format.byteCount), at: 0) < format.fullScale)
    }
}
