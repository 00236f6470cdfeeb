/// The answers of a fit, with all that is the same at every checkpoint.
struct Sample {
    let labels: [Bool]
    /// Of all answers.
    let forms: QuestionForms
    /// The answers of each category, in the order of the categories' names.
    private let kinds: [[Int]]
    /// Of each answer, by the others.
    private let evidence: [QuestionForms.Evidence]
    /// For each kind, the evidence of every answer by the others of the other kinds.
    private let evidenceWithout: [[QuestionForms.Evidence]]

    init(_ records: [AnswerRecord]) {
        let labels = records.map(\.right)
        let words = records.map { QuestionForms.words(of: $0.prompt) }
        kinds = Dictionary(grouping: records.indices, by: { records[$0].category }).sorted { $0.key < $1.key }.map(
            \.value)
        let forms = QuestionForms(words, labels)
        evidence = forms.evidence(for: words, excluding: labels)
        evidenceWithout = kinds.map { kind in
            let own = Set(kind)
            let others = words.indices.filter { !own.contains($0) }
            let forms = QuestionForms(others.map { words[$0] }, others.map { labels[$0] })
            return forms.evidence(for: words, excluding: labels.indices.map { own.contains($0) ? nil : labels[$0] })
        }
        self.labels = labels
        self.forms = forms
    }

    func fit(_ rows: [[Double]], of answers: [Int]? = nil) -> LogisticModel {
        let answers = answers ?? Array(rows.indices)
        return LogisticModel.fit(
            answers.map { rows[$0] }, answers.map { labels[$0] }, ridge: CalibrationFit.ridge, isBalanced: true)
    }

    /// Judges each answer by fits that have not seen it, and says what their log-odds are worth.
    ///
    /// An answer of a new kind is judged by a model and corrections that saw nothing of that kind: the corrections are made
    /// on judgements among the other kinds alone.
    func crossFit(
        _ rows: [[Double]], contentTokens: Int?
    ) -> (heldOut: CalibrationFit.HeldOut, corrections: Corrections) {
        var logits = [Double](repeating: 0, count: rows.count)
        var unseen = logits
        for (number, kind) in kinds.enumerated() {
            let others = allBut([number])
            let model = fit(rows, of: others)
            let judged = judgements(rows, without: number)
            let evidence = evidenceWithout[number]
            let corrections = Corrections(others.map { (judged[$0], evidence[$0]) }, others.map { labels[$0] })
            for index in kind {
                logits[index] = model.logit(rows[index])
                unseen[index] = corrections.confidence(logits[index], evidence[index])
            }
        }
        let corrections = Corrections(Array(zip(logits, evidence).map { ($0, $1) }), labels)
        let seen = rows.indices.map { corrections.confidence(logits[$0], evidence[$0]) }
        let heldOut = CalibrationFit.HeldOut(
            contentTokens: contentTokens, newKinds: judged(unseen), knownKinds: judged(seen))
        return (heldOut, corrections)
    }

    /// The log-odds of the answers of all kinds but `number`, each by a fit to the kinds that remain without its own.
    private func judgements(_ rows: [[Double]], without number: Int) -> [Double] {
        var logits = [Double](repeating: 0, count: rows.count)
        for (other, kind) in kinds.enumerated() where other != number {
            let rest = allBut([number, other])
            // Of two kinds none remains: its own has to do.
            let model = fit(rows, of: rest.isEmpty ? kind : rest)
            for index in kind { logits[index] = model.logit(rows[index]) }
        }
        return logits
    }

    private func allBut(_ numbers: Set<Int>) -> [Int] {
        kinds.indices.filter { !numbers.contains($0) }.flatMap { kinds[$0] }
    }

    private func judged(_ confidences: [Double]) -> [ConfidenceOutcome] {
        zip(confidences, labels).map { ConfidenceOutcome($0, isRight: $1) }
    }
}
