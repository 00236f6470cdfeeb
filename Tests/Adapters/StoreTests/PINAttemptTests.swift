import AssistantCore
import Testing

@testable import Store

/// Wrong PINs in a row, counted on the disk.
@Suite("PIN attempts")
struct PINAttemptTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func attempt(at seconds: Int64) async throws -> Duration {
        // Each time as if the program had been started anew.
        let attempts = try DatabaseStore.open(directory).pinAttempts
        let now = Timestamp(millisecondsSince1970: seconds * 1_000)
        switch try await attempts.begin(at: now) {
        case .locked(let rest): return rest
        case .counted: return try await attempts.failed(at: now)
        }
    }

    @Test("three are free; then the lock doubles, through restarts, up to a day, and only the right one ends it")
    func doubles() async throws {
        var now: Int64 = 1_000_000
        for _ in 0..<2 { #expect(try await attempt(at: now) == .zero) }
        for lock: Int64 in [60, 120, 240, 480] {
            #expect(try await attempt(at: now) == .seconds(lock))
            // Locked, an attempt counts nothing and lengthens nothing.
            #expect(try await attempt(at: now + lock - 1) == .seconds(1))
            now += lock
        }
        for _ in 0..<20 {
            let lock = try await attempt(at: now)
            #expect(lock <= .seconds(86_400))
            now += lock.components.seconds
        }
        #expect(try await attempt(at: now) == .seconds(86_400))
        let store = try DatabaseStore.open(directory)
        try await store.pinAttempts.succeeded(at: Timestamp(millisecondsSince1970: now * 1_000))
        #expect(try await attempt(at: now) == .zero)
        let reasons = try await store.audit.entries(limit: 3, offset: 0).map(\.reason)
        #expect(reasons.first == "wrong PIN, 1 in a row" && reasons[1] == "ended with the PIN")
        #expect(reasons[2].hasSuffix("in a row; none is taken for 86400 s"))
        #expect(try await store.audit.verify().isIntact)
    }

    @Test("an attempt counts when it begins: a plug that is pulled meanwhile spares nothing")
    func interrupted() async throws {
        for _ in 0..<3 {
            _ = try await DatabaseStore.open(directory).pinAttempts.begin(at: .at(1_000))
        }
        #expect(try await DatabaseStore.open(directory).pinAttempts.begin(at: .at(1_000)) == .locked(for: .seconds(60)))
    }

    @Test("a clock that goes back makes the lock begin anew and not last for ever")
    func clock() async throws {
        for _ in 0..<3 { _ = try await attempt(at: 1_000_000) }
        #expect(try await attempt(at: 10) == .seconds(60))
        #expect(try await attempt(at: 69) == .seconds(1))
        #expect(try await attempt(at: 70) == .seconds(120))
    }
}
