internal import Foundation

/// How busy all processors together are, from what Linux counts.
package struct ProcessorLoad: Sendable {
    private var before: (busy: Int, all: Int)?

    package init() {}

    /// Of the time since the last call, the share in which something ran, 0 … 1; `nil` at the first one, and where Linux
    /// does not tell.
    package mutating func share() -> Double? {
        guard let text = FileManager.default.contents(atPath: "/proc/stat"), let now = Self.counts(text) else {
            return nil
        }
        defer { before = now }
        guard let before, now.all > before.all, now.busy >= before.busy else { return nil }
        return Double(now.busy - before.busy) / Double(now.all - before.all)
    }

    /// Of the first line: `cpu user nice system idle iowait irq softirq steal …`. What guests use is in user already.
    static func counts(_ table: Data) -> (busy: Int, all: Int)? {
        guard let line = String(decoding: table.prefix(1_024), as: UTF8.self).split(separator: "\n").first,
            line.hasPrefix("cpu ")
        else { return nil }
        let counts = line.split(separator: " ").dropFirst().prefix(8).map { Int($0) ?? 0 }
        guard counts.count >= 5, counts.allSatisfy({ (0..<1 << 52).contains($0) }) else { return nil }
        let all = counts.reduce(0, +)
        return (all - counts[3] - counts[4], all)
    }
}
