import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

/// What is deleted is gone from every byte of the directory: the database and its free pages, the log, files beside it.
@Suite("Forgetting")
struct ForgettingTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    /// Fifty sentences of one conversation, each with words of its own; some are longer than a page.
    private static let sentences = (0..<50).map { index in
        let name = String(index * 7_919 + 104_729, radix: 36)
        return "My \(name)cousin keeps \(name)pigeons in \(name)grove"
            + (index % 7 == 0 ? String(repeating: " \(name)coo", count: 900) : "")
    }
    /// What must not be found of them.
    private static let marks: [String] = sentences.flatMap { sentence -> [String] in
        sentence.prefix(60).split(separator: " ").filter { $0.count > 6 }.prefix(3).map(String.init)
    }

    /// The files of the directory that hold one of the marks.
    private func places() throws -> [String] {
        try directory.names.filter { name in
            let bytes = try Data(contentsOf: URL(fileURLWithPath: directory.file(name)))
            return Self.marks.contains { bytes.range(of: Data($0.utf8)) != nil }
        }
    }

    /// Keeps the sentences, each asked, answered, cached and judged; what is between them belongs to somebody else.
    private func talk(_ store: DatabaseStore) async throws -> (secret: ConversationID, other: ConversationID) {
        let secret = try await store.conversations.create(title: Self.sentences[0], at: .at(0)).id
        let other = try await store.conversations.create(title: "other", at: .at(0)).id
        for (index, sentence) in Self.sentences.enumerated() {
            for (conversation, text) in [
                (secret, sentence), (other, "harmless \(index) " + String(repeating: "x", count: index * 40)),
            ] {
                try await store.conversations.append(NewMessage(Message(.user, text)), to: conversation, at: .at(1))
                let answer = try await store.conversations.append(
                    NewMessage(Message(.assistant, "You said: \(text)"), origin: .local, model: "m", signals: [1]),
                    to: conversation, at: .at(1))
                try await store.labels.label(answer.id, as: .right, at: .at(1))
                try await store.cache.put(
                    .test("You said: \(text)"), to: .test(text), from: conversation, timeToLive: .seconds(900),
                    at: .at(1))
            }
            try await store.conversations.rename(secret, to: sentence, at: .at(2))
            try await store.audit.append(
                AuditEvent(.escalation, reason: "r", subject: "m", promptText: sentence, replyText: sentence),
                at: .at(2))
            try await store.metrics.record(TurnMetrics(startedAt: .at(2), route: .local))
        }
        return (secret, other)
    }

    @Test("a forgotten conversation is in no file any more, the others are untouched, the log of what left is intact")
    func forgotten() async throws {
        let store = try DatabaseStore.open(directory)
        let (secret, other) = try await talk(store)
        #expect(try places().isEmpty == false)
        #expect(try await store.forget(secret) == [])
        #expect(try places() == [])
        #expect(try await store.conversations.messages(of: other).count == 100)
        #expect(try await store.cache.statistics().entries == 50)
        #expect(try await store.audit.verify().goodEntries == 50)
        #expect(try await store.conversations.search(Self.marks[0], limit: 5).isEmpty)
        // Written over and over, nothing comes up again from a page that was used before.
        for index in 0..<20 {
            try await store.conversations.append(NewMessage(Message(.user, "more \(index)")), to: other, at: .at(3))
        }
        #expect(try places() == [])
    }

    @Test("another process that reads keeps the text in the log, which is said; the next change clears it away")
    func reader() async throws {
        let store = try DatabaseStore.open(directory)
        let (secret, other) = try await talk(store)
        var configuration = Configuration()
        configuration.readonly = true
        configuration.allowsUnsafeTransactions = true
        let reader = try DatabaseQueue(path: directory.file("brim.sqlite"), configuration: configuration)
        try await reader.unsafeRead { try $0.execute(sql: "BEGIN; SELECT count(*) FROM message") }
        let left = try await store.forget(secret)
        #expect(left == [directory.file("brim.sqlite-wal")])
        #expect(try places().isEmpty == false)
        try await reader.unsafeRead { try $0.execute(sql: "COMMIT") }
        try await store.conversations.append(NewMessage(Message(.user, "more")), to: other, at: .at(3))
        #expect(try places() == [])
    }

    @Test("a log that a killed program left behind is emptied at the next start")
    func nextStart() async throws {
        let copy = try TemporaryDirectory()
        do {
            let store = try DatabaseStore.open(directory)
            let (secret, _) = try await talk(store)
            // As if the program were killed between the deletion and the emptying of the log.
            try await store.audit.access.write {
                try $0.execute(sql: "DELETE FROM conversation WHERE id = ?", arguments: [secret.rawValue])
                try $0.execute(sql: Schema.mergeWords)
            }
            for name in try directory.names where name != "brim.sqlite-shm" {
                try FileManager.default.copyItem(atPath: directory.file(name), toPath: copy.file(name))
            }
        }
        let log = try Data(contentsOf: URL(fileURLWithPath: copy.file("brim.sqlite-wal")))
        #expect(Self.marks.contains { log.range(of: Data($0.utf8)) != nil })
        let store = try DatabaseStore.open(copy)
        for name in try copy.names {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: copy.file(name)))
            #expect(!Self.marks.contains { bytes.range(of: Data($0.utf8)) != nil }, "\(name)")
        }
        withExtendedLifetime(store) {}
    }

    @Test("a database that was set aside is named, since nobody can search it")
    func setAside() async throws {
        let (secret, _) = try await talk(try DatabaseStore.open(directory))
        try directory.sqlite { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let file = URL(fileURLWithPath: directory.file("brim.sqlite"))
        var bytes = try Data(contentsOf: file)
        let page = try #require(bytes.range(of: Data("harmless 30 ".utf8))).lowerBound / 4_096 * 4_096
        bytes.replaceSubrange(page..<page + 4_096, with: Data(repeating: 0xA5, count: 4_096))
        try bytes.write(to: file)
        let store = try DatabaseStore.open(directory)
        let left = try await store.forget(secret)
        #expect(!left.isEmpty && left.allSatisfy { $0.contains("brim.sqlite.corrupt-") })
        let places = try places().map { directory.file($0) }
        #expect(!places.isEmpty && Set(left).isSuperset(of: places))
    }

    @Test("a store that keeps nothing said has nothing of it on the disk at any time, and keeps what it must")
    func kiosk() async throws {
        do {
            let store = try DatabaseStore(directory: directory.path, keepsNothingSaid: true, at: .at(0))
            #expect(store.isDurable)
            _ = try await talk(store)
            try await store.consent.record(Consent(subject: "c", isGranted: true, source: "s", givenAt: .at(1)))
            _ = try await store.spending.reserve(
                SpendingRequest(worstCaseMicroUSD: 7, model: "m", device: "d"), within: [], at: .at(1))
            #expect(try places() == [])
            #expect(try await store.conversations.search(Self.marks[0], limit: 5).isEmpty == false)
            #expect(try await store.forget(nil) == [])
            #expect(try await store.conversations.conversations(titled: nil, limit: 9, offset: 0).isEmpty)
            #expect(try await store.cache.answer(to: .test(Self.sentences[3]), at: .at(2)) == nil)
        }
        let next = try DatabaseStore.open(directory)
        #expect(try await next.consent.consent(to: "c")?.isGranted == true)
        #expect(try await next.spending.total(of: .everything, since: .at(0)).chargedMicroUSD == 7)
        #expect(try await next.audit.verify().goodEntries == 51)
        #expect(try await next.metrics.turns(limit: 5).isEmpty)
    }
}
