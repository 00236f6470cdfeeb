import AssistantCore
import Foundation
import Testing

@testable import LocalInference

@Suite("Answers that have to keep to a form", .serialized)
struct ConstrainedAnswerTests {
    private static let order = """
        {
          "type": "object",
          "properties": {
            "drink": {"enum": ["coffee", "tea", "water"]},
            "count": {"type": "integer"},
            "note": {"type": "string", "maxLength": 40},
            "tags": {"type": "array", "items": {"type": "string", "minLength": 1}, "maxItems": 3}
          },
          "required": ["drink", "count", "tags"]
        }
        """

    private func request(
        _ form: OutputConstraint.Form, _ text: String, _ question: String = "Two coffees for table four, please.",
        sampling: Sampling = Sampling(temperature: 0), maxTokens: Int = 120
    ) -> GenerationRequest {
        GenerationRequest(
            .chat([Message(.user, question)]), sampling: sampling, maxTokens: maxTokens,
            constraint: OutputConstraint(form, text, name: "form"))
    }

    private func checkOrder(_ text: String) throws {
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any], "\(text)")
        #expect(["coffee", "tea", "water"].contains(object["drink"] as? String ?? ""))
        #expect(object["count"] is Int)
        let tags = try #require(object["tags"] as? [String])
        #expect(tags.count <= 3 && !tags.contains(""))
        #expect((object["note"] as? String ?? "").unicodeScalars.count <= 40)
        #expect(Set(object.keys).isSubset(of: ["drink", "count", "note", "tags"]))
    }

    @Test("a schema's answer parses as JSON and fits it, greedy and sampled, however short it has to be")
    func schema() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        var samplings = [Sampling(temperature: 0), Sampling(temperature: 0, repetitionPenalty: 1.3)]
        for seed in UInt64(0)..<6 {
            samplings.append(Sampling(temperature: seed % 2 == 0 ? 1 : 5, topK: 0, topP: 1, minP: 0, seed: seed))
        }
        for (number, sampling) in samplings.enumerated() {
            let limit = [120, 45, 60, 80][number % 4]
            let answer = try await model.answer(request(.jsonSchema, Self.order, sampling: sampling, maxTokens: limit))
            try checkOrder(answer.text)
            let summary = try #require(answer.summary)
            #expect(summary.generatedTokens <= limit && summary.generatedTokens == answer.tokens.count)
        }
    }

    @Test("what would not end is brought to its end in time: the text is complete, the reason is the limit")
    func closing() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let endless = #"{"type": "array", "minItems": 1, "items": {"type": "string", "minLength": 1}}"#
        for limit in [5, 6, 9, 16, 33] {
            let answer = try await model.answer(
                request(.jsonSchema, endless, "Tell me a long story about the sea.", maxTokens: limit))
            let list = try #require(try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String])
            #expect(!list.isEmpty && !list.contains(""))
            #expect(answer.tokens.count <= limit)
            if answer.tokens.count == limit { #expect([.length, .eos].contains(answer.summary?.stop)) }
        }
        await #expect {
            _ = try await model.answer(request(.jsonSchema, endless, maxTokens: 4))
        } throws: {
            ($0 as? LocalInferenceError)?.code == .invalidRequest && "\($0)".contains("5 tokens, and 4 may be")
        }
    }

    @Test("out of a few texts one is written; where there is no choice the model is not asked, and no number is told")
    func choice() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let answer = try await model.answer(
            request(.grammar, #"root ::= "The capital is " ("Paris" | "Rome" | "Quito") ".""#, "Capital of France?"))
        #expect(answer.text == "The capital is Paris.")
        #expect(answer.summary?.stop == .eos)
        #expect(answer.tokens.last?.text == ".", "the end needs no token of its own")
        let scored = answer.tokens.filter(\.isScored)
        #expect(!scored.isEmpty && scored.count < answer.tokens.count)
        for token in scored { #expect(token.logProbability <= 0 && token.entropy >= 0 && token.margin.isFinite) }
    }

    @Test("characters that the vocabulary splits over tokens are written whole")
    func splitCharacters() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        for seed in UInt64(1)...3 {
            let answer = try await model.answer(
                request(
                    .grammar, #"root ::= [\u4e00-\u9fff]{4} [\U0001F300-\U0001F64F]{2}"#, "Write Chinese.",
                    sampling: Sampling(temperature: 1.5, seed: seed), maxTokens: 24))
            let scalars = answer.text.unicodeScalars.map(\.value)
            #expect(scalars.count == 6, "\(answer.text)")
            #expect(scalars.prefix(4).allSatisfy { (0x4E00...0x9FFF).contains($0) })
            #expect(scalars.suffix(2).allSatisfy { (0x1F300...0x1F64F).contains($0) })
        }
    }

    @Test("a grammar that allows any text changes nothing, and neither does one that came before")
    func anything() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        let question = "What is the capital of France?"
        let free = try await model.answer(GenerationRequest(.chat([Message(.user, question)]), maxTokens: 24))
        let held = try await model.answer(request(.grammar, "root ::= .*", question, maxTokens: 24))
        #expect(held.text == free.text && held.tokens.map(\.id) == free.tokens.map(\.id))
        _ = try await model.answer(request(.grammar, "root ::= [0-9]+", question, maxTokens: 6))
        let again = try await model.answer(GenerationRequest(.chat([Message(.user, question)]), maxTokens: 24))
        #expect(again.tokens.map(\.id) == free.tokens.map(\.id))
    }

    @Test("what is there already counts: the rest is written, and what does not fit is refused")
    func continuing() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        var begun = request(.grammar, #"root ::= "one, two, three" ".""#)
        begun.answerSoFar = "one, t"
        #expect(try await model.answer(begun).text == "wo, three.")
        for text in ["two", "one, two, three."] {
            begun.answerSoFar = text
            await #expect {
                _ = try await model.answer(begun)
            } throws: {
                ($0 as? LocalInferenceError)?.code == .invalidRequest
            }
        }
    }

    @Test("a form that cannot be read is named with its place, before anything is computed")
    func unreadable() async throws {
        let model = try await LocalLanguageModel(DefaultModel.load())
        for (form, text, words) in [
            (.grammar, "root ::= rot", "form: line 1, column 10: there is no rule rot"),
            (.jsonSchema, #"{"type": "string", "format": "date"}"#, "form: line 1, column 20: the keyword \"format\""),
            (.grammar, #"root ::= """#, "form: there is nothing to be said"),
        ] as [(OutputConstraint.Form, String, String)] {
            await #expect {
                _ = try await model.answer(request(form, text))
            } throws: {
                ($0 as? LocalInferenceError)?.code == .invalidRequest && "\($0)".contains(words)
            }
        }
    }
}
