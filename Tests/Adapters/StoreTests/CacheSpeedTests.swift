import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Speed of the answer cache", .enabled(if: ProcessInfo.processInfo.environment["BRIM_STORE_SPEED"] != nil))
struct CacheSpeedTests {
    @Test("a lookup among 100,000 answers takes at most 5 ms")
    func lookup() async throws {
        let directory = try TemporaryDirectory()
        let store = try DatabaseStore.open(
            directory, cacheLimits: CacheLimits(maxEntries: 200_000, maxBytes: 1 << 30))
        let count = 100_000
        try directory.sqlite { database in
            let insertion = try database.makeStatement(
                sql: """
                    INSERT INTO answer (key, prompt, text, origin, model, figures, storedAt, expiresAt, lastUsedAt,
                        lastUse, hits, bytes)
                    VALUES (?, ?, ?, 'local', 'm', '{}', 0, ?, 0, ?, 0, 600)
                    """)
            let text = String(repeating: "answer ", count: 80)
            try database.inTransaction {
                for index in 0..<count {
                    let prompt = "question \(index)"
                    try insertion.execute(arguments: [CacheKey(.test(prompt)).digest, prompt, text, Int64.max, index])
                }
                return .commit
            }
        }
        var times: [Duration] = []
        for _ in 0..<2_000 {
            let question = CacheableQuestion.test("question \(Int.random(in: 0..<count))")
            let start = ContinuousClock.now
            let hit = try await store.cache.answer(to: question, at: .at(0))
            times.append(ContinuousClock.now - start)
            #expect(hit != nil)
        }
        times.sort()
        let (median, p99) = (times[times.count / 2], times[times.count * 99 / 100])
        print(
            "cache lookup among \(count): median \(median), 99th percentile \(p99), slowest \(times[times.count - 1])")
        #expect(median <= .milliseconds(5))
    }
}
