/// When a speed may be told to a person. Records and JSON keep what was measured, beside the number of tokens.
package enum TokenRate {
    /// Tokens of an answer, or of an unbroken part of it, before its speed is told: guesses that come true arrive together,
    /// and of a few tokens that says more than the speed.
    package static let fewestTokens = 8
}

extension Duration {
    /// The whole duration in seconds.
    package var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// The whole duration in milliseconds.
    package var inMilliseconds: Double { inSeconds * 1e3 }

    /// The whole duration in microseconds, the rest cut off; clamped to what the type can hold.
    package var inMicroseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflowed) = seconds.multipliedReportingOverflow(by: 1_000_000)
        let (sum, tooFar) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000_000)
        return overflowed || tooFar ? (seconds < 0 ? .min : .max) : sum
    }

    /// `count` things in `duration`, per second; `nil` where either is not positive.
    static func rate(of count: Int, in duration: Duration) -> Double? {
        let seconds = duration.inSeconds
        return count > 0 && seconds > 0 ? Double(count) / seconds : nil
    }
}
