import AssistantCore
import Turns

/// Puts questions to the local model as the assistant would: in the shipped frame, greedily.
struct QuestionRunner: Sendable {
    let model: any LanguageModel
    let maxTokens: Int

    /// The tokens of the answer.
    func answer(_ prompt: String) async throws -> [GeneratedToken] {
        let request = TurnRequest(prompt: prompt, sampling: Sampling(temperature: 0), maxTokens: maxTokens)
        var tokens: [GeneratedToken] = []
        for try await event in model.generate(request.inShippedFrame().generationRequest) {
            if case .token(let token) = event { tokens.append(token) }
        }
        try Task.checkCancellation()
        return tokens
    }
}
