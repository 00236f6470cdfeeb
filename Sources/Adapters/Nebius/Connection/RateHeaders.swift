import AssistantCore
import NIOHTTP1

/// Reads what headers say about rate limits. Servers do not agree on units; what cannot be read is left out.
enum RateHeaders {
    /// How long to wait: `Retry-After` in seconds or as an HTTP date, else the time until an exhausted limit is whole
    /// again. `now` is the wall clock.
    static func retryAfter(_ headers: HTTPHeaders, now: Timestamp) -> Duration? {
        if let value = headers.first(name: "retry-after") {
            if let delay = duration(value) { return delay }
            if let date = HTTPDate.read(value, now: now) { return min(max(date.since(now), .zero), .seconds(longest)) }
        }
        let quota = quota(headers)
        let exhausted = [quota?.requests, quota?.tokens].compactMap(\.self).filter { $0.remaining?.isNone == true }
        return exhausted.compactMap(\.resetsAfter).max()
    }

    /// `x-ratelimit-{limit,remaining,reset}-{requests,tokens}`; `nil` where there is none of them.
    static func quota(_ headers: HTTPHeaders) -> CloudQuota? {
        func share(_ of: String) -> CloudQuota.Share {
            func value(_ what: String) -> String? { headers.first(name: "x-ratelimit-\(what)-\(of)") }
            return CloudQuota.Share(
                limit: value("limit").flatMap(count), remaining: value("remaining").flatMap(remaining),
                resetsAfter: value("reset").flatMap(duration))
        }
        let isOver = headers.first(name: "x-ratelimit-over-limit")?.lowercased()
        let quota = CloudQuota(
            requests: share("requests"), tokens: share("tokens"), isOverLimit: isOver == "yes" || isOver == "true")
        return quota == CloudQuota() ? nil : quota
    }

    /// `"1s"`, `"0.5"` (seconds), `"2m"`, `"1m30.5s"`, `"250ms"`, `"1h"`, `"1d"`; at most a year.
    static func duration(_ text: String) -> Duration? {
        var rest = text.drop { $0 == " " }
        var seconds = 0.0
        guard !rest.isEmpty else { return nil }
        while !rest.isEmpty, rest.first != " " {
            let digits = rest.prefix { $0.isASCII && ($0.isNumber || $0 == ".") }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isASCII && $0.isLetter }
            rest = rest.dropFirst(unit.count)
            guard let number = Double(digits), number.isFinite, let factor = units[unit.lowercased()] else {
                return nil
            }
            seconds += number * factor
        }
        return .seconds(min(seconds, longest))
    }

    private static let units: [String: Double] = [
        "": 1, "s": 1, "ms": 0.001, "us": 0.000_001, "ns": 0.000_000_001, "m": 60, "min": 60, "h": 3600, "d": 86_400,
    ]
    private static let longest = 365 * 86_400.0

    private static func count(_ text: String) -> Int? {
        guard let number = Double(text), number >= 0, number < 1e15 else { return nil }
        return Int(number)
    }

    private static func remaining(_ text: String) -> CloudQuota.Remaining? {
        guard text.hasSuffix("%") else { return count(text).map(CloudQuota.Remaining.count) }
        guard let percent = Double(text.dropLast()), percent.isFinite else { return nil }
        return .fraction(min(max(percent / 100, 0), 1))
    }
}
