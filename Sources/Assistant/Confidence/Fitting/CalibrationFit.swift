/// Fits a ``Calibration`` to answers, and says how it does on kinds of questions that a fit has not seen.
///
/// Each kind is left out once: a model fitted to the others judges it. The corrections of the log-odds are fitted to those
/// judgements, so that a number promises no more than it keeps on new kinds; the figures are made with models and
/// corrections that had not seen the kind either. Deterministic.
package struct CalibrationFit: Sendable {
    /// Of the answers stopped early, at most this share would have ended at or above the threshold.
    package static let tolerance = 0.05
    /// Fewer answers than this teach nothing.
    package static let fewestAnswers = 40
    static let ridge = 10.0

    /// What the held-out judgements say at one checkpoint, in the order of the records.
    package struct HeldOut: Sendable {
        /// `nil` for the finished answer.
        package var contentTokens: Int?
        /// By fits and forms that had not seen the kind of question.
        package var newKinds: [ConfidenceOutcome]
        /// By forms that had seen others of the kind, but not this question.
        package var knownKinds: [ConfidenceOutcome]
        /// The floors of the early hand-over.
        package var floors = Calibration.Floors()
    }

    /// What the early hand-over does to answers that it was not chosen by.
    package struct HandoverTrial: Sendable, Hashable {
        /// Of the answers stopped, those that would have ended at or above the threshold.
        package var lostOfKnownKinds: Double
        package var lostOfNewKinds: Double
        /// At which token an answer that is to be handed over leaves; `nil` where there is none.
        package var medianTokenOfKnownKinds: Int?
        package var medianTokenOfNewKinds: Int?
    }

    package let calibration: Calibration
    package let heldOut: [HeldOut]
    package let handoverTrial: HandoverTrial

    /// - Parameters:
    ///   - threshold: from which confidence on an answer is kept; the early hand-over is chosen for it.
    ///   - progress: called with the steps done and all of them.
    /// - Throws: ``CalibrationError/Code/unsuitable`` where there are too few answers, one kind, or only right or wrong
    ///   ones; `CancellationError`.
    package init(
        _ records: [AnswerRecord], binding: Calibration.Binding, threshold: Double = 0.8, seed: UInt64 = 0,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        try Self.check(records)
        let sample = Sample(records)
        let steps = Calibration.checkpointTokens.map(Optional.some) + [nil]
        var checkpoints: [Calibration.Checkpoint] = []
        var heldOut: [HeldOut] = []
        var points: [[Point]] = []
        for (number, tokens) in steps.enumerated() {
            try Task.checkCancellation()
            progress(number, steps.count)
            let here = records.map { Self.point(of: $0, atContent: tokens) }
            // The first tokens of an answer say nothing that carries over; there the form of the question speaks alone.
            let rows = here.map { tokens == 0 ? FeatureVector.none : FeatureVector($0.signals).values }
            let (judged, corrections) = sample.crossFit(rows, contentTokens: tokens)
            points.append(here)
            heldOut.append(judged)
            checkpoints.append(
                Calibration.Checkpoint(
                    contentTokens: tokens, model: sample.fit(rows), corrections: corrections,
                    floors: Calibration.Floors()))
        }
        progress(steps.count, steps.count)
        let handover = HandoverFloors(
            heldOut: heldOut, reached: points.dropLast().map { $0.map(\.isReached) }, threshold: threshold)
        for (index, floors) in handover.floors().enumerated() {
            checkpoints[index].floors = floors
            heldOut[index].floors = floors
        }
        handoverTrial = handover.trial(tokens: points.map { $0.map(\.tokens) })
        self.heldOut = heldOut
        let end = heldOut[heldOut.count - 1]
        let figures = Calibration.Figures(
            ConfidenceMetrics(end.newKinds), threshold: threshold, seed: seed,
            aurocOnKnownKinds: ConfidenceMetrics(end.knownKinds).auroc ?? 0.5)
        calibration = Calibration(
            binding: binding, figures: figures, threshold: threshold,
            checkpoints: checkpoints, forms: sample.forms)
    }

    private static func check(_ records: [AnswerRecord]) throws {
        guard records.count >= fewestAnswers else {
            throw CalibrationError(
                .unsuitable, "\(records.count) answers are too few to calibrate by; give at least \(fewestAnswers).")
        }
        let right = records.count(where: \.right)
        guard right > 0, right < records.count else {
            throw CalibrationError(
                .unsuitable,
                "All answers are \(right > 0 ? "right" : "wrong"); a calibration needs both. Add \(right > 0 ? "harder" : "easier") questions."
            )
        }
        guard Set(records.map(\.category)).count >= 2 else {
            throw CalibrationError(
                .unsuitable,
                "All questions are of one category; a calibration is tested on kinds it has not seen. Add others.")
        }
        for record in records {
            guard record.tokens.allSatisfy({ $0.logprob.isFinite && $0.entropy.isFinite }) else {
                throw CalibrationError(
                    .damaged, "The answer to question \(record.id) holds a number that is none; delete the records.")
            }
        }
    }

    /// What was known of an answer at a checkpoint.
    struct Point {
        var signals: AnswerSignals
        /// `false` where the answer ended before.
        var isReached: Bool
        /// All tokens that it had by then.
        var tokens: Int
    }

    /// What was known at a content token; of the finished answer for `nil`, and where it ended before.
    static func point(of record: AnswerRecord, atContent tokens: Int?) -> Point {
        var signals = AnswerSignals(PromptSignals(record.prompt))
        for (index, token) in record.tokens.enumerated() {
            signals.observe(token.generated)
            guard let tokens else { continue }
            let settled = signals.settled
            if settled.content.count >= tokens { return Point(signals: settled, isReached: true, tokens: index + 1) }
        }
        return Point(signals: signals.finished, isReached: false, tokens: record.tokens.count)
    }
}
