internal import AssistantCore

/// The clock on the wall, beside the one of ``ChatState/reduce(_:at:)`` that never goes back.
package struct WallClock: Sendable, Hashable {
    private let time: Timestamp
    private let reading: Duration
    private let offset: Duration

    /// - Parameters:
    ///   - milliseconds: what it showed, since 1970 in UTC.
    ///   - reading: when, on the clock that never goes back.
    ///   - secondsFromGMT: how far the time here is ahead of UTC.
    package init(millisecondsSince1970 milliseconds: Int64, at reading: Duration, secondsFromGMT: Int) {
        time = Timestamp(millisecondsSince1970: milliseconds)
        self.reading = reading
        offset = .seconds(secondsFromGMT)
    }

    /// What it shows at a time of the other clock.
    func time(at now: Duration) -> Timestamp { time.advanced(by: now - reading) }

    /// The day that it is.
    func today(at now: Duration) -> Today { Today(time(at: now), offset: offset) }
}

/// A day here, and moments as somebody says them on it.
struct Today: Sendable, Hashable {
    private let day: Int64
    private let offset: Duration

    fileprivate init(_ now: Timestamp, offset: Duration) {
        self.offset = offset
        day = Self.day(now.advanced(by: offset))
    }

    private static func day(_ local: Timestamp) -> Int64 {
        let (days, rest) = local.millisecondsSince1970.quotientAndRemainder(dividingBy: 86_400_000)
        return rest < 0 ? days - 1 : days
    }

    /// `14:07`; of another day `2026-11-21`.
    func words(_ moment: Timestamp) -> String {
        let local = moment.advanced(by: offset)
        let text = local.iso8601
        return Self.day(local) == day ? String(text.dropFirst(11).prefix(5)) : String(text.prefix(10))
    }

    /// `2026-11-21 14:07:31`.
    func fullWords(_ moment: Timestamp) -> String {
        let text = moment.advanced(by: offset).iso8601
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }
}
