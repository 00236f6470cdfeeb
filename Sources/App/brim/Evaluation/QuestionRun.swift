import AssistantCore
import Confidence
import Turns

/// A run over questions with known answers that can be taken up again where it was interrupted.
enum QuestionRun {
    /// The lines of all questions: those that an earlier run kept, then the new ones, in their order.
    ///
    /// - Parameters:
    ///   - parallel: how many questions are at work at once (≥ 1).
    ///   - path: keeps a line for each question as soon as it is there; `nil` keeps nothing.
    ///   - prepare: gives what answers a question; called only where there is something left to answer.
    static func lines<Line: Codable & Identifiable & Sendable>(
        for questions: [EvaluationQuestion], keptIn path: String?, parallel: Int,
        prepare: () async throws -> @Sendable (EvaluationQuestion) async throws -> Line
    ) async throws -> [Line] where Line.ID == QuestionID {
        let done = try path.map { try QuestionFile.finished(in: $0, as: Line.self) } ?? []
        let answered = Set(done.map(\.id))
        let left = questions.filter { !answered.contains($0.id) }
        guard !left.isEmpty else { return done }
        let answer = try await prepare()
        let log = try path.map { try LineLog(appendingTo: $0) }
        let (before, all) = (done.count, questions.count)
        let fresh = try await Interruption.cancelling {
            var fresh: [Line] = []
            Terminal.progress("answered \(before) of \(all)")
            try await OrderedTasks.run(left, limit: parallel, answer) { _, line in
                try log?.write(line)
                fresh.append(line)
                Terminal.progress("answered \(before + fresh.count) of \(all)")
            }
            return fresh
        }
        Terminal.endProgress()
        try log?.close()
        return done + fresh
    }
}

extension QuestionRun {
    /// Returns the tokens of the local model's answer, asked as the assistant would: as its profile has it, greedily.
    static func answer(
        _ prompt: String, _ model: any LanguageModel, _ profile: ModelProfile, maxTokens: Int
    ) async throws -> [GeneratedToken] {
        try await answer(request(prompt, profile, maxTokens: maxTokens), model)
    }

    /// The question as the assistant would ask it.
    static func request(_ prompt: String, _ profile: ModelProfile, maxTokens: Int) -> TurnRequest {
        var choice = SamplingChoice()
        choice.temperature = 0
        choice.repetitionPenalty = 1
        choice.dryMultiplier = 0
        return TurnRequest(prompt: prompt, maxTokens: maxTokens).prepared(by: profile, choice)
    }

    /// Returns the tokens of the local model's answer.
    static func answer(_ request: TurnRequest, _ model: any LanguageModel) async throws -> [GeneratedToken] {
        var tokens: [GeneratedToken] = []
        for try await event in model.generate(request.generationRequest) {
            switch event {
            case .token(let token): tokens.append(token)
            case .rolledBack(let rollback): tokens.removeLast(min(rollback.tokens, tokens.count))
            default: break
            }
        }
        try Task.checkCancellation()
        return tokens
    }
}
