/// A point in wall-clock time: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The device's clock may be wrong and may jump backwards (a Raspberry Pi has no battery behind it until one is
/// fitted). Whoever compares two timestamps decides what a negative age means; nothing here traps on it.
public struct Timestamp: Sendable, Hashable, Comparable, Codable {
    public var millisecondsSince1970: Int64

    public init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    public init(from decoder: any Decoder) throws {
        millisecondsSince1970 = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(millisecondsSince1970)
    }

    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.millisecondsSince1970 < rhs.millisecondsSince1970
    }

    /// `duration` later (earlier where it is negative), in whole milliseconds, clamped to what the type can hold.
    public func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflowed) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflowed else { return Timestamp(millisecondsSince1970: seconds < 0 ? .min : .max) }
        let (step, _) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        let (sum, tooFar) = millisecondsSince1970.addingReportingOverflow(step)
        return Timestamp(millisecondsSince1970: tooFar ? (step < 0 ? .min : .max) : sum)
    }

    /// From `earlier` to here; negative where `earlier` is in fact later.
    public func since(_ earlier: Timestamp) -> Duration {
        .milliseconds(millisecondsSince1970) - .milliseconds(earlier.millisecondsSince1970)
    }
}
