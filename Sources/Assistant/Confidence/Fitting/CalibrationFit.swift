/// Fits a ``Calibration`` to answers, and says how it does on kinds of questions that a fit has not seen.
///
/// Each kind is left out once: a model fitted to the others judges it. The correction of the log-odds is fitted to those
/// judgements, so that a number promises no more than it keeps on new kinds; the figures are made with corrections that
/// had not seen the kind either. Deterministic.
public struct CalibrationFit: Sendable {
    /// Of the answers stopped early, at most this share would have ended at or above the threshold.
    public static let tolerance = 0.05
    /// Fewer answers than this teach nothing.
    public static let fewestAnswers = 40
    static let ridge = 10.0

    /// What the held-out judgements say at one checkpoint, in the order of the records.
    public struct HeldOut: Sendable {
        /// `nil` for the finished answer.
        public var contentTokens: Int?
        /// By fits and forms that had not seen the kind of question.
        public var newKinds: [JudgedConfidence]
        /// By forms that had seen others of the kind, but not this question.
        public var knownKinds: [JudgedConfidence]
        /// The floor of the early hand-over; `nil` where there is none.
        public var handOverBelow: Double?
    }

    public let calibration: Calibration
    public let heldOut: [HeldOut]

    /// - Parameters:
    ///   - threshold: from which confidence on an answer is kept; the early hand-over is chosen for it.
    ///   - progress: called with the steps done and all of them.
    /// - Throws: ``CalibrationError/Code/unsuitable`` where there are too few answers, one kind, or only right or wrong
    ///   ones; `CancellationError`.
    public init(
        _ records: [AnswerRecord], binding: Calibration.Binding, threshold: Double = 0.8, seed: UInt64 = 0,
        progress: (Int, Int) -> Void = { _, _ in }
    ) throws {
        try Self.check(records)
        let sample = Sample(records)
        let steps = Calibration.checkpointTokens.map(Optional.some) + [nil]
        var checkpoints: [Calibration.Checkpoint] = []
        var heldOut: [HeldOut] = []
        var reached: [[Bool]] = []
        for (number, tokens) in steps.enumerated() {
            try Task.checkCancellation()
            progress(number, steps.count)
            let points = records.map { Self.signals(of: $0, atContent: tokens) }
            // The first tokens of an answer say nothing that carries over; there the form of the question speaks alone.
            let rows = points.map { tokens == 0 ? FeatureVector.none : FeatureVector($0.signals).values }
            let (judged, correction) = sample.crossFit(rows, contentTokens: tokens)
            reached.append(points.map(\.isReached))
            heldOut.append(judged)
            checkpoints.append(
                Calibration.Checkpoint(
                    contentTokens: tokens, model: LogisticModel.fit(rows, sample.labels, ridge: Self.ridge),
                    correction: correction, handOverBelow: nil))
        }
        progress(steps.count, steps.count)
        let end = heldOut[heldOut.count - 1]
        for index in checkpoints.indices.dropLast() {
            let floor = Self.handOver(heldOut[index], end, among: reached[index], threshold: threshold)
            checkpoints[index].handOverBelow = floor
            heldOut[index].handOverBelow = floor
        }
        self.heldOut = heldOut
        calibration = Calibration(
            binding: binding, figures: Self.figures(end, threshold: threshold, seed: seed), threshold: threshold,
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
            guard record.tokens.allSatisfy({ $0.logprob.isFinite && $0.entropy.isFinite && !$0.margin.isNaN }) else {
                throw CalibrationError(
                    .damaged, "The answer to question \(record.id) holds a number that is none; delete the records.")
            }
        }
    }

    /// What was known at a content token; of the finished answer for `nil`, and where it ended before.
    static func signals(of record: AnswerRecord, atContent tokens: Int?) -> (signals: AnswerSignals, isReached: Bool) {
        var signals = AnswerSignals(PromptSignals(record.prompt))
        for token in record.tokens {
            signals.observe(token.generated)
            guard let tokens else { continue }
            let settled = signals.settled
            if settled.content.count >= tokens { return (settled, true) }
        }
        return (signals.finished, false)
    }

    /// The highest floor under which at most ``tolerance`` of the answers would have ended well, be their kinds known or
    /// new; `nil` where there is none.
    private static func handOver(
        _ here: HeldOut, _ end: HeldOut, among reached: [Bool], threshold: Double
    ) -> Double? {
        // Before the first content token nothing is said of new kinds.
        let views =
            [(here.knownKinds, end.knownKinds)] + (here.contentTokens == 0 ? [] : [(here.newKinds, end.newKinds)])
        func holds(_ floor: Double) -> Bool {
            views.allSatisfy { now, then in
                let stopped = now.indices.filter { reached[$0] && now[$0].confidence < floor }
                let well = stopped.count { then[$0].confidence >= threshold }
                return !stopped.isEmpty && Double(well) <= tolerance * Double(stopped.count)
            }
        }
        return stride(from: (threshold * 100).rounded(.down) / 100, to: 0, by: -0.01).first(where: holds)
    }

    private static func figures(_ end: HeldOut, threshold: Double, seed: UInt64) -> Calibration.Figures {
        let metrics = ConfidenceMetrics(end.newKinds)
        let kept = metrics.kept(from: threshold)
        let auroc = metrics.auroc ?? 0.5
        let interval = metrics.aurocInterval(seed: seed) ?? auroc...auroc
        return Calibration.Figures(
            questions: metrics.count, accuracy: metrics.accuracy ?? 0, auroc: auroc, aurocLow: interval.lowerBound,
            aurocHigh: interval.upperBound, calibrationError: metrics.calibrationError(), keptShare: kept.share,
            keptAccuracy: kept.accuracy, aurocOnKnownKinds: ConfidenceMetrics(end.knownKinds).auroc ?? 0.5)
    }
}
