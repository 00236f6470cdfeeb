internal import Tokenizers
internal import Transformer

extension LocalEngine {
    /// Generates `count` tokens without end: whenever the context of `contextLength` tokens is full, the older half of what
    /// follows its first eighth is forgotten and the rest moved down (context shift).
    ///
    /// - Parameter progress: called on the engine's thread after every `step` tokens with how many there are, and how long the last
    ///   `step` took; returns false to stop.
    /// - Throws: ``LocalInferenceError`` where the context does not fit the model or memory.
    package func soak(
        tokens count: Int, contextLength: Int, step: Int, progress: @Sendable (Int, Duration) -> Bool
    ) throws {
        guard (16...model.weights.config.contextLength).contains(contextLength), step > 0 else {
            throw LocalInferenceError(
                .invalidRequest, "The context takes 16 to \(model.weights.config.contextLength) tokens.")
        }
        try computing {
            let session = try model.makeSession(contextLength: contextLength)
            var sampler = try Sampler(
                SamplerConfig(temperature: 0.8, topK: 40, topP: 0.95, minP: 0, repetitionPenalty: 1, seed: 1),
                vocabularySize: model.weights.config.vocabularySize)
            try session.evaluate([model.tokenizer.vocabulary.endOfGeneration.first ?? 0])
            let kept = contextLength / 8
            let clock = ContinuousClock()
            var start = clock.now
            for number in 1...max(count, 1) {
                let choice = try sampler.choose(session.logits)
                if session.tokens.count == contextLength {
                    session.remove(kept..<kept + (contextLength - kept) / 2)
                }
                try session.evaluate(choice.id)
                guard number.isMultiple(of: step) else { continue }
                guard progress(number, clock.now - start) else { return }
                start = clock.now
            }
        }
    }
}
