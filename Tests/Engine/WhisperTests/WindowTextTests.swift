import Testing

@testable import Whisper

@Suite("Segments") struct WindowTextTests {
    typealias Token = WhisperVocabulary.Token
    private let vocabulary: WhisperVocabulary
    private let zero: Token = 15

    init() throws { vocabulary = try SmallVocabulary.make() }

    private func split(
        _ tokens: [Token], cutInSpeech: Bool = false, loopStart: Int? = nil, speech: [Range<Int>] = []
    ) -> WindowText {
        var decoded = DecodedText()
        (decoded.tokens, decoded.loopStart) = (tokens, loopStart)
        let window = WindowPlan.Window(frames: 1_000..<2_000, isClosed: true, isCutInSpeech: cutInSpeech)
        var text = WindowText(window, decoded: decoded)
        text.split(by: vocabulary, speech: speech)
        return text
    }

    private func segment(_ start: Int, _ end: Int, _ text: String) -> Recognition.Segment {
        Recognition.Segment(start: .milliseconds(start), end: .milliseconds(end), text: text)
    }

    @Test("Without timestamps the window is one segment")
    func plain() {
        #expect(split([0, 1, 2]).segments == [segment(10_000, 20_000, "front center.")])
        #expect(split([]).segments.isEmpty && split([4]).segments.isEmpty)
    }

    @Test("Pairs of timestamps part segments, in the time of the recording")
    func pairs() {
        let text = split([zero, 0, zero + 50, zero + 60, 1, zero + 100])
        #expect(text.segments == [segment(10_000, 11_000, "front"), segment(11_200, 12_000, "center")])
        #expect(text.end == 2_000)
    }

    @Test("What follows the last pair is a segment, except where the window was cut in the midst of speech")
    func rest() {
        let tokens = [zero, 0, zero + 50, zero + 60, 1]
        #expect(split(tokens).segments.count == 2)
        let cut = split(tokens, cutInSpeech: true)
        #expect(cut.segments.count == 1 && cut.end == 1_110)
        #expect(split([zero, 0, zero + 50, zero + 60, 1, zero + 99], cutInSpeech: true).end == 2_000)
        #expect(split([zero, 0, 1], cutInSpeech: true).segments.count == 1)
    }

    @Test("Where the text ends long before the speech does, the rest is heard again")
    func unheard() {
        let stopped = [zero, 0, zero + 50, zero + 50, 1, zero + 100]
        #expect(split(stopped, speech: [1_000..<1_900]).end == 1_190)
        #expect(split(stopped + [zero + 100], speech: [1_000..<1_100, 1_300..<1_400]).end == 1_290)
        #expect(
            split(stopped + [zero + 300], speech: [1_000..<1_190, 1_300..<1_400]).end == 1_190, "no word behind it")
        #expect(split(stopped, speech: [1_000..<1_240, 1_500..<1_600]).end == 1_490, "the end of a run that was heard")
        #expect(split(stopped, speech: [1_000..<1_050, 1_150..<1_600]).end == 1_140, "late, behind a long pause")
        #expect(split(stopped, speech: [1_000..<1_100, 1_150..<1_600]).end == 1_190, "and behind a short one is not")
        #expect(split(stopped, speech: [1_000..<1_250]).end == 2_000, "a timestamp that is a little early")
        #expect(split([zero, 0, zero + 20], speech: [1_000..<1_900]).end == 2_000, "no progress")
        let open = stopped + [zero + 120] + [Token](repeating: 1, count: 16)
        #expect(split(open, speech: [1_000..<1_900]).end == 2_000, "open text reaches the end")
    }

    @Test("Where the text goes over speech without a word, what follows is dropped and heard again from there")
    func skipped() {
        let first = [zero, 0, zero + 80]
        let gap = split(first + [zero + 150, 1, zero + 200], speech: [1_000..<1_400])
        #expect(gap.segments.map(\.text) == ["front"] && gap.end == 1_150)
        let run = split(first + [zero + 150, 1, zero + 200], speech: [1_000..<1_160, 1_190..<1_250, 1_300..<1_400])
        #expect(run.segments.count == 1 && run.end == 1_150, "two words between segments")
        let pause = split(first + [zero + 150, 1, zero + 200], speech: [1_000..<1_170, 1_290..<1_400])
        #expect(pause.segments.count == 2 && pause.end == 2_000)
        let sparse = split(first + [zero + 80, 1, 1, 1, zero + 400], speech: [1_000..<1_800])
        #expect(sparse.segments.map(\.text) == ["front"] && sparse.end == 1_150)
        let slow = split(first + [zero + 80, 1, 1, 1, zero + 400], speech: [1_000..<1_160, 1_300..<1_440])
        #expect(slow.segments.count == 2, "pauses are no speech")
        let early = split([zero, 0, zero + 50, zero + 50, 1, zero + 400], speech: [1_000..<1_800])
        #expect(early.segments.count == 2 && early.end == 2_000, "no progress")
    }

    @Test("Where the first segment goes over speech, it is known which stretch is to be heard alone")
    func skippedStart() {
        let speech = [1_000..<1_900]
        let sparse = split([zero, 0, 1, zero + 250, zero + 250, 0, 1, zero + 400], speech: speech)
        #expect(sparse.skippedStart(vocabulary, speech: speech) == 1_000..<1_500)
        let dense = split([zero, 0, 1, zero + 100], speech: speech)
        #expect(dense.skippedStart(vocabulary, speech: speech) == nil)
    }

    @Test("A loop keeps its first round, and what was said behind it is heard again")
    func loop() {
        let tokens = [zero, 0, zero + 80, zero + 80] + [Token](repeating: 1, count: 12)
        let text = split(tokens, loopStart: 5, speech: [1_000..<2_000])
        #expect(text.segments.map(\.text) == ["front"] && text.end == 1_150)
    }

    @Test("Times beyond the window's end are its end, and a loop is no text")
    func bounds() {
        #expect(split([zero, 0, zero + 1_400]).segments == [segment(10_000, 20_000, "front")])
        #expect(split([0, 1, 1, 1], loopStart: 2).segments == [segment(10_000, 20_000, "front center")])
    }
}
