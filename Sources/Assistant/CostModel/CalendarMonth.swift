package import AssistantCore

/// A month of the calendar in UTC, as the ledger counts days.
package struct CalendarMonth: Sendable, Hashable {
    private let year: Int64
    private let month: Int64

    /// Reads `2026-11`; `nil` where it is no month of the years 1970 to 9999.
    package init?(_ text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 4, parts[1].count == 2,
            parts.allSatisfy({ $0.allSatisfy { $0.isASCII && $0.isNumber } }),
            let year = Int64(parts[0]), let month = Int64(parts[1]), (1970...9999).contains(year),
            (1...12).contains(month)
        else { return nil }
        (self.year, self.month) = (year, month)
    }

    /// The month in which `time` lies; what lies beside the years 1970 to 9999 is taken to their ends.
    package init(of time: Timestamp) {
        let milliseconds = min(max(time.millisecondsSince1970, 0), 253_402_300_799_999)
        let day = CivilDate(daysSince1970: milliseconds.floorDivided(by: 86_400_000))
        (year, month) = (day.year, day.month)
    }

    package var start: Timestamp { Self.start(year, month) }

    /// The beginning of the next one.
    package var end: Timestamp { month == 12 ? Self.start(year + 1, 1) : Self.start(year, month + 1) }

    /// From its beginning to its end, or to `now` where that comes before.
    package func hours(until now: Timestamp) -> Double { max(0, min(end, now).since(start).inSeconds / 3_600) }

    private static func start(_ year: Int64, _ month: Int64) -> Timestamp {
        Timestamp(
            millisecondsSince1970: CivilDate(year: year, month: month, day: 1).daysSince1970 * 86_400_000)
    }
}

extension CalendarMonth: CustomStringConvertible {
    /// `2026-11`.
    package var description: String { year.padded(to: 4) + "-" + month.padded(to: 2) }
}
