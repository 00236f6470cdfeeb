#if canImport(Glibc)
    internal import Glibc
#elseif canImport(Musl)
    internal import Musl
#elseif canImport(Darwin)
    internal import Darwin
#endif

/// The geometric mean of what each token adds, given by its logarithm: exp(Σ min(0, x) / n).
struct MeanOfLogs: Sendable {
    private var sum = 0.0
    private var count = 0
    /// A token without a number has been seen; whatever follows, nothing can be said of this answer.
    private var isBroken = false

    /// 0 … 1; `nil` before the first token, and after one without a number.
    var value: Double? {
        guard count > 0, !isBroken else { return nil }
        return exp(sum / Double(count))
    }

    /// O(1). What lies above 0 counts as 0.
    mutating func add(_ logarithm: Double) {
        if logarithm.isNaN { isBroken = true }
        sum += min(0, logarithm)
        count += 1
    }
}
