import Kernels
import Testing

@testable import Whisper

@Suite("Speech activity") struct SpeechActivityTests {
    /// White noise at a level, the same every time.
    private func noise(_ seconds: Double, _ amplitude: Float, seed: UInt64 = 1) -> [Float] {
        var random = SplitMix64(seed: seed)
        return (0..<Int(seconds * 16_000)).map { _ in Float.random(in: -amplitude...amplitude, using: &random) }
    }

    /// Something with the rhythm of speech: bursts of 150 ms, 100 ms apart, of changing loudness.
    private func babble(_ seconds: Double) -> [Float] {
        (0..<Int(seconds * 4)).flatMap { index in
            noise(0.15, [0.3, 0.1, 0.2, 0.05][index % 4], seed: UInt64(index)) + noise(0.1, 0.01, seed: 99)
        }
    }

    @Test("Silence, dither and nothing hold no speech")
    func silence() {
        #expect(SpeechActivity([]).verdict().speech.isEmpty)
        #expect(SpeechActivity(Array(repeating: 0, count: 48_000)).verdict().speech.isEmpty)
        #expect(SpeechActivity(noise(3, 1 / 32_768)).verdict().speech.isEmpty)
    }

    @Test("Steady noise is told from speech at every level", arguments: [0.001, 0.01, 0.1, 1] as [Float])
    func steady(level: Float) {
        #expect(SpeechActivity(noise(5, level)).verdict().isSteady)
        #expect(!SpeechActivity(noise(1, 0.001) + babble(2)).verdict().isSteady)
    }

    @Test("Speech between stretches of a quiet room's noise is found to within 30 ms")
    func edges() throws {
        let sound = noise(2, 0.002) + babble(3) + noise(1.5, 0.002)
        let extent = try #require(SpeechActivity(sound).verdict().extent)
        #expect(abs(extent.lowerBound - 200) <= 3 && abs(extent.upperBound - 490) <= 13, "\(extent)")
    }

    @Test("A clip cut tightly around its words is kept whole")
    func tight() throws {
        let extent = try #require(SpeechActivity(babble(2)).verdict().extent)
        #expect(extent.lowerBound == 0 && extent.upperBound >= 190)
    }

    @Test("Pauses of 300 ms part the speech, shorter ones do not")
    func pauses() {
        let sound = { (pause: Double) in self.babble(1) + self.noise(pause, 0.0001) + self.babble(1) }
        #expect(SpeechActivity(noise(1, 0.0001) + sound(0.6)).verdict().speech.count == 2)
        #expect(SpeechActivity(noise(1, 0.0001) + sound(0.15)).verdict().speech.count == 1)
    }

    @Test("A click is no speech")
    func click() {
        var sound = noise(2, 0.0005)
        for index in 16_000..<16_020 { sound[index] = index % 2 == 0 ? 0.9 : -0.9 }
        #expect(SpeechActivity(sound).verdict().speech.isEmpty)
    }

    @Test("Chunks of any size give what the whole gives")
    func chunks() {
        let sound = noise(0.5, 0.01) + babble(1)
        var pieces = SpeechActivity()
        for start in stride(from: 0, to: sound.count, by: 137) {
            pieces.append(Array(sound[start..<min(start + 137, sound.count)]))
        }
        #expect(pieces.levels == SpeechActivity(sound).levels)
    }

    @Test("Values that are not finite do not trap")
    func hostile() {
        _ = SpeechActivity(Array(repeating: .nan, count: 20_000)).verdict()
        _ = SpeechActivity(Array(repeating: .infinity, count: 20_000) + noise(1, 1)).verdict()
    }
}

@Suite("Window plan") struct WindowPlanTests {
    private let plan = WindowPlan(longest: 3_000)

    private func next(
        _ speech: [Range<Int>], from start: Int = 0, available: Int, isComplete: Bool = true
    ) -> WindowPlan.Window? {
        plan.next(speech: speech, from: start, available: available, isComplete: isComplete)
    }

    @Test("One window holds the speech with 100 ms before and 140 ms after it, as far as there is sound")
    func margins() {
        #expect(next([100..<300], available: 500)?.frames == 90..<314)
        #expect(next([4..<300], available: 305)?.frames == 0..<305)
        #expect(next([], available: 500) == nil)
        #expect(next([100..<300], from: 314, available: 500) == nil)
    }

    @Test("Pauses stay inside, one of ten seconds parts windows")
    func pauses() {
        #expect(next([100..<300, 400..<500], available: 600)?.frames == 90..<514)
        #expect(next([100..<300, 1_299..<1_400], available: 1_500)?.frames == 90..<1_414)
        #expect(next([100..<300, 1_300..<1_400], available: 1_500)?.frames == 90..<314)
        #expect(next([100..<300, 1_300..<1_400], from: 314, available: 1_500)?.frames == 1_290..<1_414)
    }

    @Test("Speech longer than the encoder takes is cut in its longest late pause, in an early clear one, or at the end")
    func long() throws {
        let cut = try #require(next([0..<2_300, 2_331..<2_500, 2_506..<2_900, 2_911..<3_300], available: 3_400))
        #expect(cut.frames == 0..<2_314 && cut.isClosed && !cut.isCutInSpeech)
        let early = try #require(next([0..<500, 600..<700, 900..<950, 970..<3_300], available: 3_400))
        #expect(early.frames == 0..<714 && early.isClosed && !early.isCutInSpeech)
        let silent = try #require(next([0..<200, 4_000..<4_100], available: 4_200))
        #expect(silent.frames == 0..<214 && silent.isClosed && !silent.isCutInSpeech)
        let blunt = try #require(next([50..<4_000], available: 4_000))
        #expect(blunt.frames == 40..<3_040 && blunt.isClosed && blunt.isCutInSpeech)
    }

    @Test("While sound comes, a window is closed only when nothing to come can change it")
    func streaming() {
        #expect(next([100..<300], available: 340, isComplete: false)?.isClosed == false)
        #expect(next([100..<300], available: 1_299, isComplete: false)?.isClosed == false)
        #expect(next([100..<300], available: 1_300, isComplete: false)?.isClosed == true)
        #expect(next([100..<300, 700..<800], available: 800, isComplete: false)?.isClosed == false)
        #expect(next([100..<300, 1_300..<1_400], available: 1_400, isComplete: false)?.isClosed == true)
        #expect(next([0..<2_500, 2_600..<3_100], available: 3_100, isComplete: false)?.isClosed == true)
    }

    @Test("Windows of any recording cover all speech, ascend, and fit the encoder")
    func covers() throws {
        var random = SplitMix64(seed: 7)
        for _ in 0..<60 {
            var speech: [Range<Int>] = []
            var at = Int.random(in: 0...100, using: &random)
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                let end = at + Int.random(in: 5...2_500, using: &random)
                speech.append(at..<end)
                at = end + Int.random(in: 30...600, using: &random)
            }
            var start = 0
            var heard = Set<Int>()
            while let window = next(speech, from: start, available: at) {
                #expect(window.frames.lowerBound >= start && 1...3_000 ~= window.frames.count)
                heard.formUnion(window.frames)
                start = window.frames.upperBound
                try #require(start <= at)
            }
            #expect(speech.allSatisfy { run in run.allSatisfy(heard.contains) })
        }
    }
}
