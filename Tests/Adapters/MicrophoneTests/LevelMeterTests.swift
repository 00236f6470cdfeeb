import AssistantCore
import Testing

@testable import Microphone

/// What the meter shows of a stream, in stretches of 20 ms.
@Suite("Level meter") struct LevelMeterTests {
    private let rate = 16_000

    /// A stretch of a constant level.
    private func stretch(_ amplitude: Float, clipped: Int = 0) -> SoundConverter.Measure {
        SoundConverter.Measure(energy: 320 * amplitude * amplitude, count: 320, peak: amplitude, clipped: clipped)
    }

    private func levels(_ amplitudes: [Float]) -> [SoundLevel] {
        var meter = LevelMeter()
        return amplitudes.map { meter.take(stretch($0), rateHz: rate) }
    }

    @Test("Level and peak follow within 100 ms, and digital silence is −120 dB")
    func follows() {
        let levels = levels(Array(repeating: 0.5, count: 5) + Array(repeating: 0, count: 5))
        #expect(abs(levels[4].rmsDecibels - -6.02) < 0.01 && abs(levels[4].peakDecibels - -6.02) < 0.01)
        #expect(levels[9].rmsDecibels == -120 && levels[9].peakDecibels == -120)
    }

    @Test("The noise floor is what the quiet moments have in common, and is unknown at first")
    func floor() throws {
        let levels = levels(Array(repeating: 0.001, count: 50) + Array(repeating: 0.3, count: 50))
        #expect(levels[20].noiseFloorDecibels == nil)
        let before = try #require(levels[49].noiseFloorDecibels)
        #expect(abs(before - -60) < 0.1)
        #expect(levels[99].noiseFloorDecibels == before)
    }

    @Test("A voice over the noise is speech, the noise alone is not, and a short gap in the voice still is")
    func speech() {
        let noise = Array(repeating: Float(0.003), count: 60)
        let voice = Array(repeating: Float(0.05), count: 20)
        let gap = Array(repeating: Float(0.003), count: 10)
        let levels = levels(noise + voice + gap + voice + noise)
        #expect(!levels[59].isSpeech)
        #expect(levels[62..<108].allSatisfy { $0.isSpeech })
        #expect(levels.last?.isSpeech == false)
    }

    @Test("Rustling far below any voice is never speech")
    func quiet() {
        #expect(
            levels(Array(repeating: 0, count: 60) + Array(repeating: 0.0009, count: 30)).allSatisfy { !$0.isSpeech })
    }

    @Test("Clipping shows for as long as clipped samples are in the window, a single one is none")
    func clipping() {
        var meter = LevelMeter()
        #expect(!meter.take(stretch(0.5, clipped: 1), rateHz: rate).isClipping)
        #expect(meter.take(stretch(0.9, clipped: 30), rateHz: rate).isClipping)
        let after = (0..<5).map { _ in meter.take(stretch(0.1), rateHz: rate).isClipping }
        #expect(after == [true, true, true, true, false])
    }
}
