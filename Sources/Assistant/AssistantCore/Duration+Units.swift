extension Duration {
    /// The whole duration in seconds.
    public var inSeconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds) * 1e-18
    }

    /// The whole duration in milliseconds.
    public var inMilliseconds: Double { inSeconds * 1e3 }

    /// The whole duration in microseconds, the rest cut off; clamped to what the type can hold.
    public var inMicroseconds: Int64 {
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
