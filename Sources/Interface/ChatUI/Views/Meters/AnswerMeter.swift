/// How many answers came from where.
struct AnswerMeter: SideMeter {
    let width: Int
    private let local: Int
    private let cached: Int
    private let cloud: Int
    private let refused: Int

    private static let numberWidth = 4
    private static let wordWidths = (left: "local".count, right: "refused".count)

    init(_ state: ChatState, _ width: Int) {
        self.width = width
        local = state.session.localCount
        cached = state.session.cachedCount
        cloud = state.session.cloudCount
        refused = state.session.unansweredCount
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] {
        let left = Self.wordWidths.left + Self.numberWidth
        let right = Self.wordWidths.right + Self.numberWidth
        let name = width - left - right - 2
        return [
            [
                Span(Figures.left("ANSWERS", name), .muted, .bold), count("local", local, .brand, left), Span("  "),
                count("cache", cached, .cache, right),
            ],
            [
                Span(Figures.left("", name)), count("cloud", cloud, .cloud, left), Span("  "),
                count("refused", refused, .danger, right),
            ],
        ]
    }

    private func count(_ word: String, _ count: Int, _ color: ColorRole, _ width: Int) -> Span {
        Span(word + Figures.field(Figures.count(count), width - word.count), count == 0 ? .faint : color)
    }
}
