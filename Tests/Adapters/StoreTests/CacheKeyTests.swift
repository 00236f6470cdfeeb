import AssistantCore
import Testing

@testable import Store

@Suite("Cache key")
struct CacheKeyTests {
    @Test(
        "prompts that differ in white space or composition alone are the same question",
        arguments: [
            ("what is  it?", "what is it?"), ("  what is it?\n", "what is it?"),
            ("what\t\u{A0}is\u{3000}it?", "what is it?"),
            ("cafe\u{301}", "caf\u{E9}"), ("\u{1100}\u{1161}", "\u{AC00}"),
        ])
    func same(_ one: String, _ other: String) {
        #expect(CacheKey(.test(one)) == CacheKey(.test(other)))
    }

    @Test(
        "prompts that differ in anything else are not",
        arguments: [
            ("what", "What"), ("a b", "ab"), ("2\u{B2}", "22"), ("ﬁ", "fi"), ("a", "a\u{200B}"),
            ("", "."), ("a?", "a"),
        ])
    func different(_ one: String, _ other: String) {
        #expect(CacheKey(.test(one)) != CacheKey(.test(other)))
    }

    @Test("everything else that an answer depends on makes another question")
    func dependencies() {
        let base = CacheableQuestion.test("q")
        let variants: [CacheableQuestion] = [
            .test("q", systemPrompt: "Be brief. "), .test("q", fingerprint: "g"),
            .test("q", context: [Message(.user, "hello")]), .test("q", context: [Message(.assistant, "hello")]),
            .test("q", context: [Message(.user, "hello"), Message(.assistant, "")]),
            .test("q", context: [Message(.user, "hel"), Message(.user, "lo")]),
            .test("q", context: [Message(.user, "hello ")]),
            .test("q", sampling: Sampling(temperature: 0.5)), .test("q", sampling: Sampling(topK: 1)),
            .test("q", sampling: Sampling(topP: 0.5)), .test("q", sampling: Sampling(minP: 0.5)),
            .test("q", sampling: Sampling(repetitionPenalty: 2)), .test("q", sampling: Sampling(seed: 0)),
            changed(base) { $0.model.name = "n" }, changed(base) { $0.model.quantisation = "Q8_0" },
            changed(base) { $0.model.contextLength = 1 },
            // Fields cannot flow into each other.
            changed(base) { ($0.model.name, $0.model.quantisation) = ("mQ4", "_1") },
            changed(base) { ($0.prompt, $0.systemPrompt) = ("qBe", "brief.") },
        ]
        let keys = Set(([base] + variants).map { CacheKey($0) })
        #expect(keys.count == variants.count + 1)
    }

    private func changed(
        _ question: CacheableQuestion, _ change: (inout CacheableQuestion) -> Void
    ) -> CacheableQuestion {
        var question = question
        change(&question)
        return question
    }
}
