import AssistantCore
import Testing

@testable import Backends

@Suite("The processor reads along")
struct ScoredModelTests {
    private let words = ["The", " sk", "y is", " blue", "."]

    @Test("every word is scored once, and the summary comes last")
    func scored() async {
        let scorer = WrittenModel("cpu", [])
        let collected = await CollectedEvents(ScoredModel(WrittenModel("hat", words, isScored: false), scorer: scorer))
        #expect(collected.text == "The sky is blue.")
        #expect(collected.scored.map(\.text) == ["The", "sky", "is", "blue."])
        #expect(collected.scored.allSatisfy { $0.isScored })
        #expect(collected.summary?.stop == .eos)
        #expect(scorer.seen.scored.last == "The sky is blue.")
        // Known tokens are not asked for again.
        #expect(zip(scorer.seen.known, scorer.seen.known.dropFirst()).allSatisfy { $0 <= $1 })
    }

    @Test("only words that cannot change any more are scored before the end")
    func settled() {
        #expect(ScoredModel.settled("The sky is") == "The sky")
        #expect(ScoredModel.settled("The sky \n ") == "The sky")
        #expect(ScoredModel.settled("The") == "" && ScoredModel.settled("") == "" && ScoredModel.settled("  ") == "")
    }

    @Test("a scorer that fails leaves the answer as it is, without a number")
    func scorerFails() async {
        let scorer = WrittenModel("cpu", [], end: .fails(.init(description: "no memory")))
        let collected = await CollectedEvents(ScoredModel(WrittenModel("hat", words, isScored: false), scorer: scorer))
        #expect(collected.text == "The sky is blue." && collected.failure == nil && collected.summary != nil)
        #expect(collected.scored.map(\.isScored) == [false])
    }

    @Test("a board that fails still has its words scored, before the failure is told")
    func writerFails() async {
        let board = WrittenModel("hat", words, end: .fails(.init(description: "broke")), isScored: false)
        let collected = await CollectedEvents(ScoredModel(board, scorer: WrittenModel("cpu", [])))
        #expect(collected.failure == "broke" && collected.scored.count == 4 && collected.summary == nil)
    }
}
