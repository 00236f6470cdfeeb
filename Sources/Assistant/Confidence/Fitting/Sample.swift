/// The answers of a fit, with all that is the same at every checkpoint.
struct Sample {
    let labels: [Bool]
    /// Of all answers.
    let forms: QuestionForms
    /// The answers of each category, in the order of the categories' names.
    private let kinds: [[Int]]
    /// Of each answer, by the others.
    private let evidence: [Double]
    /// Of each answer, by the answers of other kinds.
    private let foreignEvidence: [Double]
    /// For each kind, the evidence of every answer by the others of the other kinds.
    private let evidenceWithout: [[Double]]

    init(_ records: [AnswerRecord]) {
        let labels = records.map(\.right)
        let words = records.map { QuestionForms.words(of: $0.prompt) }
        kinds = Dictionary(grouping: records.indices, by: { records[$0].category }).sorted { $0.key < $1.key }.map(
            \.value)
        let forms = QuestionForms(words, labels)
        evidence = forms.evidence(for: words, excluding: labels)
        var foreign = [Double](repeating: 0, count: words.count)
        var without: [[Double]] = []
        for kind in kinds {
            let own = Set(kind)
            let others = words.indices.filter { !own.contains($0) }
            let forms = QuestionForms(others.map { words[$0] }, others.map { labels[$0] })
            let all = forms.evidence(for: words, excluding: labels.indices.map { own.contains($0) ? nil : labels[$0] })
            for index in kind { foreign[index] = all[index] }
            without.append(all)
        }
        self.labels = labels
        self.forms = forms
        foreignEvidence = foreign
        evidenceWithout = without
    }

    /// Judges each answer by fits that have not seen it, and says what their log-odds are worth.
    func crossFit(
        _ rows: [[Double]], contentTokens: Int?
    ) -> (heldOut: CalibrationFit.HeldOut, correction: Correction) {
        var logits = [Double](repeating: 0, count: rows.count)
        for kind in kinds {
            let others = allBut(kind)
            let model = LogisticModel.fit(
                others.map { rows[$0] }, others.map { labels[$0] }, ridge: CalibrationFit.ridge)
            for index in kind { logits[index] = model.logit(rows[index]) }
        }
        var unseen = logits
        for (number, kind) in kinds.enumerated() {
            let others = allBut(kind)
            let correction = Correction(
                others.map { (logits[$0], evidenceWithout[number][$0]) }, others.map { labels[$0] })
            for index in kind { unseen[index] = correction.confidence(logits[index], evidence: foreignEvidence[index]) }
        }
        let correction = Correction(Array(zip(logits, evidence).map { ($0, $1) }), labels)
        let seen = rows.indices.map { correction.confidence(logits[$0], evidence: evidence[$0]) }
        let heldOut = CalibrationFit.HeldOut(
            contentTokens: contentTokens, newKinds: judged(unseen), knownKinds: judged(seen), handOverBelow: nil)
        return (heldOut, correction)
    }

    private func allBut(_ kind: [Int]) -> [Int] { kinds.filter { $0 != kind }.flatMap(\.self) }

    private func judged(_ confidences: [Double]) -> [JudgedConfidence] {
        zip(confidences, labels).map { JudgedConfidence($0, isRight: $1) }
    }
}
