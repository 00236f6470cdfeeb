import AssistantCore
import Foundation
import Routing
import Synchronization
import Testing

@testable import Turns

/// What lasts longer than a turn: a lock that nobody at the screen takes off, and what is kept of an answer.
@Suite struct LastingTests {
    private func gateway(_ lock: OperatorLock = .none) throws -> CloudGateway {
        let books = MemoryBooks()
        let settings = CloudGateway.Settings(endpoint: "https://cloud.test/v1", policy: try RoutingPolicy(), lock: lock)
        return CloudGateway(
            settings,
            ports: CloudGateway.Ports(client: ScriptedCloud([]), ledger: books, audit: books, consents: books),
            clock: { Timestamp(millisecondsSince1970: 0) })
    }

    @Test("a lock that is configured meanwhile stays, whatever the screen asks; one of the screen comes and goes")
    func locks() async throws {
        let free = try gateway()
        await free.setLock(.localOnly)
        #expect(free.cloudState.lock == .localOnly && !free.isLockConfigured)
        await free.setLock(.none)
        #expect(free.cloudState.lock == .none)
        free.tighten(to: .localOnly)
        #expect(!free.setLocalOnly(false))
        #expect(free.cloudState.lock == .localOnly && free.isLockConfigured)
        #expect(try gateway(.localOnly).isLockConfigured)
    }

    /// Remembers for which conversation an answer was kept.
    private final class RememberingCache: AnswerCache {
        let kept = Mutex<[ConversationID?]>([])

        func answer(to question: CacheableQuestion, at now: Timestamp) async throws -> CacheHit? { nil }
        func put(
            _ answer: CacheableAnswer, to question: CacheableQuestion, from conversation: ConversationID?,
            timeToLive: Duration, at now: Timestamp
        ) async throws { kept.withLock { $0.append(conversation) } }
        func entries(limit: Int) async throws -> [CacheEntry] { [] }
        func clear() async throws -> Int { 0 }
        func removeExpired(at now: Timestamp) async throws -> Int { 0 }
        func statistics() async throws -> CacheStatistics {
            CacheStatistics(entries: 0, bytes: 0, maxEntries: 0, maxBytes: 0, hits: 0)
        }
    }

    @Test("an answer is kept as that of its conversation, so that it can go with it")
    func cachedWithConversation() async throws {
        let cache = RememberingCache()
        let runner = TurnRunner(
            model: ScriptedModel([("Par", 0.99), ("is", 0.99)]), gateway: try gateway(), cache: cache,
            now: { Timestamp(millisecondsSince1970: 0) })
        for conversation in [ConversationID(7), nil] {
            var request = TurnRequest(prompt: "What?")
            request.conversation = conversation
            let running = runner.run(request)
            for await _ in running.updates {}
            await running.end()
        }
        #expect(cache.kept.withLock { $0 } == [ConversationID(7), nil])
    }
}
