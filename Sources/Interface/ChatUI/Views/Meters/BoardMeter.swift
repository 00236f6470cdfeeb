/// How the board is: processor, temperature, power, memory, and what is wrong with it.
struct BoardMeter: SideMeter {
    let width: Int
    private let device: DeviceSummary?

    init(_ state: ChatState, _ width: Int) {
        self.width = width
        device = state.device
    }

    func lines(_ glyphs: Glyphs) -> [[Span]] {
        guard let device else { return [row("BOARD", Figures.unknown, .faint)] }
        var first = device.processorPercent.map { ["CPU \($0)%"] } ?? []
        if !device.figures.isEmpty { first.append(device.figures) }
        var lines = [row("BOARD", first.isEmpty ? Figures.unknown : first.joined(separator: "  "))]
        if let memory = device.memory {
            let bar = Bar(share: memory.share, width: 10, color: memory.share > 0.9 ? .warning : .brand)
            let words = Figures.field(memory.words, width - "MEMORY".count - 11) + " "
            lines.append([Span("MEMORY", .muted, .bold), Span(words, .text)] + bar.spans(glyphs))
        }
        if !device.warnings.isEmpty {
            lines.append([Span("  \(glyphs.alert) " + device.warnings.joined(separator: ", "), .warning, .bold)])
        }
        return lines
    }
}
