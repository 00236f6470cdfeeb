import AssistantCore
import Confidence
import Foundation
import Turns

/// A line of the file that `brim ask --batch` reads.
struct BatchQuestion: Decodable {
    /// Given back with the answer.
    var id: QuestionID?
    var prompt: String
    var system: String?

    /// Throws ``CommandFailure`` with the line's number where a line is no question.
    static func read(_ path: String) throws -> [BatchQuestion] {
        let bytes = try InputFile.bytes(path)
        var questions: [BatchQuestion] = []
        for line in JSONLines.lines(of: bytes) {
            let question = try JSONLines.decode(
                BatchQuestion.self, line, of: path, what: #"a question, such as {"id": 1, "prompt": "…"}"#)
            guard !question.prompt.isBlank else {
                throw CommandFailure("line \(line.number) of \(path) has an empty prompt")
            }
            questions.append(question)
        }
        guard !questions.isEmpty else { throw CommandFailure("the batch has no questions") }
        return questions
    }
}

/// Answers questions that nobody waits for, some at a time: while one of them is with the cloud, the device drafts the
/// next. The configured budgets hold over all of them; what they bar stays on the device.
struct Batch {
    let runner: TurnRunner
    let profile: ModelProfile
    let sampling: SamplingChoice
    let maxTokens: Int
    /// Of questions that bring none of their own; `nil` for what ships with Brim.
    let systemPrompt: String?
    let constraint: OutputConstraint?
    /// How many are at work at once, at least 1.
    let groupSize: Int

    private struct Line: Encodable {
        var id: QuestionID?
        var done: DoneLine

        func encode(to encoder: any Encoder) throws {
            try done.encode(to: encoder)
            var values = encoder.container(keyedBy: Key.self)
            try values.encodeIfPresent(id, forKey: .id)
        }

        private enum Key: CodingKey { case id }
    }

    /// Writes one line for each question, in their order. Throws where one of them got no answer.
    func answer(_ questions: [BatchQuestion]) async throws {
        var unanswered = 0
        for start in stride(from: 0, to: questions.count, by: groupSize) {
            let group = questions[start..<min(start + groupSize, questions.count)]
            Terminal.progress("\(start) of \(questions.count) answered…")
            for (question, outcome) in zip(group, await outcomes(of: group)) {
                guard let outcome else { throw CancellationError() }
                if outcome.origin == nil { unanswered += 1 }
                try JSONLines.write(Line(id: question.id, done: DoneLine(outcome)))
            }
        }
        Terminal.endProgress()
        guard unanswered == 0 else {
            throw CommandFailure(
                "\(unanswered) of \(questions.count) questions got no answer; see \"error\" in their lines")
        }
    }

    /// In the order of the questions.
    private func outcomes(of group: ArraySlice<BatchQuestion>) async -> [TurnOutcome?] {
        await withTaskGroup(of: (Int, TurnOutcome?).self) { tasks in
            for (index, question) in group.enumerated() {
                tasks.addTask { (index, await outcome(of: question)) }
            }
            var outcomes = [TurnOutcome?](repeating: nil, count: group.count)
            for await (index, outcome) in tasks { outcomes[index] = outcome }
            return outcomes
        }
    }

    private func outcome(of question: BatchQuestion) async -> TurnOutcome? {
        let running = runner.run(
            TurnRequest(
                systemPrompt: question.system ?? systemPrompt ?? "", prompt: question.prompt,
                maxTokens: maxTokens, constraint: constraint
            ).prepared(by: profile, sampling))
        var outcome: TurnOutcome?
        for await case .finished(let last) in running.updates { outcome = last }
        await running.end()
        return outcome
    }
}
