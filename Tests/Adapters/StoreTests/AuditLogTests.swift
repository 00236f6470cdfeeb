import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Audit log")
struct AuditLogTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory)
    }

    @Test("an entry keeps figures and digests, and no text")
    func entry() async throws {
        let event = AuditEvent(
            .escalation, reason: "conf 0.41 < 0.80", subject: "nemotron", promptText: "my secret question",
            replyText: "a private reply", sentTokens: 214, receivedTokens: 90, redactions: 3, costMicroUSD: 77)
        let entry = try await store.audit.append(event, at: .at(5))
        #expect(entry.sequence == 1)
        #expect(entry.promptDigest == store.audit.digest(of: "my secret question"))
        #expect(entry.promptDigest != entry.replyDigest)
        #expect(try await store.audit.entries(limit: 10, offset: 0) == [entry])
        let bytes = try directory.bytesOnDisk()
        #expect(bytes.range(of: Data("conf 0.41".utf8)) != nil)
        #expect(bytes.range(of: Data("secret".utf8)) == nil)
        #expect(bytes.range(of: Data("private".utf8)) == nil)
    }

    @Test("what leaves is not recorded in memory: the entry is refused, and others are taken")
    func memory() async throws {
        let memory = try DatabaseStore.inMemory()
        let error = try await storeError {
            try await memory.audit.append(AuditEvent(.escalation, reason: "r", subject: "m"), at: .at(0))
        }
        #expect(error.code == .notDurable)
        try await memory.audit.append(AuditEvent(.refusal, reason: "r", subject: "m"), at: .at(0))
        #expect(try await memory.audit.entries(limit: 5, offset: 0).map(\.kind) == [.refusal])
    }

    @Test("the last word on each address is listed, and every decision is an entry")
    func consents() async throws {
        for (subject, isGranted) in [("b", true), ("a", true), ("b", false), ("c", false), ("c", true)] {
            try await store.consent.record(
                Consent(subject: subject, isGranted: isGranted, source: "test", givenAt: .at(1)))
        }
        let consents = try await store.consent.consents()
        #expect(consents.map(\.subject) == ["a", "b", "c"] && consents.map(\.isGranted) == [true, false, true])
        #expect(try await store.audit.entries(limit: 9, offset: 0).map(\.kind) == Array(repeating: .consent, count: 5))
    }

    @Test("a digest depends on the device's key and stays the same on that device")
    func digests() async throws {
        let elsewhere = try TemporaryDirectory()
        let other = try DatabaseStore.open(elsewhere)
        let again = try DatabaseStore.open(directory)
        #expect(store.audit.digest(of: "yes") == again.audit.digest(of: "yes"))
        #expect(store.audit.digest(of: "yes") != other.audit.digest(of: "yes"))
    }

    @Test("entries are numbered without a gap and listed from the latest")
    func order() async throws {
        for index in 1...5 {
            try await store.audit.append(AuditEvent(.refusal, reason: "\(index)", subject: ""), at: .at(Int64(-index)))
        }
        #expect(try await store.audit.entries(limit: 2, offset: 1).map(\.sequence) == [4, 3])
        #expect(try await store.audit.verify().isIntact, "times that go backwards are no flaw")
    }

    @Test("a reason that is far too long is cut and the log stays whole")
    func longReason() async throws {
        let event = AuditEvent(
            .refusal, reason: String(repeating: "é", count: 5_000),
            subject: String(repeating: "👩‍👩‍👧", count: 5_000))
        let entry = try await store.audit.append(event, at: .at(0))
        #expect(entry.reason.utf8.count <= 1_024 && entry.reason.hasSuffix("…"))
        #expect(entry.subject.utf8.count <= 1_024)
        #expect(try await store.audit.verify().isIntact)
    }

    @Test("consent is remembered, the last word counts, and each word is in the audit log")
    func consent() async throws {
        let subject = "https://api.tokenfactory.nebius.com/v1"
        #expect(try await store.consent.consent(to: subject) == nil)
        let given = Consent(subject: subject, isGranted: true, source: "--allow-cloud", givenAt: .at(1))
        try await store.consent.record(given)
        #expect(try await store.consent.consent(to: subject) == given)
        #expect(try await store.consent.consent(to: "https://elsewhere") == nil)
        // The clock went back; the later word still counts.
        let withdrawn = Consent(subject: subject, isGranted: false, source: "screen", givenAt: .at(-10))
        try await store.consent.record(withdrawn)
        #expect(try await DatabaseStore.open(directory).consent.consent(to: subject) == withdrawn)
        #expect(
            try await store.audit.entries(limit: 9, offset: 0).map(\.reason)
                == ["withdrawn: screen", "given: --allow-cloud"])
    }

    @Test(
        "SQLite itself refuses to change the log",
        arguments: [
            "UPDATE audit SET reason = 'x'", "DELETE FROM audit", "DELETE FROM audit WHERE sequence = 2",
            "UPDATE OR IGNORE audit SET sequence = 9 WHERE sequence = 1",
            "INSERT OR REPLACE INTO audit SELECT * FROM audit WHERE sequence = 1",
            "INSERT INTO audit (sequence, time, kind, reason, subject, hash) VALUES (9, 0, '', '', '', x'')",
            "INSERT INTO audit (time, kind, reason, subject, hash) VALUES (0, '', '', '', x'')",
        ])
    func guards(statement: String) async throws {
        for _ in 1...3 { try await store.audit.append(AuditEvent(.refusal, reason: "r", subject: "s"), at: .at(0)) }
        #expect(throws: DatabaseError.self) { try directory.sqlite { try $0.execute(sql: statement) } }
        let verification = try await store.audit.verify()
        #expect(verification.isIntact && verification.goodEntries == 3)
    }
}
