/// What log-odds are worth on answers that their fit has not seen: a logistic regression over one or two numbers.
struct Correction: Sendable, Hashable, Codable {
    /// Of the model's log-odds (≥ 0: a correction never turns the order round).
    var slope: Double
    /// Of the evidence of the question's form (≥ 0).
    var form: Double
    var shift: Double

    func logOdds(_ logit: Double, evidence: Double) -> Double { slope * logit + form * evidence + shift }

    /// - Parameter points: log-odds and evidence of answers that the model's fit had not seen.
    init(_ points: [(logit: Double, evidence: Double)], _ labels: [Bool]) {
        var fit = LogisticModel.fit(points.map { [$0.logit, $0.evidence] }, labels, ridge: 1)
        // Where forms do not differ, leaving each answer out of its own makes their evidence speak against it.
        if fit.weights[1] < 0 { fit = LogisticModel.fit(points.map { [$0.logit, 0] }, labels, ridge: 1) }
        slope = max(0, fit.weights[0] / fit.scale[0])
        form = max(0, fit.weights[1] / fit.scale[1])
        shift = fit.bias - slope * fit.mean[0] - form * fit.mean[1]
    }
}

/// One correction for questions whose form is known, and one for all others.
///
/// Where the form speaks, the answer's own signals are worth less: much of what they say it has said already. A single
/// correction for both would leave the signals too weak on new forms, where nothing else speaks.
struct Corrections: Sendable, Hashable, Codable {
    var known: Correction
    var new: Correction

    func confidence(_ logit: Double, _ form: QuestionForms.Evidence) -> Double {
        let familiar = known.logOdds(logit, evidence: form.logOdds)
        let strange = new.logOdds(logit, evidence: 0)
        return sigmoid(form.familiarity * familiar + (1 - form.familiarity) * strange)
    }

    /// - Parameter points: log-odds, and the form's evidence, of answers that the model's fit had not seen.
    init(_ points: [(logit: Double, form: QuestionForms.Evidence)], _ labels: [Bool]) {
        known = Correction(points.map { ($0.logit, $0.form.logOdds) }, labels)
        new = Correction(points.map { ($0.logit, 0) }, labels)
    }
}
