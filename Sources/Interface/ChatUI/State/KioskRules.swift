/// A screen that anybody may walk up to: it cannot be left without a PIN, and forgets who has gone.
package struct KioskRules: Sendable, Hashable {
    /// Whether there are digits that end the program; without them no keys do.
    package var hasPIN: Bool
    /// Without a key for so long, a warning is shown.
    package var idle: Duration
    /// For so long; then everything is forgotten.
    package var warning: Duration

    package init(hasPIN: Bool = false, idle: Duration = .seconds(120), warning: Duration = .seconds(20)) {
        self.hasPIN = hasPIN
        self.idle = idle
        self.warning = warning
    }
}

/// How a kiosk stands.
struct Kiosk: Sendable, Hashable {
    enum Phase: Sendable, Hashable {
        /// Nobody is there: a picture that moves.
        case attract
        /// Somebody is.
        case active
        /// Somebody was; everything is forgotten at this time.
        case warning(until: Duration)
    }

    /// How long one place of the moving picture holds.
    static let step = Duration.seconds(4)
    static let longestPIN = 32

    let rules: KioskRules
    var phase = Phase.attract
    /// The last sign of somebody.
    var activeAt = Duration.zero
    /// What has been typed of the PIN; `nil` where none is asked for.
    var pin: String?
    /// The last PIN was wrong.
    var wasWrong = false
    /// A PIN is being looked at.
    var isChecking = false
    /// No PIN is taken before. It outlives whoever brought it about.
    var lockedUntil = Duration.zero

    init(_ rules: KioskRules) { self.rules = rules }

    /// When the picture next changes by time, while nothing else happens.
    func nextChange(after now: Duration) -> Duration {
        // How long the lock lasts is shown.
        if pin != nil, lockedUntil > now { return now + .seconds(1) }
        switch phase {
        case .attract: return Self.step * (Int(now / Self.step) + 1)
        case .active: return activeAt + rules.idle
        // The seconds that are left are shown.
        case .warning: return now + .seconds(1)
        }
    }
}
