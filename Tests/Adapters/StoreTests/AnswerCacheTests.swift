import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Answer cache")
struct AnswerCacheTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory, cacheLimits: CacheLimits(maxEntries: 4, maxBytes: 4_000))
    }

    private func put(_ prompt: String, answer: String? = nil, for seconds: Int64 = 60, at time: Int64 = 0) async throws
    {
        try await store.cache.put(
            .test(answer ?? "answer to \(prompt)"), to: .test(prompt), from: nil, timeToLive: .seconds(seconds),
            at: .at(time))
    }

    private func hit(_ prompt: String, at time: Int64 = 1) async throws -> CacheHit? {
        try await store.cache.answer(to: .test(prompt), at: .at(time))
    }

    @Test("a hit carries its age, the model and the figures of the original answer")
    func hitCarriesOriginal() async throws {
        try await put("capital of France?")
        let hit = try #require(try await hit("capital of France?", at: 42))
        #expect(hit.answer == .test("answer to capital of France?"))
        #expect(hit.age == .seconds(42))
        #expect(hit.storedAt == .at(0))
    }

    @Test("an answer outlives the program")
    func persists() async throws {
        try await put("q")
        let reopened = try DatabaseStore.open(directory)
        #expect(try await reopened.cache.answer(to: .test("q"), at: .at(1)) != nil)
    }

    @Test("an expired answer is not served, and neither is one from the future")
    func time() async throws {
        try await put("q", for: 60, at: 100)
        #expect(try await hit("q", at: 159) != nil)
        #expect(try await hit("q", at: 160) == nil)
        #expect(try await hit("q", at: 99) == nil, "the clock went back, so its age cannot be told")
        #expect(try await hit("q", at: 100) != nil)
        #expect(try await store.cache.removeExpired(at: .at(159)) == 0)
        #expect(try await store.cache.removeExpired(at: .at(160)) == 1)
    }

    @Test("a later answer takes the place of an earlier one")
    func replace() async throws {
        try await put("q", answer: "old")
        try await put("q", answer: "new", at: 1)
        #expect(try await hit("q", at: 2)?.answer.text == "new")
        #expect(try await store.cache.statistics().entries == 1)
    }

    @Test("beyond the number of entries the least recently used leaves")
    func evictsByEntries() async throws {
        for prompt in ["a", "b", "c", "d"] { try await put(prompt) }
        #expect(try await hit("a") != nil)
        try await put("e")
        #expect(try await hit("b") == nil)
        for prompt in ["a", "c", "d", "e"] { #expect(try await hit(prompt) != nil, "\(prompt)") }
    }

    @Test("use, and not the clock, orders what leaves")
    func evictionIgnoresClock() async throws {
        for (index, prompt) in ["a", "b", "c", "d"].enumerated() {
            try await put(prompt, for: 600, at: 100 - Int64(index))
        }
        try await put("e", for: 600, at: 90)
        #expect(try await hit("a", at: 101) == nil)
        #expect(try await hit("d", at: 101) != nil)
    }

    @Test("beyond the number of bytes the least recently used leave, and what is larger than all is not kept")
    func evictsByBytes() async throws {
        try await put("a", answer: String(repeating: "x", count: 1_500))
        try await put("b", answer: String(repeating: "x", count: 1_500))
        try await put("c", answer: String(repeating: "x", count: 1_500))
        #expect(try await hit("a") == nil)
        #expect(try await hit("b") != nil)
        #expect(try await hit("c") != nil)
        try await put("huge", answer: String(repeating: "x", count: 5_000))
        #expect(try await hit("huge") == nil)
        let statistics = try await store.cache.statistics()
        #expect(statistics.entries == 2)
        #expect(statistics.bytes <= statistics.maxBytes)
    }

    @Test("the totals agree with the entries after every kind of change")
    func totals() async throws {
        for index in 0..<12 { try await put("q\(index % 6)", answer: String(repeating: "x", count: index * 100)) }
        _ = try await store.cache.removeExpired(at: .at(1))
        try await put("brief", for: 1, at: 0)
        _ = try await store.cache.removeExpired(at: .at(30))
        let statistics = try await store.cache.statistics()
        let entries = try await store.cache.entries(limit: 100)
        #expect(statistics.entries == entries.count)
        #expect(statistics.bytes == entries.map(\.bytes).reduce(0, +))
        #expect(try await store.cache.clear() == entries.count)
        let empty = try await store.cache.statistics()
        #expect(empty.entries == 0 && empty.bytes == 0)
    }

    @Test("the listing shows what is there, the latest first, with its hits")
    func listing() async throws {
        try await put("first")
        try await put("second\n  question")
        _ = try await hit("second\n  question")
        _ = try await hit("second\n  question", at: 7)
        let entries = try await store.cache.entries(limit: 10)
        #expect(entries.map(\.prompt) == ["second\n  question", "first"])
        #expect(entries.map(\.hits) == [2, 0])
        #expect(entries[0].lastUsedAt == .at(7))
        #expect(entries[0].expiresAt == .at(60))
        #expect(entries[0].key.count == 12)
        #expect(try await store.cache.statistics().hits == 2)
        #expect(try await store.cache.entries(limit: 1).count == 1)
    }

    @Test("an answer from a conversation that is gone already is kept without it")
    func goneConversation() async throws {
        try await store.cache.put(
            .test("x"), to: .test("q"), from: ConversationID(99), timeToLive: .seconds(60), at: .at(0))
        #expect(try await hit("q") != nil)
    }

    @Test("a time to live that is not positive keeps nothing; a vast one is for ever")
    func extremeTimes() async throws {
        try await put("none", for: 0)
        try await put("negative", for: -5)
        #expect(try await store.cache.statistics().entries == 0)
        try await put("ever", for: .max)
        #expect(try await hit("ever", at: 1_000_000_000) != nil)
    }

    @Test("a lookup is a search of one index and changes nothing on the disk")
    func lookupPlan() async throws {
        try await put("q")
        let plan = try directory.sqlite { database in
            try Row.fetchAll(
                database, sql: "EXPLAIN QUERY PLAN \(SQLiteAnswerCache.lookup)", arguments: [Data(), 0, 0]
            ).map { $0["detail"] as String }
        }
        #expect(plan.count == 1)
        #expect(plan.first?.contains("SEARCH answer USING INDEX") == true, "\(plan)")
        let before = try directory.sqlite { try Int.fetchOne($0, sql: "PRAGMA data_version") }
        _ = try await hit("q")
        #expect(try directory.sqlite { try Int.fetchOne($0, sql: "PRAGMA data_version") } == before)
    }
}
