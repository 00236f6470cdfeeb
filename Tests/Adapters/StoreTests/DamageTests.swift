import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Damaged files and full disks")
struct DamageTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// A store with a hundred messages, some spending and consent, closed again.
    private func fill() async throws -> ConversationID {
        let store = try DatabaseStore.open(directory)
        let conversation = try await store.conversations.create(title: "t", at: .at(0))
        for index in 0..<100 {
            let text = "message \(index) \(String(repeating: "lorem ", count: 100))"
            try await store.conversations.append(NewMessage(Message(.user, text)), to: conversation.id, at: .at(1))
        }
        _ = try await store.spending.reserve(
            SpendingRequest(worstCaseMicroUSD: 70, model: "m", device: "d"), within: [], at: .at(1))
        try await store.consent.record(Consent(subject: "c", isGranted: true, source: "s", givenAt: .at(1)))
        return conversation.id
    }

    private func damage(_ change: (inout Data) -> Void) throws {
        // Everything into the one file first, so that the damage is not repaired from the log.
        try directory.sqlite { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let file = URL(fileURLWithPath: directory.file("brim.sqlite"))
        var bytes = try Data(contentsOf: file)
        change(&bytes)
        try bytes.write(to: file)
    }

    private func aside() throws -> [String] {
        try directory.names.filter { $0.hasPrefix("brim.sqlite.corrupt-") && !$0.hasSuffix("-wal") }
    }

    @Test("a file that is no database is kept and named, and a new one takes its place")
    func notADatabase() async throws {
        let junk = Data("This is a shopping list, and a long one at that: it would not fit a header.".utf8)
        try junk.write(to: URL(fileURLWithPath: directory.file("brim.sqlite")))
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable)
        let warning = try #require(store.warnings.first)
        #expect(warning.kind == .corrupt)
        let name = try #require(try aside().first)
        #expect(warning.description.contains(name))
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file(name))) == junk)
        #expect(try await store.audit.entries(limit: 5, offset: 0).map(\.kind) == [.loss, .loss])
        _ = try await store.conversations.create(title: "t", at: .at(0))
        #expect(try DatabaseStore.open(directory).warnings.map(\.kind) == [.loss])
    }

    @Test("the database of another program is kept and named")
    func foreignDatabase() async throws {
        try directory.sqlite {
            try $0.execute(sql: "CREATE TABLE conversation (x); INSERT INTO conversation VALUES (1)")
        }
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable)
        #expect(store.warnings.map(\.kind) == [.corrupt, .loss])
        #expect(try aside().count == 1)
    }

    @Test("of a database with a damaged page what can be read is read: spending and consent among it")
    func damagedPage() async throws {
        let conversation = try await fill()
        try damage { bytes in
            guard let text = bytes.range(of: Data("message 50 lorem".utf8)) else { return }
            let page = text.lowerBound / 4096 * 4096
            for index in page..<(page + 4096) { bytes[index] = 0xA5 }
        }
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable)
        #expect(store.warnings.map(\.kind) == [.corrupt])
        #expect(try aside().count == 1)
        let kept = try await store.conversations.messages(of: conversation)
        #expect(kept.count < 100)
        #expect(try await store.spending.total(of: .everything, since: .at(0)).reservedMicroUSD == 70)
        #expect(try await store.consent.consent(to: "c")?.isGranted == true)
        #expect(try await store.audit.verify().isIntact)
    }

    @Test(
        "a database cut off anywhere is opened, set aside or rescued, never a crash",
        arguments: [0, 1, 15, 100, 4_096, 9_000])
    func truncated(length: Int) async throws {
        _ = try await fill()
        try damage { $0 = $0.prefix(length) }
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable)
        // SQLite takes a file of one byte for an empty one.
        #expect(try aside().count == (length < 2 ? 0 : 1))
        _ = try await store.conversations.create(title: "t", at: .at(0))
    }

    @Test("bits flipped anywhere never crash the store")
    func flippedBits() async throws {
        let conversation = try await fill()
        try directory.sqlite { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let original = try Data(contentsOf: URL(fileURLWithPath: directory.file("brim.sqlite")))
        var random = SystemRandomNumberGenerator()
        for _ in 0..<20 {
            let damaged = try TemporaryDirectory()
            var bytes = original
            for _ in 0..<32 {
                bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
            }
            try bytes.write(to: URL(fileURLWithPath: damaged.file("brim.sqlite")))
            let store = try DatabaseStore.open(damaged)
            do {
                _ = try await store.conversations.messages(of: conversation)
                _ = try await store.conversations.search("lorem", limit: 5)
                _ = try await store.spending.total(of: .everything, since: .at(0))
                _ = try await store.audit.verify()
                _ = try await store.conversations.create(title: "t", at: .at(0))
            } catch let error as StoreError {
                #expect(!error.description.isEmpty)
            }
        }
    }

    @Test(
        "a column that has lost its name is an error, or a flaw of the log",
        arguments: [
            ("message", "createdAt"), ("message", "signals"), ("audit", "promptDigest"), ("audit", "kind"),
            ("audit", "hash"),
        ])
    func renamedColumn(table: String, column: String) async throws {
        let conversation = try await fill()
        try directory.sqlite { database in
            try database.execute(sql: "PRAGMA writable_schema = ON")
            try database.execute(
                sql: "UPDATE sqlite_schema SET sql = replace(sql, ?, ?) WHERE name = ?",
                arguments: [column, column.uppercased() + "x", table])
        }
        let store = try DatabaseStore.open(directory)
        let isIntact: Bool
        do {
            _ = try await store.conversations.messages(of: conversation)
            isIntact = try await store.audit.verify().isIntact
        } catch let error as StoreError {
            #expect(!error.description.isEmpty)
            return
        }
        #expect(!isIntact)
    }

    @Test("damage met while the store is in use moves it into memory, and the next start looks at the whole file")
    func damageInUse() async throws {
        let conversation = try await fill()
        let store = try DatabaseStore.open(directory)
        try damage { bytes in
            for index in (bytes.count / 2)..<bytes.count { bytes[index] = 0xA5 }
        }
        for _ in 0..<3 where store.isDurable {
            do {
                _ = try await store.conversations.messages(of: conversation)
                try await store.conversations.append(NewMessage(Message(.user, "more")), to: conversation, at: .at(2))
            } catch let error as StoreError {
                Issue.record("the store gave up: \(error)")
            }
        }
        #expect(!store.isDurable)
        #expect(store.warnings.map(\.kind) == [.corrupt])
        #expect(try await store.conversations.messages(of: conversation).last?.message.text == "more")
        #expect(try directory.names.contains("brim.suspect"))
        let next = try DatabaseStore.open(directory)
        #expect(next.isDurable)
        #expect(next.warnings.map(\.kind) == [.corrupt])
        #expect(try !directory.names.contains("brim.suspect"))
    }

    @Test("a database that may not grow goes on in memory with all it held, spends nothing, and says so")
    func full() async throws {
        let conversation = try await fill()
        // Keeps the log in place, which could not be begun on a full disk.
        let roomy = try DatabaseStore.open(directory)
        defer { withExtendedLifetime(roomy) {} }
        let small = DatabaseFile(directory: StoreDirectory(path: directory.path)) {
            try $0.execute(sql: "PRAGMA max_page_count = 1")  // Which SQLite takes as: as many as there are.
        }
        let store = try DatabaseStore(file: small, at: .at(0))
        #expect(store.isDurable)
        // What is about to leave is what finds the disk full: then it does not.
        var refusal: StoreError?
        for index in 0..<2_000 where store.isDurable {
            do {
                let reason = "\(index) " + String(repeating: "x", count: 1_000)
                try await store.audit.append(AuditEvent(.escalation, reason: reason, subject: "m"), at: .at(2))
            } catch {
                refusal = error
            }
        }
        #expect(refusal?.code == .notDurable && !store.isDurable)
        let long = String(repeating: "x", count: 100_000)
        let stored = try await store.conversations.append(
            NewMessage(Message(.user, long)), to: conversation, at: .at(2))
        #expect(stored.message.text == long)
        #expect(!store.isDurable)
        #expect(store.warnings.map(\.kind) == [.diskFull])
        #expect(try await store.conversations.messages(of: conversation).count == 101)
        #expect(try await store.consent.consent(to: "c")?.isGranted == true)
        let cap = SpendingCap(since: .at(0), limitMicroUSD: 1_000)
        let outcome = try await store.spending.reserve(
            SpendingRequest(worstCaseMicroUSD: 1, model: "m", device: "d"), within: [cap], at: .at(3))
        #expect(outcome == .notDurable)
        let escalation = try await storeError {
            try await store.audit.append(AuditEvent(.escalation, reason: "r", subject: "m"), at: .at(3))
        }
        #expect(escalation.code == .notDurable)
        let checkpoint = try await storeError { _ = try await store.audit.checkpoint(at: .at(3)) }
        #expect(checkpoint.code == .notDurable)
        let next = try DatabaseStore.open(directory)
        #expect(next.isDurable && next.warnings.isEmpty)
        #expect(try await next.conversations.messages(of: conversation).count == 100)
    }

    @Test("many who run into a full disk at once lose nothing")
    func fullForMany() async throws {
        let conversation = try await fill()
        // Keeps the log in place, which could not be begun on a full disk.
        let roomy = try DatabaseStore.open(directory)
        defer { withExtendedLifetime(roomy) {} }
        let small = DatabaseFile(directory: StoreDirectory(path: directory.path)) {
            try $0.execute(sql: "PRAGMA max_page_count = 1")
        }
        let store = try DatabaseStore(file: small, at: .at(0))
        #expect(store.isDurable)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for index in 0..<16 {
                group.addTask {
                    let text = "\(index) " + String(repeating: "y", count: 20_000)
                    try await store.conversations.append(
                        NewMessage(Message(.user, text)), to: conversation, at: .at(2))
                }
            }
            try await group.waitForAll()
        }
        #expect(try await store.conversations.messages(of: conversation).count == 116)
        #expect(store.warnings.count == 1)
    }

    @Test("what is said in a conversation that stayed behind in a lost file is kept in memory all the same")
    func conversationLeftBehind() async throws {
        let conversation = try await fill()
        let store = try DatabaseStore.open(directory)
        try damage { $0 = Data(repeating: 0xA5, count: $0.count) }
        try await store.conversations.append(NewMessage(Message(.user, "still here")), to: conversation, at: .at(2))
        #expect(try await store.conversations.messages(of: conversation).map(\.message.text) == ["still here"])
    }
}
