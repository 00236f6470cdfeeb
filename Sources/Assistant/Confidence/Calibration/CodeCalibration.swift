package import AssistantCore

/// What turns the signals of a program into a probability that it is right, for one model.
package struct CodeCalibration: Sendable, Hashable, Codable {
    /// A program that was judged, by tests or by a person.
    package struct Judged: Sendable {
        var tokens: [GeneratedToken]
        var isRight: Bool

        package init(tokens: [GeneratedToken], isRight: Bool) { (self.tokens, self.isRight) = (tokens, isRight) }
    }

    private let model: LogisticModel
    /// Of programs that the fit had not seen: each of ten parts was judged by a fit to the others.
    package let figures: Calibration.Figures

    /// Where a fit tells right programs from wrong ones no better than this, its number would mean nothing.
    package static let leastAUROC = 0.65
    package static let fewestPrograms = 100
    private static let ridge = 1.0
    private static let parts = 10
    package static let threshold = 0.8

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
        figures = Calibration.Figures(
            ConfidenceMetrics(judged), threshold: Self.threshold, seed: seed, bins: Self.parts)
        guard figures.auroc >= Self.leastAUROC else {
            throw CalibrationError(
                .unsuitable,
                "The model's probabilities tell right programs from wrong ones hardly better than chance (AUROC"
                    + " \(figures.auroc)): their confidence stays n/a.")
        }
        model = fit(rows)
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
