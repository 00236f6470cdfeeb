import AssistantCore
import Knowledge
import Synchronization
import Testing

@testable import Turns

/// A model that says how many it was asked, and remembers what.
private final class CountingModel: LanguageModel {
    let identity: ModelIdentity
    let asked = Mutex<[GenerationRequest]>([])
    private let isEndless: Bool

    init(window: Int = 400, isEndless: Bool = false) {
        identity = ModelIdentity(name: "small", quantisation: "", contextLength: window, fingerprint: "f")
        self.isEndless = isEndless
    }

    func generate(_ request: GenerationRequest) -> AsyncThrowingStream<GenerationEvent, any Error> {
        let number = asked.withLock {
            $0.append(request)
            return $0.count
        }
        let (stream, events) = AsyncThrowingStream<GenerationEvent, any Error>.makeStream()
        events.yield(.prefilled(PrefillStatistics(promptTokens: 10, reusedTokens: 2, duration: .milliseconds(1))))
        events.yield(.token(GeneratedToken(id: 1, text: "note \(number)", logProbability: -0.1, entropy: 0, margin: 1)))
        // It is at work until somebody stops it.
        guard !(isEndless && number == 2) else { return stream }
        events.yield(
            .finished(
                GenerationSummary(
                    stop: .eos, generatedTokens: 1, timeToFirstToken: nil, decodeDuration: .zero, contextTokens: 11)))
        events.finish()
        return stream
    }

    /// Four bytes a token.
    func countTokens(_ prompt: GenerationRequest.Prompt) async throws -> Int {
        guard case .chat(let messages) = prompt else { return 0 }
        return messages.reduce(0) { $0 + $1.text.utf8.count } / 4
    }
}

@Suite("Summaries by sections") struct SectionSummaryTests {
    private let sections = (1...3).map { number in
        let text = String(repeating: "Section \(number) speaks of moss. ", count: 10)
        return DocumentSection(
            title: "Part \(number)", text: text, passages: [Passage(document: "moss.txt", text: text)])
    }

    private func request() -> GenerationRequest {
        GenerationRequest(
            .chat([Message(.system, "Be brief."), Message(.user, "Example"), Message(.user, "Summarise it.")]))
    }

    private func text(_ model: SectionSummaryModel) async throws -> (String, GenerationSummary?) {
        var text = ""
        var summary: GenerationSummary?
        for try await event in model.generate(request()) {
            if case .token(let token) = event { text += token.text }
            if case .finished(let end) = event { summary = end }
        }
        return (text, summary)
    }

    @Test("Each section is read by itself, and all of it from what was said of each")
    func sums() async throws {
        let model = CountingModel()
        let (text, summary) = try await text(SectionSummaryModel(model, sections))
        #expect(
            text == "### 1/3 Part 1\nnote 1\n\n### 2/3 Part 2\nnote 2\n\n### 3/3 Part 3\nnote 3\n\n### moss.txt\nnote 4"
        )
        #expect(summary?.generatedTokens == 4 && summary?.stop == .eos)
        let prompts = model.asked.withLock { $0.map(\.prompt) }
        guard case .chat(let first) = prompts[0], case .chat(let last) = prompts[3] else {
            Issue.record("no chat")
            return
        }
        #expect(first.map(\.role) == [.system, .user] && first[1].text.contains("Section 1 speaks"))
        #expect(last[1].text == "Part 1: note 1\n\nPart 2: note 2\n\nPart 3: note 3\n\nSummarise it.")
    }

    @Test("What does not fit into the window is cut, and the question stays")
    func fits() async throws {
        let model = CountingModel(window: 200)
        _ = try await text(SectionSummaryModel(model, sections))
        for request in model.asked.withLock({ $0 }) {
            #expect(try await model.countTokens(request.prompt) + request.maxTokens <= 200)
            guard case .chat(let messages) = request.prompt else { return }
            #expect(messages.last?.text.hasSuffix(".") == true)
        }
    }

    @Test("A document of one section is summed up at once, and one without text says nothing wrong")
    func small() async throws {
        let model = CountingModel()
        #expect(try await text(SectionSummaryModel(model, [sections[0]])).0 == "note 1")
        #expect(try await text(SectionSummaryModel(model, [])).0 == "note 2")
    }

    @Test("Whoever stops it keeps what was read until then", .timeLimit(.minutes(1)))
    func stopped() async throws {
        let model = CountingModel(isEndless: true)
        var said = ""
        for try await event in SectionSummaryModel(model, sections).generate(request()) {
            if case .token(let token) = event { said += token.text }
            if said.hasSuffix("note 2") { break }
        }
        #expect(said.contains("note 1") && model.asked.withLock { $0.count } == 2)
    }
}
