package import AssistantCore
package import Routing

/// The confidence in a program that was asked for: how often programs which the model found as probable were right. It
/// says nothing before the answer has ended, since a program is right as a whole or not at all.
package struct CodeConfidence: ConfidenceEstimator {
    private let calibration: CodeCalibration
    private var signals = CodeSignals()

    package private(set) var confidence: Double?
    package let source: ConfidenceSource

    /// - Parameter model: whose programs the calibration was fitted to, by its name.
    package init(_ calibration: CodeCalibration, model: String) {
        self.calibration = calibration
        source = .calibration(model: model, task: TaskClass.code.rawValue)
    }

    package var handoverFloor: HandoverFloor { .never }

    package mutating func observe(_ token: GeneratedToken) { signals.observe(token) }

    package mutating func finish() { confidence = signals.features.map(calibration.confidence) }
}
