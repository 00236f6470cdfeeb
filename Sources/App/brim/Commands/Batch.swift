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

/// Answers questions that nobody waits for, some at a time: each pass of the model serves all that the device works at, and
/// while one of them is with the cloud, the device drafts the next. The configured budgets hold over all of them; what they
/// bar stays on the device.
struct Batch {
    let runner: TurnRunner
    let profile: ModelProfile
    let sampling: SamplingChoice
    let maxTokens: Int
    /// Of questions that bring none of their own; `nil` for what ships with Brim.
    let systemPrompt: String?
    let constraint: OutputConstraint?
    /// Where an answer ends, beside what its profile says.
    let stopTexts: [String]
    /// Whether the model goes on with the prompts, without a system prompt and a template.
    let isRaw: Bool
    /// How many are at work at once, at least 1.
    let parallel: Int

    private struct Line: Encodable {
        var id: QuestionID?
        var done: DoneLine
        /// What stands behind the marks of the answer.
        var citations: [CitationLine]

        func encode(to encoder: any Encoder) throws {
            try done.encode(to: encoder)
            var values = encoder.container(keyedBy: Key.self)
            try values.encodeIfPresent(id, forKey: .id)
            if !citations.isEmpty { try values.encode(citations, forKey: .citations) }
        }

        private enum Key: CodingKey { case id, citations }
    }

    /// Writes one line for each question, in their order. Throws where one of them got no answer.
    func answer(_ questions: [BatchQuestion]) async throws {
        var (unanswered, answered) = (0, 0)
        Terminal.progress("0 of \(questions.count) answered…")
        try await OrderedTasks.run(questions, limit: parallel) { question in
            guard let outcome = await outcome(of: question) else { throw CancellationError() }
            return outcome
        } take: { question, outcome in
            if outcome.origin == nil { unanswered += 1 }
            try JSONLines.write(
                Line(
                    id: question.id, done: DoneLine(outcome),
                    citations: outcome.support.citations.map(CitationLine.init)))
            answered += 1
            Terminal.progress("\(answered) of \(questions.count) answered…")
        }
        Terminal.endProgress()
        guard unanswered == 0 else {
            throw CommandFailure(
                "\(unanswered) of \(questions.count) questions got no answer; see \"error\" in their lines")
        }
    }

    private func outcome(of question: BatchQuestion) async -> TurnOutcome? {
        let request = TurnRequest(
            systemPrompt: isRaw ? "" : question.system ?? systemPrompt ?? "", prompt: question.prompt,
            maxTokens: maxTokens, isRaw: isRaw, constraint: constraint, stopTexts: stopTexts
        ).prepared(by: profile, sampling)
        let running = runner.run(request)
        var outcome: TurnOutcome?
        for await case .finished(let last) in running.updates { outcome = last }
        await running.end()
        return outcome
    }
}
