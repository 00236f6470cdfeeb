import AssistantCore
import Confidence
import Foundation

/// Puts questions to the local model as the assistant would: in the shipped frame, greedily.
struct QuestionRunner: Sendable {
    let model: any LanguageModel
    let maxTokens: Int

    /// The tokens of the answer.
    func answer(_ prompt: String) async throws -> [GeneratedToken] {
        let frame = PromptFrame.shipped(for: TaskClass(of: prompt))
        let messages =
            (frame.systemPrompt.isEmpty ? [] : [Message(.system, frame.systemPrompt)]) + frame.examples
            + [Message(.user, prompt)]
        let request = GenerationRequest(.chat(messages), sampling: Sampling(temperature: 0), maxTokens: maxTokens)
        var tokens: [GeneratedToken] = []
        for try await event in model.generate(request) {
            if case .token(let token) = event { tokens.append(token) }
        }
        try Task.checkCancellation()
        return tokens
    }
}
