import AssistantCore
import HailoOllamaDouble
import Testing

@testable import Hat

@Suite("The board as a language model")
struct HatLanguageModelTests {
    @Test("an answer comes piece by piece, counted and timed here", arguments: BoardBehaviour.Release.allCases)
    func answer(release: BoardBehaviour.Release) async throws {
        let double = try await HailoOllamaDouble.start { _ in BoardBehaviour(release) }
        let model = try HatLanguageModel(double)
        #expect(model.identity.contextLength == 2048 && model.identity.quantisation == "HEF")
        var tokens: [GeneratedToken] = []
        var summary: GenerationSummary?
        for try await event in model.generate(GenerationRequest(.chat([Message(.user, "Capital of France?")]))) {
            if case .token(let token) = event { tokens.append(token) }
            if case .finished(let end) = event { summary = end }
        }
        #expect(tokens.map(\.text) == BoardBehaviour.words)
        #expect(tokens.allSatisfy { $0.logProbability.isNaN && $0.entropy.isNaN && $0.margin.isNaN })
        #expect(summary?.stop == .eos && summary?.generatedTokens == BoardBehaviour.words.count)
        #expect(summary?.timeToFirstToken.map { $0 > .zero } == true)
        #expect(double.seen.complaints == [])
        try await double.stop()
    }

    @Test("an answer that was cut by length says so, and an empty one has no first token")
    func endings() async throws {
        let double = try await HailoOllamaDouble.start { question in
            var behaviour = BoardBehaviour(pieces: question == "nothing" ? [] : ["word"])
            behaviour.reason = "length"
            return behaviour
        }
        let model = try HatLanguageModel(double)
        #expect(try await Heard.answer(model, Message(.user, "x")).summary?.stop == .length)
        let empty = try await Heard.answer(model, Message(.user, "nothing"))
        #expect(empty.summary?.generatedTokens == 0 && empty.summary?.timeToFirstToken == nil)
        try await double.stop()
    }

    @Test(
        "hostile text arrives whole, broken JSON and split bytes or not",
        arguments: BoardBehaviour.Release.allCases, [false, true])
    func hostileText(release: BoardBehaviour.Release, isTrickling: Bool) async throws {
        let pieces = ["one\ntwo", "\r\n\t", " \"three\" {[", "é€😀", "}]"]
        let double = try await HailoOllamaDouble.start { _ in
            var behaviour = BoardBehaviour(release, pieces: pieces)
            behaviour.isTrickling = isTrickling
            return behaviour
        }
        let heard = try await Heard.answer(try HatLanguageModel(double), Message(.user, "x"))
        #expect(heard.text == pieces.joined() && heard.error == nil)
        try await double.stop()
    }

    @Test("what is sent has no control character and no backslash, and nothing else changed")
    func sanitised() async throws {
        let double = try await HailoOllamaDouble.start()
        let question = "one\r\ntwo\t\"three\" C:\\dir é \u{1B}[0m \u{7F}"
        let heard = try await Heard.answer(try HatLanguageModel(double), Message(.user, question))
        #expect(heard.error == nil && double.seen.complaints == [])
        #expect(double.seen.chats == [[BoardMessage(role: "user", content: "one  two \"three\" C:dir é  [0m  ")]])
        try await double.stop()
    }

    @Test("the history is replayed word for word, so that the board finds what it has read")
    func history() async throws {
        let double = try await HailoOllamaDouble.start { _ in BoardBehaviour(pieces: ["Line one.", "\nLine two."]) }
        let model = try HatLanguageModel(double)
        var talk = [Message(.system, "Be brief.\nBe kind.")]
        for question in ["first\nquestion", "second", "third"] {
            talk.append(Message(.user, question))
            let heard = try await Heard.answer(model, GenerationRequest(.chat(talk)))
            talk.append(Message(.assistant, heard.text))
        }
        #expect(double.seen.chats.count == 3)
        #expect(double.seen.chats[2].map(\.role) == ["system", "user", "assistant", "user", "assistant", "user"])
        // The board has its own words with a newline, and is given a space: the best that 5.3 allows.
        #expect(double.seen.chats[2].starts(with: double.seen.chats[1]))
        try await double.stop()
    }

