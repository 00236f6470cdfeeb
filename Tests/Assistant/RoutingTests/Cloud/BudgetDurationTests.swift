import TestSupport
import AssistantCore
import Foundation
import Testing

@testable import Routing

@Suite("Budget duration")
struct BudgetDurationTests {
    @Test("What people write is read, and what is no duration is refused")
    func parses() {
        for text in ["1s", "90s", "30m", "12h", "7d", "4w", "1mo", "12mo"] {
            #expect(BudgetDuration(text)?.description == text)
        }
        for text in ["", "d", "0d", "-1d", "1", "1y", "1.5h", "99999999999999999999d", "٣d", "1 d", "400000d", "1D"] {
            #expect(BudgetDuration(text) == nil, "\(text)")
        }
    }

    private func start(_ duration: String, _ now: String) throws -> String {
        let parser = Date.ISO8601FormatStyle()
        let milliseconds = Int64(try parser.parse(now).timeIntervalSince1970) * 1_000
        let start = try #require(BudgetDuration(duration)).periodStart(
            at: Timestamp(millisecondsSince1970: milliseconds + 999))
        return Date(timeIntervalSince1970: Double(start.millisecondsSince1970) / 1_000).formatted(parser)
    }

    @Test("Days, weeks and months begin at midnight UTC")
    func calendar() throws {
        #expect(try start("1d", "2026-11-23T14:12:46Z") == "2026-11-23T00:00:00Z")
        #expect(try start("1h", "2026-11-23T14:12:46Z") == "2026-11-23T14:00:00Z")
        #expect(try start("1w", "2026-11-29T23:59:59Z") == "2026-11-23T00:00:00Z")
        #expect(try start("1w", "2026-11-23T00:00:00Z") == "2026-11-23T00:00:00Z")
        #expect(try start("1mo", "2026-11-23T14:12:46Z") == "2026-11-01T00:00:00Z")
        #expect(try start("1mo", "2028-02-29T14:12:46Z") == "2028-02-01T00:00:00Z")
        #expect(try start("3mo", "2026-11-23T14:12:46Z") == "2026-10-01T00:00:00Z")
        #expect(try start("1mo", "1969-12-31T23:59:59Z") == "1969-12-01T00:00:00Z")
        #expect(try start("1d", "1969-12-31T23:59:59Z") == "1969-12-31T00:00:00Z")
    }

    @Test("A period begins no later than now, ends after it, and agrees with the calendar of Foundation")
    func properties() throws {
        var random = SeededGenerator(seed: 7)
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        let month = try #require(BudgetDuration("1mo"))
        for _ in 0..<2_000 {
            let seconds = Int64.random(in: -2_000_000_000...20_000_000_000, using: &random)
            let date = Date(timeIntervalSince1970: Double(seconds))
            let expected = try #require(calendar.dateInterval(of: .month, for: date)).start.timeIntervalSince1970
            let start = month.periodStart(at: Timestamp(millisecondsSince1970: seconds * 1_000))
            #expect(start.millisecondsSince1970 == Int64(expected) * 1_000)
        }
    }

    @Test("Any clock is taken", arguments: [Int64.min, -1, 0, 1, .max])
    func extremes(milliseconds: Int64) throws {
        for text in ["1s", "90s", "30m", "12h", "7d", "4w", "1mo", "11000mo"] {
            let start = try #require(BudgetDuration(text)).periodStart(
                at: Timestamp(millisecondsSince1970: milliseconds))
            #expect(milliseconds == .min || start.millisecondsSince1970 <= milliseconds)
        }
    }
}
