/// When a board is looked at next, and when a child that ended is started again.
struct SamplerPace {
    let interval: Duration
    private var ends = 0
    private var samplesInARow = 0

    init(interval: Duration) { self.interval = interval }

    /// How long to wait after a sample. A board that gives none, most often because another program holds it, is asked
    /// less often: whoever waits for it to be free comes first.
    mutating func sampled(_ report: LibraryReport) -> Duration {
        guard report.devices.contains(where: { $0.status == .success }) else {
            samplesInARow = 0
            return interval * Self.unansweredFactor
        }
        samplesInARow += 1
        if samplesInARow >= Self.steady { ends = 0 }
        return interval
    }

    /// How long to wait before a child that ended is started again: twice as long each time, up to a minute.
    mutating func ended() -> Duration {
        samplesInARow = 0
        ends = min(ends + 1, 7)
        return min(interval * (1 << (ends - 1)), interval * Self.longestFactor)
    }

    static let unansweredFactor = 10
    static let longestFactor = 60
    /// So many samples in a row, and a child is one that works.
    static let steady = 10
}
