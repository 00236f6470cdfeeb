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
        case reason, stop, support
    }

    /// A figure that no answer has is left out, being unknown: a file can be changed by anybody.
    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        func read<Value: Decodable & Comparable>(_ key: CodingKeys, in range: ClosedRange<Value>) throws -> Value? {
            try values.decodeIfPresent(Value.self, forKey: key).flatMap { range.contains($0) ? $0 : nil }
        }
        let tokens = 0...Int(Int32.max)
        // A hundred years.
        let microseconds = 0...Int64(3_155_760_000_000_000)
        self.init(
            promptTokens: try read(.promptTokens, in: tokens),
            generatedTokens: try read(.generatedTokens, in: tokens),
            timeToFirstToken: try read(.timeToFirstToken, in: microseconds).map { .microseconds($0) },
            duration: try read(.duration, in: microseconds).map { .microseconds($0) },
            tokensPerSecond: try read(.tokensPerSecond, in: 0...1e9), confidence: try read(.confidence, in: 0...1),
            costMicroUSD: try read(.costMicroUSD, in: 0...Int64.max),
            reason: try values.decodeIfPresent(String.self, forKey: .reason),
            stop: try values.decodeIfPresent(String.self, forKey: .stop))
        support = try? values.decodeIfPresent(AnswerSupport.self, forKey: .support)
    }

    /// A figure that is not finite is left out, being unknown.
    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encodeIfPresent(promptTokens, forKey: .promptTokens)
        try values.encodeIfPresent(generatedTokens, forKey: .generatedTokens)
        try values.encodeIfPresent(timeToFirstToken?.inMicroseconds, forKey: .timeToFirstToken)
        try values.encodeIfPresent(duration?.inMicroseconds, forKey: .duration)
        try values.encodeIfPresent(tokensPerSecond.flatMap(Self.finite), forKey: .tokensPerSecond)
        try values.encodeIfPresent(confidence.flatMap(Self.finite), forKey: .confidence)
        try values.encodeIfPresent(costMicroUSD, forKey: .costMicroUSD)
        try values.encodeIfPresent(reason, forKey: .reason)
        try values.encodeIfPresent(stop, forKey: .stop)
        try values.encodeIfPresent(support, forKey: .support)
    }

    private static func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
}
