/// A confidence, and what it is worth.
package struct ConfidenceReading: Sendable, Hashable {
    /// In [0, 1].
    package var value: Double
    package var isCalibrated: Bool

    package init(value: Double, isCalibrated: Bool) {
        self.value = value
        self.isCalibrated = isCalibrated
    }
}
