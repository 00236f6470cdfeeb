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
}
