/// The numbers that a router goes by.
public struct RouterSettings: Sendable, Hashable {
    /// A local answer is kept from this confidence on. In [0, 1].
    public var threshold: Double
    public var unknownConfidence: UnknownConfidenceRule
    public var earlyHandover: EarlyHandover

    public init(
        threshold: Double = 0.8, unknownConfidence: UnknownConfidenceRule = .keep,
        earlyHandover: EarlyHandover = .uncalibrated
    ) {
        self.threshold = threshold
        self.unknownConfidence = unknownConfidence
        self.earlyHandover = earlyHandover
    }
}
