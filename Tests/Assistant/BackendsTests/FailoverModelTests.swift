import AssistantCore
import Testing

@testable import Backends

@Suite("The processor takes over from the board")
struct FailoverModelTests {
    private let words = ["The", " sky", " is", " blue", "."]

    @Test("a board that answers is left to it")
    func well() async {
        let processor = WrittenModel("cpu", words)
        let failover = FailoverModel(board: WrittenModel("hat", words), processor: processor)
        let collected = await CollectedEvents(failover)
        #expect(collected.text == "The sky is blue." && collected.failovers.isEmpty && collected.failure == nil)
        #expect(processor.seen.requests.isEmpty && failover.backend == .hat && failover.identity.name == "hat")
    }

    @Test("a board that fails in mid-answer keeps what it said, and the sentence is finished once", arguments: 0...5)
    func failover(after count: Int) async throws {
        let board = WrittenModel("hat", Array(words.prefix(count)), end: .fails(.init(description: "the board broke")))
        let processor = WrittenModel("cpu", Array(words.dropFirst(count)))
        let failover = FailoverModel(board: board, processor: processor)
        let request = GenerationRequest(.chat([Message(.user, "Why?")]), maxTokens: 9)
        let collected = await CollectedEvents(failover, request)
        #expect(collected.text == "The sky is blue." && collected.failure == nil)
        #expect(collected.failovers == [Failover(model: processor.identity, reason: "the board broke")])
        let rest = try #require(processor.seen.requests.first)
        #expect(rest.prompt == request.prompt && rest.maxTokens == 9 - count)
        #expect(rest.answerSoFar == words.prefix(count).joined())
        #expect(collected.summary?.generatedTokens == 5 && collected.summary?.timeToFirstToken != nil)
    }

    @Test("a board that failed is left alone for a while, and asked again after it")
    func rest() async {
        let board = WrittenModel("hat", [], end: .fails(.init(description: "broke")))
        let processor = WrittenModel("cpu", words)
        let failover = FailoverModel(board: board, processor: processor, rest: .seconds(600))
        _ = await CollectedEvents(failover)
        #expect(failover.backend == .cpu && failover.identity.name == "cpu")
        let second = await CollectedEvents(failover)
        #expect(second.failovers.isEmpty && second.text == "The sky is blue.")
        #expect(board.seen.requests.count == 1)
        let patient = FailoverModel(board: board, processor: processor, rest: .zero)
        _ = await CollectedEvents(patient)
        _ = await CollectedEvents(patient)
        #expect(board.seen.requests.count == 3)
    }

    @Test("a request that the board cannot take is no reason to leave it alone")
    func blamesRequest() async {
        let board = WrittenModel("hat", [], end: .fails(.init(description: "too long", blamesRequest: true)))
        let failover = FailoverModel(board: board, processor: WrittenModel("cpu", words), rest: .seconds(600))
        #expect(await CollectedEvents(failover).failovers.count == 1)
        #expect(failover.backend == .hat)
    }

    @Test("where both fail, the second failure is told, after what was said")
    func bothFail() async {
        let failover = FailoverModel(
            board: WrittenModel("hat", ["The"], end: .fails(.init(description: "one"))),
            processor: WrittenModel("cpu", [" sky"], end: .fails(.init(description: "two"))))
        let collected = await CollectedEvents(failover)
        #expect(collected.text == "The sky" && collected.failure == "two" && collected.failovers.count == 1)
    }

    @Test("who stops reading is not answered by the processor instead")
    func stop() async throws {
        let processor = WrittenModel("cpu", words)
        let failover = FailoverModel(board: WrittenModel("hat", words, end: .hangs), processor: processor)
        let reader = Task {
            var count = 0
            for try await _ in failover.generate(GenerationRequest(.raw("?"))) {
                count += 1
                if count == 3 { break }
            }
            return count
        }
        #expect(try await reader.value == 3)
        #expect(processor.seen.requests.isEmpty)
    }

    @Test("an answer that has to keep to a form is the processor's from the start, and says so")
    func formed() async {
        let board = WrittenModel("hat", words)
        let processor = WrittenModel("cpu", ["yes"])
        let request = GenerationRequest(
            .chat([Message(.user, "?")]), constraint: OutputConstraint(.grammar, #"root ::= "yes""#, name: "g"))
        let collected = await CollectedEvents(FailoverModel(board: board, processor: processor), request)
        #expect(collected.text == "yes" && board.seen.requests.isEmpty)
        #expect(collected.failovers.map(\.model) == [processor.identity])
        #expect(processor.seen.requests.map(\.constraint) == [request.constraint])
    }
}
