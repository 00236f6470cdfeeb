import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("A tampered audit log")
struct AuditTamperingTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory)
    }

    private func write(_ count: Int) async throws {
        for index in 1...count {
            let event = AuditEvent(
                .escalation, reason: "reason \(index)", subject: "model", promptText: "p\(index)",
                replyText: "r\(index)",
                sentTokens: index, receivedTokens: index, redactions: index, costMicroUSD: Int64(index))
            try await store.audit.append(event, at: .at(Int64(index)))
        }
    }

    /// Runs `body` without the guards and puts them back, as a careful forger would.
    private func tamper(_ body: (Database) throws -> Void) throws {
        try directory.sqlite { database in
            for name in ["auditOnlyGrows", "auditNeverChanges", "auditNeverShrinks"] {
                try database.execute(sql: "DROP TRIGGER \(name)")
            }
            try body(database)
            for guardSQL in Schema.auditGuards { try database.execute(sql: guardSQL) }
        }
    }

    /// Makes the hashes from `first` on fit what stands in the table.
    private func rehash(from first: Int64, in database: Database) throws {
        var previous =
            try Data.fetchOne(database, sql: "SELECT hash FROM audit WHERE sequence = ?", arguments: [first - 1])
            ?? AuditRecord.origin
        let rows = try Row.fetchAll(
            database, sql: "SELECT * FROM audit WHERE sequence >= ? ORDER BY sequence", arguments: [first])
        for row in rows {
            let record = try AuditRecord(row)
            previous = record.hash(after: previous)
            try database.execute(
                sql: "UPDATE audit SET hash = ? WHERE sequence = ?", arguments: [previous, record.sequence])
        }
    }

    @Test(
        "a change of any field is found at its entry",
        arguments: [
            "time = time + 1", "kind = 'refusal'", "kind = 'made up'", "reason = 'other'", "reason = ''",
            "subject = 'other'",
            "promptDigest = NULL", "promptDigest = replyDigest", "replyDigest = x''", "sentTokens = 99",
            "sentTokens = NULL",
            "receivedTokens = 99", "redactions = 0", "costMicroUSD = 0", "costMicroUSD = NULL",
            "sentTokens = NULL, costMicroUSD = 7", "reason = 'reason', subject = ' 7model'", "hash = x''",
            "hash = (SELECT hash FROM audit WHERE sequence = 6)",
        ])
    func everyField(change: String) async throws {
        try await write(10)
        try tamper { try $0.execute(sql: "UPDATE audit SET \(change) WHERE sequence = 7") }
        let verification = try await store.audit.verify()
        #expect(verification.flaw == .init(.altered, 7...7))
        #expect(verification.goodEntries == 6)
        #expect(verification.description.hasPrefix("Entry 7 is not the one that was written"))
    }

    @Test("a changed entry whose own hash was made to fit is found at the entry after it")
    func rehashedEntry() async throws {
        try await write(10)
        try tamper { database in
            try database.execute(sql: "UPDATE audit SET reason = 'x' WHERE sequence = 7")
            let previous = try Data.fetchOne(database, sql: "SELECT hash FROM audit WHERE sequence = 6")
            let row = try #require(try Row.fetchOne(database, sql: "SELECT * FROM audit WHERE sequence = 7"))
            let hash = try AuditRecord(row).hash(after: #require(previous))
            try database.execute(sql: "UPDATE audit SET hash = ? WHERE sequence = 7", arguments: [hash])
        }
        #expect(try await store.audit.verify().flaw == .init(.altered, 8...8))
    }

    @Test("a deleted entry is named", arguments: [1, 4, 9])
    func deletion(sequence: Int64) async throws {
        try await write(10)
        try tamper { try $0.execute(sql: "DELETE FROM audit WHERE sequence = ?", arguments: [sequence]) }
        #expect(try await store.audit.verify().flaw == .init(.missing, sequence...sequence))
    }

    @Test("a deletion with the later entries moved up is found where they moved to")
    func closedGap() async throws {
        try await write(10)
        try tamper {
            try $0.execute(
                sql: "DELETE FROM audit WHERE sequence = 4; UPDATE audit SET sequence = sequence - 1 WHERE sequence > 4"
            )
        }
        #expect(try await store.audit.verify().flaw == .init(.altered, 4...4))
    }

    @Test("an entry put in between is found")
    func insertion() async throws {
        try await write(10)
        try tamper {
            try $0.execute(
                sql: """
                    UPDATE audit SET sequence = -sequence WHERE sequence >= 5;
                    UPDATE audit SET sequence = 1 - sequence WHERE sequence < 0;
                    INSERT INTO audit SELECT 5, time, kind, reason, subject, promptDigest, replyDigest, sentTokens,
                        receivedTokens, redactions, costMicroUSD, hash FROM audit WHERE sequence = 4
                    """)
        }
        #expect(try await store.audit.verify().flaw == .init(.altered, 5...5))
    }

    @Test("entries in another order are found at the first that moved")
    func reordering() async throws {
        try await write(10)
        try tamper {
            try $0.execute(
                sql: """
                    UPDATE audit SET sequence = 100 WHERE sequence = 3;
                    UPDATE audit SET sequence = 3 WHERE sequence = 6;
                    UPDATE audit SET sequence = 6 WHERE sequence = 100
                    """)
        }
        #expect(try await store.audit.verify().flaw == .init(.altered, 3...3))
    }

    @Test("a plain truncation is found without a checkpoint, by SQLite's own count")
    func plainTruncation() async throws {
        try await write(10)
        try tamper { try $0.execute(sql: "DELETE FROM audit WHERE sequence > 7") }
        #expect(try await store.audit.verify().flaw == .init(.truncated, 8...8))
    }

    @Test("a careful truncation is found with a checkpoint, and without one nothing more is claimed than was shown")
    func carefulTruncation() async throws {
        try await write(10)
        let checkpoint = try await store.audit.checkpoint(at: .at(20))
        try tamper {
            try $0.execute(
                sql: """
                    DELETE FROM audit WHERE sequence > 7; UPDATE sqlite_sequence SET seq = 7 WHERE name = 'audit'
                    """)
        }
        let alone = try await store.audit.verify()
        #expect(alone.isIntact)
        #expect(alone.checkpointedThrough == nil)
        #expect(alone.description.contains("Without a checkpoint kept elsewhere"))
        let checked = try await store.audit.verify(checkpoint: checkpoint)
        #expect(checked.flaw == .init(.truncated, 8...8))
    }

    @Test(
        "a log rewritten with fitting hashes is told from the signed one at its first entry", arguments: [1, 2, 9, 10])
    func rewrite(first: Int64) async throws {
        try await write(10)
        let checkpoint = try await store.audit.checkpoint(at: .at(20))
        try tamper { database in
            try database.execute(sql: "UPDATE audit SET costMicroUSD = 0 WHERE sequence = ?", arguments: [first])
            try rehash(from: first, in: database)
        }
        #expect(try await store.audit.verify().isIntact)
        let checked = try await store.audit.verify(checkpoint: checkpoint)
        #expect(checked.flaw == .init(.rewritten, first...first))
        #expect(checked.goodEntries == first - 1)
    }

    @Test("in a long log the rewritten entry is narrowed down to the checkpoint's stride")
    func rewriteOfALongLog() async throws {
        let audit = store.audit
        let key = audit.key
        try await audit.access.write { database in
            for index in 1...700 {
                try AuditRecord.append(
                    AuditEvent(.refusal, reason: "\(index)", subject: ""), to: database, key: key, at: .at(0))
            }
        }
        let checkpoint = try await audit.checkpoint(at: .at(1))
        #expect(checkpoint.sequence == 700)
        #expect(checkpoint.waypoints.count <= 256)
        #expect(try checkpoint.json().count < 40_000)
        #expect(try await audit.verify(checkpoint: checkpoint).isIntact)
        try tamper { database in
            try database.execute(sql: "UPDATE audit SET reason = 'x' WHERE sequence = 402")
            try rehash(from: 402, in: database)
        }
        #expect(try await audit.verify(checkpoint: checkpoint).flaw == .init(.rewritten, 401...404))
    }

    @Test("a missing or changed guard is said")
    func guardsGone() async throws {
        try await write(3)
        try directory.sqlite { try $0.execute(sql: "DROP TRIGGER auditNeverChanges") }
        let without = try await store.audit.verify()
        #expect(without.flaw == nil && !without.isIntact)
        #expect(without.description.contains("triggers"))
        try directory.sqlite {
            try $0.execute(sql: "CREATE TRIGGER auditNeverChanges BEFORE UPDATE ON audit BEGIN SELECT 1; END")
        }
        #expect(try await store.audit.verify().guardsAreIntact == false)
    }
}
