internal import AssistantCore

/// One measurement of raw speed.
public struct BenchmarkSample: Sendable, Hashable {
    public var promptTokens: Int
    /// Time to read the prompt and have the logits of its last token: the time to the first token.
    public var prefillDuration: Duration
    public var generatedTokens: Int
    public var decodeDuration: Duration

    public init(promptTokens: Int, prefillDuration: Duration, generatedTokens: Int, decodeDuration: Duration) {
        self.promptTokens = promptTokens
        self.prefillDuration = prefillDuration
        self.generatedTokens = generatedTokens
        self.decodeDuration = decodeDuration
    }

    public var prefillTokensPerSecond: Double { Double(promptTokens) / prefillDuration.inSeconds }
    /// `nil` where nothing was generated.
    public var decodeTokensPerSecond: Double? {
        generatedTokens > 0 ? Double(generatedTokens) / decodeDuration.inSeconds : nil
    }
}
