import AssistantCore
import Foundation
import LocalInference

/// `brim bench --soak`: many tokens through context shifts. Memory and speed must stay as they are.
struct SoakBench {
    let tokens: Int
    let contextLength: Int
    let json: Bool

    /// Parts that are told one by one.
    private static let parts = 20

    private struct Row: Encodable {
        var tokens: Int
        var tokens_per_s: Double
        var resident_bytes: Int
    }

    func run(_ engine: LocalEngine) async throws {
        let step = max(1, tokens / Self.parts)
        let (tokens, contextLength, json) = (tokens, contextLength, json)
        try await Interruption.cancelling {
            try await engine.soak(tokens: tokens, contextLength: contextLength, step: step) { done, duration in
                let row = Row(
                    tokens: done, tokens_per_s: Double(step) / duration.inSeconds, resident_bytes: Self.residentBytes)
                do { try Self.write(row, json: json) } catch { return false }
                return !Task.isCancelled
            }
        }
    }

    private static func write(_ row: Row, json: Bool) throws {
        if json { return try JSONLines.write(row) }
        try Terminal.writeLine(
            String(
                format: "%8d tokens  %7.1f tok/s  %6.1f MB", row.tokens, row.tokens_per_s,
                Double(row.resident_bytes) / 1e6))
    }

    /// Memory of this process that is resident now.
    private static var residentBytes: Int {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8),
            let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
        else { return 0 }
        return pages * sysconf(Int32(_SC_PAGESIZE))
    }
}
