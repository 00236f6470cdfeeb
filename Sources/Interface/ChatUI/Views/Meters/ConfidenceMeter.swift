/// How sure the model is: the number, the word, the number on a scale with the threshold on it, and token by token.
struct ConfidenceMeter: SideMeter {
    let width: Int
    private let title: String
    private let value: Double?
    /// Only what is calibrated may be called high or low: the plain probability of the words is no promise.
    private let calibrated: Double?
    private let threshold: Double?
    private let tokens: TokenRecord

    init(_ state: ChatState, _ width: Int) {
        let meters = state.meters
        self.width = width
        title = meters.confidence != nil ? "CONFIDENCE " : meters.isScoredOnCPU ? "SCORED ON CPU" : "PROBABILITY"
        value = meters.sureness.value
        calibrated = meters.confidence
        threshold = state.cloud.threshold
        tokens = meters.tokens
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] {
        let text = Figures.field(value.map(Figures.probability) ?? Figures.unknown, 5)
        var first = [Span(title, .muted, .bold), Span(text, value == nil ? .faint : .text)]
        if let level = ConfidenceLevel(calibrated, threshold: threshold) {
            first.append(Span("  " + level.word, level.color, .bold))
        }
        let bar = Bar(share: value ?? 0, width: width, color: .brand, tick: threshold)
        return [first, bar.spans(glyphs), TokenStrip(tokens, width: width).spans(glyphs)]
    }
}
