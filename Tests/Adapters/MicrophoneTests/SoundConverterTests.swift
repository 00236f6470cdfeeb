import AssistantCore
import Foundation
import Testing

@testable import Microphone

/// A device's sound to 16 kHz mono.
@Suite("Sound converter") struct SoundConverterTests {
    private func shape(_ format: SampleFormat = .s16, rate: Int = 16_000, channels: Int = 1) -> SoundShape {
        SoundShape(device: "test", format: format, rateHz: rate, channels: channels)
    }

    /// Frames of 16-bit samples, the same in every channel that `gains` has.
    private func sine(_ hertz: Double, rate: Int, seconds: Double, gains: [Double]) -> [UInt8] {
        (0..<Int(seconds * Double(rate))).flatMap { index in
            gains.flatMap { gain in
                let value = Int16(gain * 32_767 * sin(2 * Double.pi * hertz * Double(index) / Double(rate)))
                return [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
            }
        }
    }

    private func power(_ samples: ArraySlice<Float>) -> Float {
        samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
    }

    @Test("A tone keeps its level at every rate and channel count", arguments: [8_000, 44_100, 48_000], [1, 2, 6])
    func level(rate: Int, channels: Int) {
        var converter = SoundConverter(shape(rate: rate, channels: channels))
        var output: [Float] = []
        let gains = Array(repeating: 0.5, count: channels)
        let measure = converter.convert(sine(440, rate: rate, seconds: 0.5, gains: gains), into: &output)
        #expect(measure.count == rate / 2)
        #expect(abs(measure.powerDecibels - -9.03) < 0.1)
        #expect(abs(measure.peakDecibels - -6.02) < 0.5)
        #expect(abs(power(output[2_000..<6_000]) - 0.125) < 0.002)
    }

    @Test("Two channels are averaged, of more the first is taken")
    func channels() {
        var (stereo, array) = (SoundConverter(shape(channels: 2)), SoundConverter(shape(channels: 4)))
        var (output, first): ([Float], [Float]) = ([], [])
        let half = stereo.convert(sine(500, rate: 16_000, seconds: 0.1, gains: [0.8, 0]), into: &output)
        let whole = array.convert(sine(500, rate: 16_000, seconds: 0.1, gains: [0.4, 0.9, 0.9, 0.9]), into: &first)
        #expect(abs(half.peakDecibels - whole.peakDecibels) < 0.05)
        #expect(zip(output, first).allSatisfy { abs($0 - $1) < 1e-3 })
    }

    @Test("A constant offset is no sound")
    func offset() {
        var converter = SoundConverter(shape())
        var output: [Float] = []
        let bytes: [UInt8] = (0..<32_000).map { $0 % 2 == 0 ? 0 : 0x20 }
        #expect(converter.convert(bytes, into: &output).powerDecibels == SoundLevel.silenceDecibels)
    }

    @Test("Clipping is counted in the channel that clips, before any filter")
    func clipping() {
        var converter = SoundConverter(shape(channels: 2))
        var output: [Float] = []
        let measure = converter.convert([0, 0, 0xFF, 0x7F, 0, 0, 0x00, 0x80, 0, 0, 0xFE, 0x7F], into: &output)
        #expect(measure.clipped == 2)
    }

    @Test("How the sound is cut into reads changes no sample")
    func chunks() {
        let bytes = sine(700, rate: 48_000, seconds: 0.2, gains: [0.3, 0.2])
        var (whole, pieces): ([Float], [Float]) = ([], [])
        var converter = SoundConverter(shape(rate: 48_000, channels: 2))
        _ = converter.convert(bytes, into: &whole)
        converter = SoundConverter(shape(rate: 48_000, channels: 2))
        for start in stride(from: 0, to: bytes.count, by: 4 * 331) {
            _ = converter.convert(Array(bytes[start..<min(start + 4 * 331, bytes.count)]), into: &pieces)
        }
        #expect(whole == pieces)
    }
}
