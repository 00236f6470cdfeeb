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
        #expect(cut.segments.count == 1 && cut.end == 1_120)
        #expect(split([zero, 0, zero + 50, zero + 60, 1, zero + 99], cutInSpeech: true).end == 2_000)
        #expect(split([zero, 0, 1], cutInSpeech: true).segments.count == 1)
    }

    @Test("Where the text ends long before the speech does, the rest is heard again")
    func unheard() {
        let stopped = [zero, 0, zero + 50, zero + 50, 1, zero + 100]
        #expect(split(stopped, speech: [1_000..<1_900]).end == 1_200)
        #expect(split(stopped + [zero + 100], speech: [1_000..<1_100, 1_300..<1_400]).end == 1_200)
        #expect(split(stopped, speech: [1_000..<1_250]).end == 2_000, "a timestamp that is a little early")
        #expect(split([zero, 0, zero + 20], speech: [1_000..<1_900]).end == 2_000, "no progress")
        #expect(split(stopped + [zero + 120, 1], speech: [1_000..<1_900]).end == 2_000, "open text reaches the end")
    }

    @Test("A loop keeps its first round, and what was said behind it is heard again")
    func loop() {
        let tokens = [zero, 0, zero + 80, zero + 80] + [Token](repeating: 1, count: 12)
        let text = split(tokens, loopStart: 5, speech: [1_000..<2_000])
        #expect(text.segments.map(\.text) == ["front"] && text.end == 1_160)
    }

    @Test("Times beyond the window's end are its end, and a loop is no text")
    func bounds() {
        #expect(split([zero, 0, zero + 1_400]).segments == [segment(10_000, 20_000, "front")])
        #expect(split([0, 1, 1, 1], loopStart: 2).segments == [segment(10_000, 20_000, "front center")])
    }
}
