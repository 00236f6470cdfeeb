package import AssistantCore
package import Routing

/// The confidence that means what it says: 0.8 is right in 80 of 100 cases, for the model and prompts it was made for.
///
/// It speaks from the first content token on, since before that an answer has only repeated the question; earlier only
/// where the form of the question is known.
package struct CalibratedConfidence: ConfidenceEstimator {
    private let calibration: Calibration
    private let form: QuestionForms.Evidence
    private var signals: AnswerSignals
    /// How many checkpoints lie behind.
    private var passed = 0
    private var current: (value: Double, checkpoint: Calibration.Checkpoint)?

    /// From here on a question's form speaks before its answer does.
    private static let leastFamiliarity = 0.5

    /// - Parameter model: whose answers the calibration was fitted to, by its name.
    package init(_ calibration: Calibration, model: String, prompt: String) {
        self.calibration = calibration
        source = .calibration(model: model, task: TaskClass(of: prompt).rawValue)
        form = calibration.forms.evidence(for: QuestionForms.words(of: prompt))
        signals = AnswerSignals(PromptSignals(prompt))
    }

    private var isKnownForm: Bool { form.familiarity >= Self.leastFamiliarity }

    package let source: ConfidenceSource

    /// Made anew at each checkpoint and at the end; in between, the last one stands. `nil` where a token without a number
    /// was among them.
    package var confidence: Double? { signals.isBroken ? nil : current?.value }

    package var handoverFloor: HandoverFloor {
        guard let floors = current?.checkpoint.floors, let floor = isKnownForm ? floors.known : floors.new else {
            return .never
        }
        return .below(floor)
    }

    package mutating func observe(_ token: GeneratedToken) {
        signals.observe(token)
        let settled = signals.settled
        let checkpoints = calibration.checkpoints
        var next = passed
        while let tokens = checkpoints[next].contentTokens, settled.content.count >= tokens { next += 1 }
        guard next > passed else { return }
        passed = next
        if next > 1 || isKnownForm { judge(settled, by: checkpoints[next - 1]) }
    }

    package mutating func finish() {
        guard signals.all.count > 0, let end = calibration.checkpoints.last else { return }
        judge(signals.finished, by: end)
    }

    private mutating func judge(_ signals: AnswerSignals, by checkpoint: Calibration.Checkpoint) {
        current = (checkpoint.confidence(signals, form), checkpoint)
    }
}
