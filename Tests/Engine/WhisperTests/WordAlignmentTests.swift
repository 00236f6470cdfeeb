import Kernels
import Testing

@testable import Whisper

@Suite("Word times") struct WordAlignmentTests {
    typealias Token = WhisperVocabulary.Token

    /// Weights of tokens that each look at a stretch of positions.
    private func looks(_ stretches: [Range<Int>], positions: Int) -> [[Float]] {
        stretches.map { stretch in (0..<positions).map { stretch.contains($0) ? 1 / Float(stretch.count) : 0 } }
    }

    @Test("Each token begins where it begins to be looked at, and the last ends where the end is looked at")
    func stretches() {
        let weights = looks([0..<20, 0..<20, 20..<50, 50..<90, 90..<120], positions: 120)
        let starts = WordAlignment([weights, weights], skipping: 1).starts
        #expect(starts.count == 4 && starts[0] == 0)
        for (found, expected) in zip(starts, [0, 20, 50, 90]) { #expect(abs(found - expected) <= 3, "\(starts)") }
    }

    @Test("Starts never run backwards, whatever the weights are, and none are no failure")
    func hostile() {
        var random = SplitMix64(seed: 5)
        for _ in 0..<50 {
            let weights = (0..<9).map { _ in (0..<31).map { _ in Float.random(in: 0..<1, using: &random) } }
            let starts = WordAlignment([weights], skipping: 2).starts
            #expect(starts.count == 7 && starts == starts.sorted() && starts.allSatisfy { 0..<31 ~= $0 })
        }
        #expect(WordAlignment([], skipping: 3).starts == [0])
        #expect(WordAlignment([[[1], [1], [1]]], skipping: 0).starts == [0, 0, 0])
    }

    @Test("Words are parted by blanks; marks join the word they belong to; halves of a character stay together")
    func splitting() throws {
        let pieces = ["Ġfront", "Ġcen", "ter", ".", "Ã", "¤", "Ġ(", "Ġleft", ")"]
        let lines = (pieces + SmallVocabulary.special + SmallVocabulary.timestamps).joined(separator: "\n")
        let vocabulary = try WhisperVocabulary(lines: Array(lines.utf8), path: "v")
        let ranges = SpokenWords.split([0, 1, 2, 3, 6, 7, 8], vocabulary, byCharacter: "en")
        #expect(ranges == [0..<1, 1..<3, 3..<4, 4..<5, 5..<6, 6..<7])
        #expect(SpokenWords.split([0, 4, 5, 4, 5], vocabulary, byCharacter: "ja") == [0..<1, 1..<3, 3..<5])
        #expect(SpokenWords.split([], vocabulary, byCharacter: nil).isEmpty)
        let words = ranges.enumerated().map { index, range in
            Recognition.Word(
                start: .seconds(index), end: .seconds(index + 1),
                text: vocabulary.text([0, 1, 2, 3, 6, 7, 8][range] as ArraySlice<Token>), probability: 1)
        }
        #expect(SpokenWords.tidied(words).map(\.text) == ["front", "center.", "(left)"])
    }

    @Test("The words of a clip lie inside it, in order, and say what its text says")
    func clipWords() throws {
        let recogniser = try SpeechRecogniser(
            SpeechModel.listener(), options: RecognitionOptions(findsWords: true))
        let silence = [Float](repeating: 0, count: 16_000)
        recogniser.append(try silence + clip("Front_Left.wav") + silence)
        let said = recogniser.finish()
        let found = said.segments.flatMap(\.words)
        #expect(words(found.map(\.text).joined(separator: " ")) == words(said.text))
        #expect(found.count == 2 && found.allSatisfy { 0.1...1 ~= $0.probability && $0.start <= $0.end })
        // "Front" is said at 1.1 s, "left" half a second later.
        let (front, left) = (try #require(found.first), try #require(found.last))
        #expect(.seconds(0.9)..<(.seconds(1.4)) ~= front.start && .seconds(1.3)..<(.seconds(2.0)) ~= left.start)
        #expect(left.end <= .seconds(2.6))
    }
}
