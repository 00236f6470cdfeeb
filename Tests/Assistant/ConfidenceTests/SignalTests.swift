import AssistantCore
import Testing

@testable import Confidence

@Suite struct SignalTests {
    @Test(
        "A task's form tells its class",
        arguments: [
            ("What is 411 plus 718?", TaskClass.arithmetic), ("12 * 4 = ?", .arithmetic),
            ("What is the capital of Peru?", .question),
            ("Peru: what is its capital?", .question), ("Give the symbol of the element iron.", .question),
            ("The shop is on level 2. It opens at 8:00.\n\nWhen does the shop open?", .extraction),
            ("The shop is on level 2 and opens at 8:00. When does the shop open?", .extraction),
            // The passage ends in no mark but its line's, whatever that is.
            ("The shop on level 2 opens at 8:00 and closes at 15:00\nWhen does the shop open?", .extraction),
            ("The shop on level 2 opens at 8:00 and closes at 15:00\r\nWhen does the shop open?", .extraction),
            ("Write a poem about the sea.", .open), ("", .open), ("Translate this: the cat sat on the mat", .open),
        ])
    func taskClass(prompt: String, expected: TaskClass) {
        #expect(TaskClass(of: prompt) == expected)
    }

    private func signals(_ prompt: String, _ tokens: [(String, Float)]) -> AnswerSignals {
        var signals = AnswerSignals(PromptSignals(prompt))
        for (text, probability) in tokens { signals.observe(Synthetic.token(text, probability)) }
        return signals
    }

    @Test("Words of the question and words that hold a sentence together are no content")
    func echo() {
        let prompt = "What is the capital of Liechtenstein?"
        let echo = signals(
            prompt, [("The", 0.5), (" capital", 0.5), (" of", 0.5), (" Liech", 0.5), ("tenstein", 0.5), (" is", 0.5)])
        #expect(echo.finished.content.count == 0 && echo.all.count == 6)
    }

    @Test("A content word of several tokens counts whole, from the piece on at which it can be no word of the question")
    func pieces() {
        var signals = signals(
            "What is 14 + 4?", [("14", 0.9), (" +", 0.9), (" ", 0.9), ("4", 0.9), (" is", 0.9), (" ", 0.9), ("1", 0.5)])
        #expect(signals.settled.content.count == 0, "1 may still become 14")
        signals.observe(Synthetic.token("8", 0.25))
        #expect(signals.settled.content.count == 2)
        #expect(abs(signals.settled.content.lowest + 1.386) < 0.01)
    }

    @Test("What the fit is given says how unlikely the two least probable content tokens are, and has a bottom")
    func features() {
        let oak = signals("What is it?", [("It", 0.9), (" is", 0.9), (" oak", 0.5), (".", 0.25)])
        let unsure = FeatureVector(oak.finished)
        #expect(abs(unsure.values[0] - 0.125) < 0.001 && abs(unsure.values[1] + 2.079) < 0.01)
        #expect(abs(unsure.values[2] - 1) < 0.001)
        let hopeless = FeatureVector(signals("What is it?", [(" oak", 0.001), (" tree", 0.001)]).finished)
        #expect(hopeless.values[0] < 0.00001 && hopeless.values[1] == -6)
        let unspoken = FeatureVector(signals("What is it?", [("It", 0.5), (" is", 0.5)]).finished)
        #expect(abs(unspoken.values[0] - 0.25) < 0.001, "before the content the whole stands in for it")
    }

    @Test("The two least probable content tokens are kept, and how undecided the last content word began")
    func weakest() {
        let oak = signals("What is it?", [("An", 0.1), (" old", 0.5), (" oak", 0.25), (" tree", 0.9)])
        #expect(abs(oak.finished.content.lowest + 1.386) < 0.01)
        #expect(abs(oak.finished.content.secondLowest + 0.693) < 0.01)
        #expect(abs(oak.finished.lastEntropy - 0.2) < 0.001)
    }

    @Test("How sure the model is that a content word ends counts like the word")
    func wordEnd() {
        let ended = signals("What is it?", [("It", 0.5), (" is", 0.5), (" nine", 0.9), (".", 0.25)])
        #expect(abs(ended.finished.content.lowest + 1.386) < 0.01)
        #expect(abs(ended.finished.lastEntropy - 0.2) < 0.001, "of the word's beginning, not of its full stop")
    }

    @Test("Hostile tokens keep the signals small and finite")
    func hostile() {
        var signals = AnswerSignals(PromptSignals(String(repeating: "word ", count: 10_000)))
        for _ in 0..<2_000 { signals.observe(Synthetic.token("x", 0.5)) }
        signals.observe(Synthetic.token("\u{0}\u{202E}\u{1F469}\u{200D}\u{1F680} é", 0.5))
        #expect(FeatureVector(signals.finished).values.allSatisfy { $0.isFinite && abs($0) <= 8 })
        #expect(FeatureVector.names.count == FeatureVector(signals.finished).values.count)
    }

    @Test("The worked examples come to the point at their third token, except where the model needs the question again")
    func directExamples() throws {
        let examples = try ShippedFiles.profile("smollm2-135m-instruct-q4_1").prompt(for: .question).examples
        for (question, answer) in zip(examples, examples.dropFirst()) where question.role == .user {
            let words = answer.text.split(separator: " ")
            let opening = words.prefix(2).map { ($0 == words.first ? "" : " ") + $0 }
            #expect(signals(question.text, opening.map { ($0, 0.9) }).finished.content.count == 0)
            let whole = opening.map { ($0, Float(0.9)) } + [(" \(words[2])", 0.9)]
            #expect(signals(question.text, whole).finished.content.count == 1, "\(answer.text)")
        }
    }

}
