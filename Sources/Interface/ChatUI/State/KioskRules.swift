/// A screen that anybody may walk up to: it cannot be left without a PIN, and forgets who has gone.
public struct KioskRules: Sendable, Hashable {
    /// Digits that end the program; empty where no keys do.
    public var pin: String
    /// Without a key for so long, a warning is shown.
    public var idle: Duration
    /// For so long; then everything is forgotten.
    public var warning: Duration

    public init(pin: String = "", idle: Duration = .seconds(120), warning: Duration = .seconds(20)) {
        self.pin = pin
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

    /// Wrong PINs before the next one has to wait.
    static let mostFailures = 3
    static let lockout = Duration.seconds(60)
    /// How long one place of the moving picture holds.
    static let step = Duration.seconds(4)
    static let longestPIN = 32

    let rules: KioskRules
    var phase = Phase.attract
    /// The last sign of somebody.
    var activeAt = Duration.zero
    /// What has been typed of the PIN; `nil` where none is asked for.
    var pin: String?
    var failures = 0
    var lockedUntil = Duration.zero

    init(_ rules: KioskRules) { self.rules = rules }

    /// When the picture next changes by time, while nothing else happens.
    func nextChange(after now: Duration) -> Duration {
        switch phase {
        case .attract: Self.step * (Int(now / Self.step) + 1)
        case .active: activeAt + rules.idle
        // The seconds that are left are shown.
        case .warning: now + .seconds(1)
        }
    }
}
