package import AssistantCore

/// What turns the signals of a program into a probability that it is right, for one model.
package struct CodeCalibration: Sendable, Hashable, Codable {
    /// How it did on programs that its fit had not seen, each of ten parts being judged by a fit to the others.
    package struct Figures: Sendable, Hashable, Codable {
        package var programs: Int
        package var accuracy: Double
        package var auroc: Double
        package var aurocLow: Double
        package var aurocHigh: Double
        package var calibrationError: Double
        package var keptShare: Double
        /// Of those kept at 0.8; `nil` where none was.
        package var keptAccuracy: Double?
    }

    /// A program that was judged, by tests or by a person.
    package struct Judged: Sendable {
        var tokens: [GeneratedToken]
        var isRight: Bool

        package init(tokens: [GeneratedToken], isRight: Bool) { (self.tokens, self.isRight) = (tokens, isRight) }
    }

    private var model: LogisticModel
    package let figures: Figures

    /// Where a fit tells right programs from wrong ones no better than this, its number would mean nothing.
    package static let leastAUROC = 0.65
    package static let fewestPrograms = 100
    private static let ridge = 1.0
    private static let parts = 10
    private static let threshold = 0.8

    /// Fits; deterministic.
    /// - Throws: ``CalibrationError/Code/unsuitable`` where there are too few programs, only right or wrong ones, or where
    ///   the fit tells them apart hardly better than chance.
    package init(fitting programs: [Judged], seed: UInt64 = 0) throws(CalibrationError) {
        let rows = programs.compactMap { program -> (features: [Double], isRight: Bool)? in
            var signals = CodeSignals()
            for token in program.tokens { signals.observe(token) }
            return signals.features.map { ($0, program.isRight) }
        }
        let right = rows.count(where: \.isRight)
        guard rows.count >= Self.fewestPrograms, right > 0, right < rows.count else {
            throw CalibrationError(
                .unsuitable,
                "\(rows.count) programs, of which \(right) are right, are too few to calibrate by; give at least"
                    + " \(Self.fewestPrograms), right ones and wrong ones.")
        }
        func fit(_ rows: [(features: [Double], isRight: Bool)]) -> LogisticModel {
            LogisticModel.fit(rows.map(\.features), rows.map(\.isRight), ridge: Self.ridge)
        }
        let judged = rows.indices.map { index in
            let others = rows.indices.filter { $0 % Self.parts != index % Self.parts }.map { rows[$0] }
            return ConfidenceOutcome(sigmoid(fit(others).logit(rows[index].features)), isRight: rows[index].isRight)
        }
        let metrics = ConfidenceMetrics(judged)
        let kept = metrics.kept(from: Self.threshold)
        let auroc = metrics.auroc ?? 0.5
        guard auroc >= Self.leastAUROC else {
            throw CalibrationError(
                .unsuitable,
                "The model's probabilities tell right programs from wrong ones hardly better than chance (AUROC"
                    + " \(auroc)): their confidence stays n/a.")
        }
        let interval = metrics.aurocInterval(seed: seed) ?? auroc...auroc
        model = fit(rows)
        figures = Figures(
            programs: rows.count, accuracy: metrics.accuracy ?? 0, auroc: auroc, aurocLow: interval.lowerBound,
            aurocHigh: interval.upperBound, calibrationError: metrics.calibrationError(bins: 10),
            keptShare: kept.share, keptAccuracy: kept.accuracy)
    }

    /// - Parameter features: of ``CodeSignals``.
    func confidence(_ features: [Double]) -> Double { sigmoid(model.logit(features)) }

    var isSound: Bool {
        let arrays = [model.mean, model.scale, model.weights]
        return arrays.allSatisfy {
            $0.count == CodeSignals.featureCount && $0.allSatisfy { $0.isFinite && abs($0) < 1e6 }
        }
            && model.bias.isFinite && model.scale.allSatisfy { $0 > 1e-9 }
    }
}
