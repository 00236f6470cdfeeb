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

    /// What the held-out judgements say at one checkpoint.
    public struct HeldOut: Sendable {
        /// `nil` for the finished answer.
        public var contentTokens: Int?
        /// The floor of the early hand-over; `nil` where there is none.
        public var handOverBelow: Double?
        /// In the order of the records.
        public var judged: [JudgedConfidence]
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
        let labels = records.map(\.right)
        let kinds = Self.kinds(of: records)
        let steps = Calibration.checkpointTokens.map(Optional.some) + [nil]
        var checkpoints: [Calibration.Checkpoint] = []
        var heldOut: [HeldOut] = []
        var reached: [[Bool]] = []
        for (number, tokens) in steps.enumerated() {
            try Task.checkCancellation()
            progress(number, steps.count)
            let points = records.map { Self.signals(of: $0, atContent: tokens) }
            let rows = points.map { FeatureVector($0.signals).values }
            reached.append(points.map(\.isReached))
            let fitted = Self.crossFit(rows, labels, kinds)
            checkpoints.append(
                Calibration.Checkpoint(
                    contentTokens: tokens, model: LogisticModel.fit(rows, labels, ridge: Self.ridge),
                    slope: fitted.correction.slope, shift: fitted.correction.shift, handOverBelow: nil))
            heldOut.append(
                HeldOut(
                    contentTokens: tokens,
                    judged: zip(fitted.confidences, labels).map { JudgedConfidence($0, isRight: $1) }))
        }
        progress(steps.count, steps.count)
        let end = heldOut[heldOut.count - 1].judged
        for index in checkpoints.indices.dropLast() {
            let those = records.indices.filter { reached[index][$0] }
            let floor = Self.handOver(
                those.map { heldOut[index].judged[$0].confidence }, those.map { end[$0].confidence >= threshold },
                threshold: threshold)
            checkpoints[index].handOverBelow = floor
            heldOut[index].handOverBelow = floor
        }
        self.heldOut = heldOut
        calibration = Calibration(
            binding: binding, figures: Self.figures(end, threshold: threshold, seed: seed), threshold: threshold,
            checkpoints: checkpoints)
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

    /// The answers of each category, in the order of the categories' names.
    private static func kinds(of records: [AnswerRecord]) -> [[Int]] {
        Dictionary(grouping: records.indices, by: { records[$0].category }).sorted { $0.key < $1.key }.map(\.value)
    }

    // MARK: Held out

    private struct Correction {
        var slope = 1.0
        var shift = 0.0

        func confidence(_ logit: Double) -> Double { sigmoid(slope * logit + shift) }

        /// A correction never turns the order round.
        init(_ logits: [Double], _ labels: [Bool]) {
            let model = LogisticModel.fit(logits.map { [$0] }, labels, ridge: 1)
            let slope = model.weights[0] / model.scale[0]
            guard slope > 0.05 else { return }
            self.slope = slope
            shift = model.bias - slope * model.mean[0]
        }
    }

    private static func crossFit(
        _ rows: [[Double]], _ labels: [Bool], _ kinds: [[Int]]
    ) -> (confidences: [Double], correction: Correction) {
        var logits = [Double](repeating: 0, count: rows.count)
        for kind in kinds {
            let others = kinds.filter { $0 != kind }.flatMap(\.self)
            let model = LogisticModel.fit(others.map { rows[$0] }, others.map { labels[$0] }, ridge: ridge)
            for index in kind { logits[index] = model.logit(rows[index]) }
        }
        var confidences = logits
        for kind in kinds {
            let others = kinds.filter { $0 != kind }.flatMap(\.self)
            let correction = Correction(others.map { logits[$0] }, others.map { labels[$0] })
            for index in kind { confidences[index] = correction.confidence(logits[index]) }
        }
        return (confidences, Correction(logits, labels))
    }

    /// The highest floor under which at most ``tolerance`` of the answers would have ended well; `nil` where there is none.
    private static func handOver(_ confidences: [Double], _ endsWell: [Bool], threshold: Double) -> Double? {
        stride(from: (threshold * 100).rounded(.down) / 100, to: 0, by: -0.01).first { floor in
            let stopped = zip(confidences, endsWell).filter { $0.0 < floor }
            return !stopped.isEmpty && Double(stopped.count(where: \.1)) <= tolerance * Double(stopped.count)
        }
    }

    private static func figures(_ judged: [JudgedConfidence], threshold: Double, seed: UInt64) -> Calibration.Figures {
        let metrics = ConfidenceMetrics(judged)
        let kept = metrics.kept(from: threshold)
        let auroc = metrics.auroc ?? 0.5
        let interval = metrics.aurocInterval(seed: seed) ?? auroc...auroc
        return Calibration.Figures(
            questions: judged.count, accuracy: metrics.accuracy ?? 0, auroc: auroc, aurocLow: interval.lowerBound,
            aurocHigh: interval.upperBound, calibrationError: metrics.calibrationError(), keptShare: kept.share,
            keptAccuracy: kept.accuracy)
    }
}
