import AssistantCore
import Foundation
import Testing

@testable import LocalInference

@Suite("Local language model", .serialized)
struct LocalLanguageModelTests {
    private let capital = [Message(.user, "What is the capital of France?")]

    @Test("an answer streams: prefill first, then tokens, then a summary that agrees with them")
    func answer() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let answer = try await model.answer(GenerationRequest(.chat(capital), maxTokens: 24))
        #expect(answer.text.contains("Paris"))
        let prefill = try #require(answer.prefill)
        #expect(prefill.promptTokens == 37 && prefill.reusedTokens == 0)
        #expect(try await model.countTokens(.chat(capital)) == 37)
        let summary = try #require(answer.summary)
        #expect(summary.stop == .eos && summary.generatedTokens == answer.tokens.count)
        #expect(answer.tokens.last?.text == "" && summary.contextTokens == 37 + answer.tokens.count - 1)
        guard case .prefilled? = answer.events.first, case .finished? = answer.events.last else {
            Issue.record("the order of events is wrong: \(answer.events)")
            return
        }
        for token in answer.tokens {
            #expect(token.logProbability <= 0 && token.entropy >= 0 && token.margin >= 0)
        }
    }

    @Test(
        "an answer that runs into a loop is taken back to its first copy and goes on, or ends there; what is told agrees"
    )
    func loops() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        // Greedily, the default model repeats a line of these to the limit.
        let prompts = [
            "Write a haiku about rain.", "Write a poem about the stars.", "Write a long speech about courage.",
        ]
        var rollbacks = 0
        for prompt in prompts {
            let answer = try await model.answer(GenerationRequest(.chat([Message(.user, prompt)]), maxTokens: 256))
            var text = ""
            for event in answer.events {
                switch event {
                case .token(let token): text += token.text
                case .rolledBack(let rollback):
                    rollbacks += 1
                    text = String(decoding: text.utf8.dropLast(rollback.textBytes), as: UTF8.self)
                default: break
                }
            }
            let lines = text.split(separator: "\n").map { $0.filter { !$0.isNumber } }
            for line in Set(lines) where line.count > 12 { #expect(lines.count { $0 == line } < 4, "\(text)") }
            // The same request gives the same answer: recovery draws from a seed.
            let again = try await model.answer(GenerationRequest(.chat([Message(.user, prompt)]), maxTokens: 256))
            #expect(again.tokens == answer.tokens)
        }
        #expect(rollbacks > 0, "none of the prompts loops any more: find others")
    }

    @Test("repetition that was asked for is left alone")
    func wantedRepetition() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let request = GenerationRequest(
            .chat([Message(.user, "Write the word hello 20 times.")]), maxTokens: 200,
            answerSoFar: String(repeating: "hello ", count: 10))
        let answer = try await model.answer(request)
        #expect(
            !answer.events.contains { if case .rolledBack = $0 { true } else { false } }
                || answer.summary?.stop == .loop)
    }

    @Test(
        "a stop text ends the answer and is no part of it, wherever tokens begin; nothing that was told is taken back",
        arguments: [" Paris", "ris.", "of Fr", "capital of France", "T", "nothing of the kind"])
    func stopText(_ stop: String) async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let plain = try await model.answer(GenerationRequest(.chat(capital), maxTokens: 24)).text
        let answer = try await model.answer(
            GenerationRequest(.chat(capital), maxTokens: 24, stopTexts: ["", stop, "another"]))
        let expected = plain.range(of: stop).map { String(plain[..<$0.lowerBound]) } ?? plain
        #expect(answer.text == expected && answer.summary?.stop == .eos)
        #expect(!answer.events.contains { if case .rolledBack = $0 { true } else { false } })
    }

    @Test("a prompt that is counted and then answered is tokenised once, and forgotten with the conversation")
    func tokenisedOnce() async throws {
        // Of its own: other tests count on the shared one.
        let model = try await LocalLanguageModel(
            LocalModel.load(path: DefaultModel.path(), options: .init(threads: 1, contextLength: 160)))
        let prompt = GenerationRequest.Prompt.chat(capital)
        #expect(try await model.countTokens(prompt) == 37)
        let answer = try await model.answer(GenerationRequest(prompt, maxTokens: 4))
        #expect(answer.prefill?.promptTokens == 37)
        #expect(model.model.prompts.encodedCount == 1)
        await model.forget()
        #expect(try await model.countTokens(prompt) == 37)
        #expect(model.model.prompts.encodedCount == 2)
    }

    @Test("the next turn reads only what is new, and says the same as a fresh model")
    func reuse() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let first = try await model.answer(GenerationRequest(.chat(capital), maxTokens: 12))
        let messages = capital + [Message(.assistant, first.text), Message(.user, "And of Italy?")]
        let second = try await model.answer(GenerationRequest(.chat(messages), maxTokens: 8))
        #expect(try #require(second.prefill).reusedTokens >= 37)
        await model.forget()
        let fresh = try await model.answer(GenerationRequest(.chat(messages), maxTokens: 8))
        #expect(try #require(fresh.prefill).reusedTokens == 0)
        #expect(fresh.tokens == second.tokens)
        let again = try await model.answer(GenerationRequest(.chat(messages), maxTokens: 8))
        let statistics = try #require(again.prefill)
        #expect(statistics.reusedTokens == statistics.promptTokens - 1 && again.tokens == fresh.tokens)
    }

    @Test("a conversation whose beginning was read ahead reads only the rest, and says the same")
    func warmUp() async throws {
        let system = [Message(.system, "You are the guide of a small museum. Answer in one sentence.")]
        let request = GenerationRequest(.chat(system + capital), maxTokens: 4)
        let cold = try await LocalLanguageModel(DefaultModel.load()).answer(request)
        let model = try await LocalLanguageModel(DefaultModel.load())
        try await model.warmUp(system)
        let warm = try await model.answer(request)
        #expect(warm.tokens == cold.tokens)
        #expect(try #require(warm.prefill).reusedTokens > 15)
        try await model.warmUp(system)
        #expect(try await model.answer(request).prefill?.reusedTokens == warm.prefill.map { $0.promptTokens - 1 })
        await #expect(throws: LocalInferenceError.self) {
            try await model.warmUp([Message(.system, String(repeating: "word ", count: 5000))])
        }
    }

    @Test("who stops reading stops the model, and what was generated stays for the next turn")
    func stop() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let request = GenerationRequest(.raw("One, two, three, four, five,"), maxTokens: 2000)
        var text = ""
        for try await event in model.generate(request) {
            if case .token(let token) = event { text += token.text }
            if text.count > 10 { break }
        }
        let next = try await model.answer(
            GenerationRequest(.raw("One, two, three, four, five," + text), maxTokens: 1))
        #expect(try #require(next.prefill).reusedTokens > 10)
        #expect(next.tokens.count == 1)
    }

    @Test("a cancelled task ends its stream without an error, also while the prompt is read")
    func cancel() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let long = String(repeating: "All work and no play makes Jack a dull boy. ", count: 250)
        let reader = Task {
            var events = 0
            for try await _ in model.generate(GenerationRequest(.raw(long), maxTokens: 500)) { events += 1 }
            return events
        }
        reader.cancel()
        #expect(try await reader.value < 100)
        #expect(try await model.answer(GenerationRequest(.chat(capital), maxTokens: 2)).tokens.count == 2)
    }

    @Test("requests made at the same time are answered one after the other")
    func queue() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        async let first = model.answer(GenerationRequest(.chat(capital), maxTokens: 6))
        async let second = model.answer(GenerationRequest(.chat(capital), maxTokens: 6))
        #expect(try await first.tokens == second.tokens)
    }

    @Test("the same seed draws the same answer, another seed another one")
    func seeds() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        func draw(_ seed: UInt64) async throws -> [Int32] {
            let sampling = Sampling(temperature: 1.5, topK: 40, topP: 1, minP: 0, seed: seed)
            let request = GenerationRequest(.raw("Once upon a time"), sampling: sampling, maxTokens: 12)
            return try await model.answer(request).tokens.map(\.id)
        }
        let one = try await draw(1)
        #expect(try await draw(1) == one)
        #expect(try await draw(2) != one)
    }

    @Test("requests at once are answered as one after the other, whatever ends or fails beside them")
    func concurrent() async throws {
        let loaded = try await DefaultModel.load()
        let questions = [
            "What is the capital of France?", "Write a haiku about rain.", "Name three colours.",
            "Why is the sky blue?", "What is 2 plus 2?", "Say hello in Spanish.", "Who wrote Hamlet?",
        ]
        let requests = questions.enumerated().map { index, question in
            var request = GenerationRequest(.chat([Message(.user, question)]), maxTokens: 24 + index)
            if index.isMultiple(of: 2) { request.sampling = Sampling(temperature: 0.8, seed: UInt64(index)) }
            return request
        }
        let alone = try LocalLanguageModel(loaded)
        var expected: [[GeneratedToken]] = []
        for request in requests { expected.append(try await alone.answer(request).tokens) }
        let model = try LocalLanguageModel(loaded, concurrentRequests: 4)
        let answers = try await withThrowingTaskGroup(of: (Int, [GeneratedToken])?.self) { tasks in
            for (index, request) in requests.enumerated() {
                tasks.addTask { (index, try await model.answer(request).tokens) }
                // Beside it, one that cannot be answered, and one that is left in the middle.
                tasks.addTask {
                    await #expect(throws: LocalInferenceError.self) {
                        _ = try await model.answer(GenerationRequest(.raw("")))
                    }
                    return nil
                }
                tasks.addTask {
                    for try await case .token in model.generate(request) { break }
                    return nil
                }
            }
            var answers: [Int: [GeneratedToken]] = [:]
            for try await case let (index, tokens)? in tasks { answers[index] = tokens }
            return answers
        }
        #expect(answers.count == requests.count)
        for (index, tokens) in expected.enumerated() { #expect(answers[index] == tokens, "\(questions[index])") }
    }

    @Test("special tokens in a message stay text, in a raw prompt they are tokens")
    func specialTokens() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        #expect(try await model.countTokens(.raw("<|im_end|>")) == 1)
        let plain = try await model.countTokens(.chat([Message(.user, "")]))
        #expect(try await model.countTokens(.chat([Message(.user, "<|im_end|>")])) > plain + 1)
    }

    @Test("a conversation that outgrows the context loses its oldest turns and keeps its system prompt")
    func trim() async throws {
        let model = try await LocalLanguageModel(DefaultModel.loadSmall())
        var messages = [Message(.system, "Answer in one word.")]
        for turn in 1...12 {
            messages += [Message(.user, "What is \(turn) plus \(turn)?"), Message(.assistant, "\(2 * turn)")]
        }
        messages.append(Message(.user, "What is the capital of France?"))
        let answer = try await model.answer(GenerationRequest(.chat(messages), maxTokens: 8))
        let dropped = try #require(answer.droppedMessages)
        #expect(dropped > 0 && dropped < messages.count - 2)
        let kept = Array(messages[..<1] + messages[(1 + dropped)...])
        #expect(try await model.countTokens(.chat(kept)) == answer.prefill?.promptTokens)
        guard case .contextTrimmed? = answer.events.first else {
            Issue.record("the notice comes first")
            return
        }
    }

    @Test("a conversation that is cut keeps what it has read of the turns that stay")
    func shift() async throws {
        let model = try await LocalLanguageModel(DefaultModel.loadSmall())
        var messages = [Message(.system, "Answer in one word.")]
        var reused: [Int] = []
        for turn in 1...8 {
            messages.append(Message(.user, "What is the number that comes after \(turn)?"))
            let answer = try await model.answer(GenerationRequest(.chat(messages), maxTokens: 6))
            messages.append(Message(.assistant, answer.text))
            if answer.droppedMessages != nil { reused.append(try #require(answer.prefill).reusedTokens) }
        }
        #expect(!reused.isEmpty && reused.allSatisfy { $0 > 40 }, "\(reused)")
    }

    @Test("an answer that reaches the end of the context stops there")
    func full() async throws {
        let model = try await LocalLanguageModel(DefaultModel.loadSmall())
        // Counting goes on for ever, and is no repetition.
        let text = (1...34).map(String.init).joined(separator: ", ") + ","
        let prompt = try await model.countTokens(.raw(text))
        try #require(prompt < 160)
        let answer = try await model.answer(GenerationRequest(.raw(text), maxTokens: 1000))
        let summary = try #require(answer.summary)
        #expect(summary.stop == .length && summary.contextTokens == 160)
        #expect(summary.generatedTokens == 160 - prompt + 1)
    }

    @Test("a prompt that alone does not fit is an error that says the numbers")
    func tooLong() async throws {
        let model = try await LocalLanguageModel(DefaultModel.loadSmall())
        let text = String(repeating: "word ", count: 300)
        for prompt in [GenerationRequest.Prompt.raw(text), .chat([Message(.user, text)])] {
            let count = try await model.countTokens(prompt)
            await #expect {
                _ = try await model.answer(GenerationRequest(prompt))
            } throws: { error in
                let failure = error as? LocalInferenceError
                return failure?.code == .promptTooLong && "\(error)".contains("\(count)")
                    && "\(error)".contains("159")
            }
        }
        #expect(try await model.answer(GenerationRequest(.chat(capital), maxTokens: 2)).tokens.count == 2)
    }

    @Test(
        "requests that make no sense are errors",
        arguments: [
            GenerationRequest(.raw("")), GenerationRequest(.raw("a"), maxTokens: 0),
            GenerationRequest(.raw("a"), maxTokens: .min),
            GenerationRequest(.raw("a"), sampling: Sampling(temperature: -1)),
            GenerationRequest(.raw("a"), sampling: Sampling(topP: .nan)),
        ])
    func nonsense(_ request: GenerationRequest) async throws {
        let model = try await LocalLanguageModel(DefaultModel.loadSmall())
        await #expect {
            _ = try await model.answer(request)
        } throws: {
            ($0 as? LocalInferenceError)?.code == .invalidRequest
        }
    }
}
