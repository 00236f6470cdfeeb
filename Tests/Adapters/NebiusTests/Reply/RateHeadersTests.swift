import AssistantCore
import NIOHTTP1
import Testing

@testable import Nebius

struct RateHeadersTests {
    private let now = Timestamp(millisecondsSince1970: 1_445_412_480_000)  // Wed, 21 Oct 2015 07:28:00 GMT

    @Test("durations come with every unit, and without")
    func durations() {
        let known: [String: Duration] = [
            "1s": .seconds(1), "0.5": .milliseconds(500), "2m": .seconds(120), "250ms": .milliseconds(250),
            "1m30.5s": .milliseconds(90_500), "1h": .seconds(3600), "1d": .seconds(86_400), " 7 ": .seconds(7),
            "6000000000s": .seconds(365 * 86_400),
        ]
        for (text, duration) in known { #expect(RateHeaders.duration(text) == duration, "\(text)") }
        for text in ["", "s", "-1", "1x", "1..2", "nan", "inf", "2%", "٣", "soon"] {
            #expect(RateHeaders.duration(text) == nil, "\(text)")
        }
    }

    @Test("Retry-After is read as seconds and as a date, and a past date is no wait")
    func retryAfter() {
        func delay(_ value: String) -> Duration? { RateHeaders.retryAfter(["retry-after": value], now: now) }
        #expect(delay("12") == .seconds(12))
        #expect(delay("0") == .zero)
        #expect(delay("Wed, 21 Oct 2015 07:28:30 GMT") == .seconds(30))
        #expect(delay("Wed, 21 Oct 2015 07:27:30 GMT") == .zero)
        #expect(delay("Fri, 31 Dec 9999 23:59:59 GMT") == .seconds(365 * 86_400))
        #expect(delay("Wednesday, 21-Oct-15 07:28:30 GMT") == .seconds(30))
        #expect(delay("Wed Oct 21 07:28:30 2015") == .seconds(30))
        #expect(delay("tomorrow") == nil)
    }

    @Test("without Retry-After, the exhausted limit that takes longest says how long")
    func resets() {
        let headers: HTTPHeaders = [
            "x-ratelimit-remaining-requests": "0", "x-ratelimit-reset-requests": "2s",
            "x-ratelimit-remaining-tokens": "0%", "x-ratelimit-reset-tokens": "1m",
        ]
        #expect(RateHeaders.retryAfter(headers, now: now) == .seconds(60))
        #expect(
            RateHeaders.retryAfter(["x-ratelimit-remaining-tokens": "5", "x-ratelimit-reset-tokens": "9s"], now: now)
                == nil)
    }

    @Test("quotas are read with their counts and percentages, and none is none")
    func quota() throws {
        let headers: HTTPHeaders = [
            "X-RateLimit-Limit-Requests": "600", "x-ratelimit-remaining-requests": "599.0",
            "x-ratelimit-remaining-tokens": "2%", "x-ratelimit-over-limit": "yes",
        ]
        let quota = try #require(RateHeaders.quota(headers))
        #expect(quota.requests == CloudQuota.Share(limit: 600, remaining: .count(599)))
        #expect(quota.tokens == CloudQuota.Share(remaining: .fraction(0.02)))
        #expect(quota.isOverLimit)
        #expect(RateHeaders.quota(["content-type": "x"]) == nil)
        #expect(RateHeaders.quota(["x-ratelimit-limit-tokens": "1e99", "x-ratelimit-remaining-tokens": "lots"]) == nil)
    }

    @Test("HTTP dates agree with the calendar, leap days included")
    func dates() {
        let known: [String: Int64] = [
            "Thu, 01 Jan 1970 00:00:00 GMT": 0, "Wed, 21 Oct 2015 07:28:00 GMT": 1_445_412_480,
            "Sat, 29 Feb 2020 23:59:59 GMT": 1_583_020_799, "Thu, 01 Mar 2100 00:00:00 GMT": 4_107_542_400,
            "Mon, 23 Nov 2026 12:00:00 GMT": 1_795_435_200,
            // The old forms: RFC 850, whose year has two digits, and C's asctime().
            "Wednesday, 21-Oct-15 07:28:00 GMT": 1_445_412_480, "Wed Oct 21 07:28:00 2015": 1_445_412_480,
            "Thursday, 01-Jan-70 00:00:00 GMT": 0, "Thu Jan  1 00:00:00 1970": 0,
            "Monday, 23-Nov-26 12:00:00 GMT": 1_795_435_200, "Tuesday, 06-Nov-01 08:49:37 GMT": 1_005_036_577,
        ]
        for (text, seconds) in known {
            #expect(HTTPDate.read(text, now: now) == Timestamp(millisecondsSince1970: seconds * 1000), "\(text)")
        }
        for text in [
            "", "Wed, 21 Oct 2015 07:28:00 CET", "Wed, 32 Oct 2015 07:28:00 GMT", "21 Oct 2015", "a b c d e f g GMT",
            "Wed Oct 21 07:28:00 15", "Wed Oct 32 07:28:00 2015", "Wednesday, 21-Oct-15 07:28:00", "a b c d e f 2015",
        ] {
            #expect(HTTPDate.read(text, now: now) == nil, "\(text)")
        }
    }
}
