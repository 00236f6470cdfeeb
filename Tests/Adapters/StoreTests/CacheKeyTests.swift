import AssistantCore
import Testing

@testable import Store

@Suite("Cache key")
struct CacheKeyTests {
    @Test("the same prompt is the same question")
    func same() {
        #expect(CacheKey(.test("what is it?")) == CacheKey(.test("what is it?")))
    }

    @Test(
        "prompts that differ in a single byte are different questions: the white space of code, the composition of a letter",
        arguments: [
            ("for x in y:\n    f(x)\n    g(x)", "for x in y:\n    f(x)\ng(x)"), ("a:\n\tb", "a:\n    b"),
            ("    if a:\n  b", "if a:\n  b"), ("a\n\nb", "a\nb"), ("a  b", "a b"), ("q\n", "q"), (" q", "q"),
            ("a\u{A0}b", "a b"), ("a\u{3000}b", "a b"), ("a\r\nb", "a\nb"), ("a\u{2028}b", "a\nb"),
            ("cafe\u{301}", "caf\u{E9}"), ("\u{1100}\u{1161}", "\u{AC00}"), ("\u{212A}", "K"),
            ("\u{1F468}\u{200D}\u{1F469}", "\u{1F468}\u{1F469}"),
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
