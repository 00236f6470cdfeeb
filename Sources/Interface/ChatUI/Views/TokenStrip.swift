/// How sure the model was of its words, in a word.
struct ConfidenceLevel: Equatable {
    var word: String
    var color: ColorRole

    /// `nil` where nothing was measured, or nobody said from where on an answer is kept.
    init?(_ probability: Double?, threshold: Double?) {
        guard let probability, let threshold else { return nil }
        switch probability {
        case threshold...: (word, color) = ("HIGH", .good)
        case (threshold * 0.5)...: (word, color) = ("UNSURE", .warning)
        default: (word, color) = ("LOW", .danger)
        }
    }
}

/// The probability of each of the last tokens: one cell for each, by height and by colour.
///
/// The strip fills from the left. Where it is full, its older half goes at once, so that a token costs one cell and not
/// all of them.
struct TokenStrip {
    private let values: [Double]
    private let width: Int

    init(_ record: TokenRecord, width: Int) {
        let step = max(1, width / 2)
        let over = max(0, record.count - width)
        let first = (over + step - 1) / step * step
        let missing = record.count - record.probabilities.count
        values = Array(record.probabilities.dropFirst(max(0, first - missing)))
        self.width = width
    }

    func spans(_ glyphs: Glyphs, isPadded: Bool = true) -> [Span] {
        let steps = glyphs.historySteps
        var spans: [Span] = []
        for value in values {
            let step = steps[Int((min(max(value, 0), 1) * Double(steps.count - 1)).rounded())]
            let color: ColorRole = value < 0.25 ? .danger : value < TokenRecord.doubt ? .warning : .good
            if spans.last?.style.color == color {
                spans[spans.count - 1].text += step
            } else {
                spans.append(Span(step, color))
            }
        }
        if isPadded { spans.append(Span(String(repeating: " ", count: max(0, width - values.count)), .faint)) }
        return spans
    }
}
