/// Durations travel as whole microseconds, so that what is read back equals what was written to the microsecond.
extension AnswerFigures: Codable {
    private enum CodingKeys: String, CodingKey {
        case promptTokens = "prompt_tokens"
        case generatedTokens = "generated_tokens"
        case timeToFirstToken = "ttft_us"
        case duration = "duration_us"
        case tokensPerSecond = "tokens_per_s"
        case confidence
        case costMicroUSD = "cost_micro_usd"
        case reason
    }

    public init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            promptTokens: try values.decodeIfPresent(Int.self, forKey: .promptTokens),
            generatedTokens: try values.decodeIfPresent(Int.self, forKey: .generatedTokens),
            timeToFirstToken: try values.decodeIfPresent(Int64.self, forKey: .timeToFirstToken).map {
                .microseconds($0)
            },
            duration: try values.decodeIfPresent(Int64.self, forKey: .duration).map { .microseconds($0) },
            tokensPerSecond: try values.decodeIfPresent(Double.self, forKey: .tokensPerSecond),
            confidence: try values.decodeIfPresent(Double.self, forKey: .confidence),
            costMicroUSD: try values.decodeIfPresent(Int64.self, forKey: .costMicroUSD),
            reason: try values.decodeIfPresent(String.self, forKey: .reason))
    }

    /// A figure that is not finite is left out, being unknown.
    public func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(promptTokens, forKey: .promptTokens)
        try values.encodeIfPresent(generatedTokens, forKey: .generatedTokens)
        try values.encodeIfPresent(timeToFirstToken?.inMicroseconds, forKey: .timeToFirstToken)
        try values.encodeIfPresent(duration?.inMicroseconds, forKey: .duration)
        try values.encodeIfPresent(tokensPerSecond.flatMap(Self.finite), forKey: .tokensPerSecond)
        try values.encodeIfPresent(confidence.flatMap(Self.finite), forKey: .confidence)
        try values.encodeIfPresent(costMicroUSD, forKey: .costMicroUSD)
        try values.encodeIfPresent(reason, forKey: .reason)
    }

    private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
