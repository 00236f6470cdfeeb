/// A point in wall-clock time: whole milliseconds since 1970-01-01T00:00:00Z.
///
/// The device's clock may be wrong and may jump backwards (a Raspberry Pi has no battery behind it until one is
/// fitted). Whoever compares two timestamps decides what a negative age means; nothing here traps on it.
package struct Timestamp: Sendable, Hashable, Comparable, Codable {
    package var millisecondsSince1970: Int64

    package init(millisecondsSince1970: Int64) {
        self.millisecondsSince1970 = millisecondsSince1970
    }

    package init(from decoder: any Decoder) throws {
        millisecondsSince1970 = try decoder.singleValueContainer().decode(Int64.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(millisecondsSince1970)
    }

    package static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.millisecondsSince1970 < rhs.millisecondsSince1970
    }

    /// `duration` later (earlier where it is negative), in whole milliseconds, clamped to what the type can hold.
    package func advanced(by duration: Duration) -> Timestamp {
        let (seconds, attoseconds) = duration.components
        let (scaled, overflowed) = seconds.multipliedReportingOverflow(by: 1_000)
        guard !overflowed else { return Timestamp(millisecondsSince1970: seconds < 0 ? .min : .max) }
        let (step, _) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000_000)
        let (sum, tooFar) = millisecondsSince1970.addingReportingOverflow(step)
        return Timestamp(millisecondsSince1970: tooFar ? (step < 0 ? .min : .max) : sum)
    }

    /// From `earlier` to here; negative where `earlier` is in fact later.
    package func since(_ earlier: Timestamp) -> Duration {
        .milliseconds(millisecondsSince1970) - .milliseconds(earlier.millisecondsSince1970)
    }
}

extension Timestamp: CustomStringConvertible {
    /// For programs, in UTC: `2026-11-23T14:15:02.250Z`. Times outside the years 0 … 9999 are clamped to them.
    package var iso8601: String {
        let parts = parts
        return "\(parts.date)T\(parts.time).\(parts.milliseconds.padded(to: 3))Z"
    }

    /// For a person, in UTC: `2026-11-23 14:15:02 UTC`.
    package var description: String {
        let parts = parts
        return "\(parts.date) \(parts.time) UTC"
    }

    private var parts: (date: String, time: String, milliseconds: Int64) {
        // 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
        let clamped = min(max(millisecondsSince1970, -62_167_219_200_000), 253_402_300_799_999)
        let days = clamped.floorDivided(by: 86_400_000)
        let rest = clamped - days * 86_400_000
        let civil = CivilDate(daysSince1970: days)
        let date = [civil.year.padded(to: 4), civil.month.padded(to: 2), civil.day.padded(to: 2)]
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map { $0.padded(to: 2) }
        return (date.joined(separator: "-"), time.joined(separator: ":"), rest % 1_000)
    }
}
