internal import AssistantCore

/// What was spent, on a scale that ends at the budget.
struct MoneyMeter: SideMeter {
    let width: Int
    private let money: MoneyStanding?

    init(_ state: ChatState, _ width: Int) {
        self.width = width
        money = state.cloud.money
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] {
        guard let money else { return [row("MONEY", Figures.unknown, .faint)] }
        guard let limit = money.limit, limit > .zero else {
            return [row("MONEY", "\(Figures.dollars(money.spent)) \(money.period), no budget")]
        }
        let words = "\(Figures.dollars(money.spent)) of \(Figures.dollars(limit)) \(money.period)"
        let bar = Bar(share: money.share ?? 0, width: width, ink: money.ink, tick: money.warningShare)
        return [row("MONEY", words, money.ink == .brand ? .text : money.ink), bar.spans(glyphs)]
    }
}
