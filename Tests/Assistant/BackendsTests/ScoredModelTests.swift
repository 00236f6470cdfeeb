import AssistantCore
import Testing

@testable import Backends

@Suite("The processor reads along")
struct ScoredModelTests {
    private let words = ["The", " sk", "y is", " blue", "."]

    @Test("every word is scored once, and the summary comes last")
    func scored() async {
        let scorer = WrittenModel("cpu", [])
        let told = await Told(ScoredModel(WrittenModel("hat", words, isScored: false), scorer: scorer))
        #expect(told.text == "The sky is blue.")
        #expect(told.scored.map(\.text) == ["The", "sky", "is", "blue."])
        #expect(told.scored.allSatisfy { $0.isScored })
        #expect(told.summary?.stop == .eos)
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
        let told = await Told(ScoredModel(WrittenModel("hat", words, isScored: false), scorer: scorer))
        #expect(told.text == "The sky is blue." && told.failure == nil && told.summary != nil)
        #expect(told.scored.map(\.isScored) == [false])
    }

    @Test("a board that fails still has its words scored, before the failure is told")
    func writerFails() async {
        let board = WrittenModel("hat", words, end: .fails(.init(description: "broke")), isScored: false)
        let told = await Told(ScoredModel(board, scorer: WrittenModel("cpu", [])))
        #expect(told.failure == "broke" && told.scored.count == 4 && told.summary == nil)
    }
}
