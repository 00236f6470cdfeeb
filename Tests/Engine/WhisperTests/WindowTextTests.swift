import Testing

@testable import Whisper

@Suite("Segments") struct WindowTextTests {
    typealias Token = WhisperVocabulary.Token
    private let vocabulary: WhisperVocabulary
    private let zero: Token = 15

    init() throws { vocabulary = try SmallVocabulary.make() }

    private func split(_ tokens: [Token], cutInSpeech: Bool = false, loopStart: Int? = nil) -> WindowText {
        var decoded = DecodedText()
        (decoded.tokens, decoded.loopStart) = (tokens, loopStart)
        let window = WindowPlan.Window(frames: 1_000..<2_000, isClosed: true, isCutInSpeech: cutInSpeech)
        var text = WindowText(window, decoded: decoded)
        text.split(by: vocabulary)
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

    @Test("Times beyond the window's end are its end, and a loop is no text")
    func bounds() {
        #expect(split([zero, 0, zero + 1_400]).segments == [segment(10_000, 20_000, "front")])
        #expect(split([0, 1, 1, 1], loopStart: 2).segments == [segment(10_000, 20_000, "front center")])
    }
}
