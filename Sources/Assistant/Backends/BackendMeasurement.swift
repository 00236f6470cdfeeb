/// How fast one backend was.
public struct BackendMeasurement: Sendable, Hashable, Codable {
    public var model: String
    public var firstTokenSeconds: Double
    /// After the first; `nil` where there were fewer than two.
    public var tokensPerSecond: Double?
    /// While it answered, of the whole device; `nil` where nothing measures them.
    public var watts: Double?

    public init(model: String, firstTokenSeconds: Double, tokensPerSecond: Double?, watts: Double?) {
        self.model = model
        self.firstTokenSeconds = firstTokenSeconds
        self.tokensPerSecond = tokensPerSecond
        self.watts = watts
    }

    /// An answer of a usual length.
    static let usualTokens = 100.0

    /// How long an answer of a usual length takes; infinite where the speed is not known.
    public var answerSeconds: Double {
        guard let tokensPerSecond, tokensPerSecond > 0 else { return .infinity }
        return firstTokenSeconds + Self.usualTokens / tokensPerSecond
    }

    /// What it takes of the battery.
    public var answerJoules: Double? { watts.map { $0 * answerSeconds } }
}
