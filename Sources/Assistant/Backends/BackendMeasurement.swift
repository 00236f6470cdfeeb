/// How fast one backend was.
package struct BackendMeasurement: Sendable, Hashable, Codable {
    package var model: String
    package var firstTokenSeconds: Double
    /// After the first; `nil` where there were fewer than two.
    package var tokensPerSecond: Double?
    /// While it answered, of the whole device; `nil` where nothing measures them.
    package var watts: Double?

    package init(model: String, firstTokenSeconds: Double, tokensPerSecond: Double?, watts: Double?) {
        self.model = model
        self.firstTokenSeconds = firstTokenSeconds
        self.tokensPerSecond = tokensPerSecond
        self.watts = watts
    }

    /// An answer of a usual length.
    static let usualTokens = 100.0

    /// How long an answer of a usual length takes; infinite where the speed is not known.
    package var answerSeconds: Double {
        guard let tokensPerSecond, tokensPerSecond > 0 else { return .infinity }
        return firstTokenSeconds + Self.usualTokens / tokensPerSecond
    }

    /// What it takes of the battery.
    package var answerJoules: Double? { watts.map { $0 * answerSeconds } }
}
