/// A confidence, and what it is worth.
public struct ConfidenceReading: Sendable, Hashable {
    /// In [0, 1].
    public var value: Double
    public var isCalibrated: Bool

    public init(value: Double, isCalibrated: Bool) {
        self.value = value
        self.isCalibrated = isCalibrated
    }
}
