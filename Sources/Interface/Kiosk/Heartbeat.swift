/// Whether everything that a person would miss is alive. Pure: times come in.
///
/// Each part is asked again only when it has answered; a part that hangs is therefore asked once, and missed from then on.
struct Heartbeat: Sendable {
    private struct Part: Sendable {
        var isAsked = false
        var answeredAt: Duration?
    }

    private var parts: [Part]
    /// An answer is good for so long.
    private let timeout: Duration
    private var isReady = false

    init(parts count: Int, timeout: Duration) {
        parts = Array(repeating: Part(), count: count)
        self.timeout = timeout
    }

    /// The parts to be asked now.
    mutating func ask() -> [Int] {
        let idle = parts.indices.filter { !parts[$0].isAsked }
        for index in idle { parts[index].isAsked = true }
        return idle
    }

    mutating func answered(_ index: Int, isWell: Bool, at now: Duration) {
        parts[index].isAsked = false
        if isWell { parts[index].answeredAt = now }
    }

    /// What to tell the service manager: that all is ready, once; that all is alive, from then on; else nothing.
    mutating func message(at now: Duration) -> String? {
        let isAlive = parts.allSatisfy { part in part.answeredAt.map { now - $0 <= timeout } ?? false }
        guard isAlive else { return nil }
        defer { isReady = true }
        return isReady ? "WATCHDOG=1" : "READY=1\nSTATUS=ready"
    }
}
