internal import AssistantCore

/// The clock on the wall, beside the one of ``ChatState/reduce(_:at:)`` that never goes back.
public struct WallClock: Sendable, Hashable {
    private let time: Timestamp
    private let reading: Duration
    private let offset: Duration

    /// - Parameters:
    ///   - milliseconds: what it showed, since 1970 in UTC.
    ///   - reading: when, on the clock that never goes back.
    ///   - secondsFromGMT: how far the time here is ahead of UTC.
    public init(millisecondsSince1970 milliseconds: Int64, at reading: Duration, secondsFromGMT: Int) {
        time = Timestamp(millisecondsSince1970: milliseconds)
        self.reading = reading
        offset = .seconds(secondsFromGMT)
    }

    /// What it shows at a time of the other clock.
    func time(at now: Duration) -> Timestamp { time.advanced(by: now - reading) }

    /// `14:07`; of another day than today `2026-11-21`.
    func words(_ moment: Timestamp, now: Duration) -> String {
        let then = moment.advanced(by: offset).iso8601
        let today = time(at: now).advanced(by: offset).iso8601.prefix(10)
        return then.hasPrefix(today) ? String(then.dropFirst(11).prefix(5)) : String(then.prefix(10))
    }

    /// `2026-11-21 14:07:31`.
    func fullWords(_ moment: Timestamp) -> String {
        let text = moment.advanced(by: offset).iso8601
        return text.prefix(10) + " " + text.dropFirst(11).prefix(8)
    }
}
