import AssistantCore
import Testing

@Suite("Timestamps")
struct TimestampTests {
    @Test("adding a duration counts whole milliseconds, forwards and backwards")
    func advance() {
        let start = Timestamp(millisecondsSince1970: 1_000)
        #expect(start.advanced(by: .milliseconds(5)).millisecondsSince1970 == 1_005)
        #expect(start.advanced(by: .seconds(-2)).millisecondsSince1970 == -1_000)
        #expect(start.advanced(by: .microseconds(999)) == start)
        #expect(start.advanced(by: .seconds(3)).since(start) == .seconds(3))
        #expect(start.since(start.advanced(by: .seconds(3))) == .seconds(-3))
    }

    @Test("what would not fit is clamped")
    func clamp() {
        let late = Timestamp(millisecondsSince1970: .max - 1)
        #expect(late.advanced(by: .seconds(1)).millisecondsSince1970 == .max)
        #expect(late.advanced(by: .seconds(Int64.max)).millisecondsSince1970 == .max)
        let early = Timestamp(millisecondsSince1970: .min + 1)
        #expect(early.advanced(by: .seconds(-1)).millisecondsSince1970 == .min)
        #expect(early.advanced(by: .seconds(Int64.min)).millisecondsSince1970 == .min)
        #expect(late.since(early) > .zero)
    }

    @Test("a duration in microseconds is exact where it fits and clamped where not")
    func microseconds() {
        #expect(Duration.microseconds(1_234_567).inMicroseconds == 1_234_567)
        #expect(Duration.nanoseconds(999).inMicroseconds == 0)
        #expect(Duration.milliseconds(-3).inMicroseconds == -3_000)
        #expect(Duration.seconds(Int64.max).inMicroseconds == .max)
        #expect(Duration.seconds(Int64.min).inMicroseconds == .min)
    }

    @Test(
        "a time is written in UTC, for people and for programs",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (1_795_435_200_250, "2026-11-23T12:00:00.250Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
            (1_709_164_800_000, "2024-02-29T00:00:00.000Z"), (Int64.max, "9999-12-31T23:59:59.999Z"),
            (Int64.min, "0000-01-01T00:00:00.000Z"),
        ])
    func text(milliseconds: Int64, expected: String) {
        let time = Timestamp(millisecondsSince1970: milliseconds)
        #expect(time.iso8601 == expected)
        #expect("\(time)" == expected.prefix(19).replacing("T", with: " ") + " UTC")
    }
}
