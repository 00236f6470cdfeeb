package import AssistantCore
internal import Kernels
internal import Tokenizers
internal import Transformer

extension LocalLanguageModel: DraftScorer {
    /// See ``DraftScorer/scores(of:to:after:)``: one batched prefill of what is new.
    ///
    /// - Throws: ``LocalInferenceError``: `promptTooLong`, `failed`.
    package func scores(
        of answer: String, to prompt: GenerationRequest.Prompt, after known: Int
    ) throws -> [GeneratedToken] {
        let question = try model.prompts.encode(prompt)
        let tokens = question + model.tokenizer.encode(answer)
        let first = question.count + known
        guard known >= 0, first < tokens.count, !question.isEmpty else { return [] }
        guard tokens.count < sessions.contextLength else {
            throw LocalInferenceError.promptTooLong(tokens.count, capacity: sessions.contextLength - 1)
        }
        do {
            return try sessions.withSession(for: tokens) { session, _ in
                try score(tokens, from: first, session)
            }
        } catch let error as TransformerError {
            throw LocalInferenceError(.failed, error.description, underlying: error)
        }
    }

    /// The logits of the token before each one tell how probable it was.
    private func score(_ tokens: [Int32], from first: Int, _ session: Session) throws -> [GeneratedToken] {
        let reused = session.truncate(to: min(session.commonPrefix(with: tokens), first - 1))
        if reused < first - 1 { try session.evaluate(tokens[reused..<first - 1]) }
        var text = UTF8Stream()
        var scored: [GeneratedToken] = []
        try session.evaluateAll(tokens[(first - 1)..<(tokens.count - 1)]) { index, logits in
            let id = tokens[first + index]
            let isLast = first + index == tokens.count - 1
            let piece = text.append(try model.tokenizer.bytes(of: id)) + (isLast ? text.finish() : "")
            scored.append(GeneratedToken(id: id, text: piece, by: logits))
        }
        return scored
    }
}

extension GeneratedToken {
    fileprivate init(id: Int32, text: String, by logits: FloatRows) {
        let statistics = LogitStatistics(logits)
        self.init(
            id: id, text: text, logProbability: min(0, logits.withRow(0) { $0[Int(id)] } - statistics.logSumExp),
            entropy: max(0, statistics.entropy), margin: statistics.margin)
    }
}
