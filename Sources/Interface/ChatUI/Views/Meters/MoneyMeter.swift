internal import AssistantCore

/// What was spent, on a scale that ends at the budget.
struct MoneyMeter: SideMeter {
    let width: Int
    private let money: SpendingState?

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
        let bar = Bar(share: money.share ?? 0, width: width, color: money.color, tick: money.warningShare)
        return [row("MONEY", words, money.color == .brand ? .text : money.color), bar.spans(glyphs)]
    }
}
