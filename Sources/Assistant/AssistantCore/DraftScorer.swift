/// A model that judges what another one writes, for a board that does not tell its probabilities.
public protocol DraftScorer: Sendable {
    /// How probable it finds an answer, token by token in its own tokens, as if it had written it.
    ///
    /// The answer grows from call to call; what was read before is not read again.
    ///
    /// - Parameter known: how many of the answer's first tokens need not be told again (≥ 0).
    /// - Returns: the tokens after those, with their texts.
    func scores(
        of answer: String, to prompt: GenerationRequest.Prompt, after known: Int
    ) async throws -> [GeneratedToken]
}
