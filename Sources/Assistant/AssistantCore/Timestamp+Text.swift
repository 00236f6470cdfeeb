extension Timestamp: CustomStringConvertible {
    /// For programs, in UTC: `2026-11-23T14:15:02.250Z`. Times outside the years 0 … 9999 are clamped to them.
    public var iso8601: String {
        let parts = parts
        return "\(parts.date)T\(parts.time).\(Self.padded(parts.milliseconds, 3))Z"
    }

    /// For a person, in UTC: `2026-11-23 14:15:02 UTC`.
    public var description: String {
        let parts = parts
        return "\(parts.date) \(parts.time) UTC"
    }

    private var parts: (date: String, time: String, milliseconds: Int64) {
        // 0000-01-01T00:00:00.000Z and 9999-12-31T23:59:59.999Z.
        let clamped = min(max(millisecondsSince1970, -62_167_219_200_000), 253_402_300_799_999)
        let days = clamped.floorDivided(by: 86_400_000)
        let rest = clamped - days * 86_400_000
        let civil = CivilDate(daysSince1970: days)
        let date = [Self.padded(civil.year, 4), Self.padded(civil.month, 2), Self.padded(civil.day, 2)]
        let time = [rest / 3_600_000, rest / 60_000 % 60, rest / 1_000 % 60].map { Self.padded($0, 2) }
        return (date.joined(separator: "-"), time.joined(separator: ":"), rest % 1_000)
    }

    private static func padded(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
