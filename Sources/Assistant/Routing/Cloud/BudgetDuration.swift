package import AssistantCore

/// How long a budget lasts before it begins anew: `90s`, `30m`, `12h`, `7d`, `4w`, `1mo`.
///
/// Periods follow each other without a gap from 1970-01-01T00:00Z on (weeks from Monday 1969-12-29), months from the
/// first of January 1970; so days, weeks and months begin at midnight UTC, and a restart does not begin a new one.
package struct BudgetDuration: Sendable, Hashable, Codable, CustomStringConvertible {
    private enum Unit: String, Sendable, CaseIterable {
        case second = "s"
        case minute = "m"
        case hour = "h"
        case day = "d"
        case week = "w"
        case month = "mo"
    }

    private let count: Int64
    private let unit: Unit

    /// Reads the text form; `nil` where it is none, or longer than a thousand years.
    package init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int64(digits), count > 0, let unit = Unit(rawValue: String(text.dropFirst(digits.count))),
            count <= 31_557_600_000 / Self.seconds(in: unit)
        else { return nil }
        self.count = count
        self.unit = unit
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let text = try container.decode(String.self)
        guard let duration = BudgetDuration(text) else {
            throw DecodingError.dataCorruptedError(
                in: container, debugDescription: "“\(text.prefix(32))” is not a budget duration such as 30d, 12h or 1mo"
            )
        }
        self = duration
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }

    package var description: String { "\(count)\(unit.rawValue)" }

    /// The beginning of the period in which `now` lies. Any `now` is taken.
    package func periodStart(at now: Timestamp) -> Timestamp {
        // A thousand years around 1970 are enough for any clock, and nothing below can overflow.
        let limit: Int64 = 31_557_600_000_000
        let milliseconds = min(max(now.millisecondsSince1970, -limit), limit)
        if unit == .month { return monthStart(milliseconds) }
        let offset: Int64 = unit == .week ? 3 * 86_400_000 : 0
        let length = count * Self.seconds(in: unit) * 1_000
        return Timestamp(millisecondsSince1970: (milliseconds + offset).floorDivided(by: length) * length - offset)
    }

    private func monthStart(_ milliseconds: Int64) -> Timestamp {
        let civil = CivilDate(daysSince1970: milliseconds.floorDivided(by: 86_400_000))
        let months = (civil.year - 1970) * 12 + civil.month - 1
        let start = months.floorDivided(by: count) * count
        let year = 1970 + start.floorDivided(by: 12)
        let first = CivilDate(year: year, month: start - (year - 1970) * 12 + 1, day: 1)
        return Timestamp(millisecondsSince1970: first.daysSince1970 * 86_400_000)
    }

    private static func seconds(in unit: Unit) -> Int64 {
        switch unit {
        case .second: 1
        case .minute: 60
        case .hour: 3_600
        case .day: 86_400
        case .week: 604_800
        case .month: 2_678_400
        }
    }
}
