/// How sure the model is: the number, the word, the number on a scale with the threshold on it, and token by token.
struct SurenessMeter: SideMeter {
    let width: Int
    private let title: String
    private let value: Double?
    private let threshold: Double?
    private let tokens: TokenRecord

    init(_ state: ChatState, _ width: Int) {
        let meters = state.meters
        self.width = width
        title = meters.confidence != nil ? "CONFIDENCE " : meters.isScoredOnCPU ? "SCORED ON CPU" : "PROBABILITY"
        value = meters.sureness.value
        threshold = state.cloud.threshold
        tokens = meters.tokens
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] {
        let text = Figures.right(value.map(Figures.probability) ?? Figures.unknown, 5)
        var first = [Span(title, .muted, .bold), Span(text, value == nil ? .faint : .text)]
        if let level = SureLevel(value, threshold: threshold) {
            first.append(Span("  " + level.word, level.ink, .bold))
        }
        let bar = Bar(share: value ?? 0, width: width, ink: .brand, tick: threshold)
        return [first, bar.spans(glyphs), TokenStrip(tokens, width: width).spans(glyphs)]
    }
}