    @Test("a reply on one line is found again in the cache")
    func reuse() async throws {
        let double = try await HailoOllamaDouble.start()
        let model = try HatLanguageModel(double)
        var talk: [Message] = []
        for question in ["first", "second", "third"] {
            talk.append(Message(.user, question))
            talk.append(Message(.assistant, try await Heard.answer(model, GenerationRequest(.chat(talk))).text))
        }
        #expect(double.seen.reused == 2)
        try await double.stop()
    }

    @Test("a second question waits for the first, and one that is taken back never reaches the server")
    func oneAtATime() async throws {
        let double = try await HailoOllamaDouble.start { question in
            question == "stuck" ? BoardBehaviour(fault: .stall, at: .inText) : BoardBehaviour()
        }
        let model = try HatLanguageModel(double)
        let stuck = Task {
            try await Heard.answer(model, Message(.user, "stuck"))
        }
        await double.wait(untilAsked: 1)
        let second = Task { try await Heard.answer(model, Message(.user, "second")) }
        let third = Task { try await Heard.answer(model, Message(.user, "third")) }
        third.cancel()
        _ = try await third.value
        #expect(double.requestCount == 1)
        stuck.cancel()
        #expect(try await second.value.text == BoardBehaviour.words.joined())
        #expect(double.seen.chats.map { $0.last?.content } == ["stuck", "second"])
        try await double.stop()
    }

    @Test("cancelling closes the connection")
    func cancel() async throws {
        let double = try await HailoOllamaDouble.start { _ in BoardBehaviour(fault: .stall, at: .inText) }
        let model = try HatLanguageModel(double)
        var events = 0
        for try await _ in model.generate(GenerationRequest(.chat([Message(.user, "x")]))) {
            events += 1
            if events == 2 { break }
        }
        await double.wait(untilClosed: 1)
        #expect(events == 2)
        try await double.stop()
    }

    @Test("a model is put onto the board and taken off again")
    func load() async throws {
        let double = try await HailoOllamaDouble.start()
        let model = try HatLanguageModel(double)
        try await model.load()
        #expect(double.seen.loaded == [HailoOllamaDouble.models[0]])
        try await model.unload()
        #expect(double.seen.loaded.isEmpty && double.seen.complaints.isEmpty)
        try await double.stop()
    }

    @Test("a long conversation loses its oldest messages, four at a time; a question that is too long is refused")
    func window() async throws {
        let double = try await HailoOllamaDouble.start()
        let model = try HatLanguageModel(double)
        var talk = [Message(.system, "Be brief.")]
        for number in 0..<40 {
            talk.append(
                Message(number % 2 == 0 ? .user : .assistant, "\(number)" + String(repeating: " word", count: 40)))
        }
        talk.append(Message(.user, "And now?"))
        let heard = try await Heard.answer(model, GenerationRequest(.chat(talk), maxTokens: 256))
        #expect(heard.trimmed > 0 && heard.trimmed % 4 == 0)
        let sent = try #require(double.seen.chats.first)
        #expect(sent.first?.role == "system" && sent.last?.content == "And now?")
        #expect(sent.count == talk.count - heard.trimmed)
        let long = Message(.user, String(repeating: "word ", count: 2000))
        #expect(try await Heard.answer(model, long).error?.code == .promptTooLong)
        #expect(try await Heard.answer(model, GenerationRequest(.raw("x"))).error?.code == .invalidRequest)
        let formed = GenerationRequest(
            .chat([Message(.user, "x")]), constraint: OutputConstraint(.grammar, "root ::= [a-z]", name: "g"))
        #expect(try await Heard.answer(model, formed).error?.code == .invalidRequest)
        try await double.stop()
    }
}
