import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Audit checkpoints")
struct AuditCheckpointTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory)
    }

    private func checkpoint(of count: Int) async throws -> AuditCheckpoint {
        for index in 0..<count {
            try await store.audit.append(AuditEvent(.refusal, reason: "\(index)", subject: "s"), at: .at(0))
        }
        return try await store.audit.checkpoint(at: .at(9))
    }

    @Test("a checkpoint survives its file, and vouches for the log after more was added and the store was reopened")
    func roundTrip() async throws {
        let checkpoint = try await checkpoint(of: 3)
        let read = try AuditCheckpoint(json: checkpoint.json())
        #expect(read == checkpoint)
        try await store.audit.append(AuditEvent(.refusal, reason: "later", subject: "s"), at: .at(10))
        let verification = try await DatabaseStore.open(directory).audit.verify(checkpoint: read)
        #expect(verification.isIntact)
        #expect(verification.goodEntries == 4)
        #expect(verification.checkpointedThrough == 3)
        #expect(verification.description.contains("vouches for entries up to 3"))
    }

    @Test("an empty log has a checkpoint, too")
    func empty() async throws {
        let checkpoint = try await checkpoint(of: 0)
        #expect(checkpoint.sequence == 0)
        #expect(try await store.audit.verify(checkpoint: AuditCheckpoint(json: checkpoint.json())).isIntact)
    }

    @Test(
        "a checkpoint in which anything was changed is not genuine",
        arguments: ["sequence", "hash", "time_ms", "waypoints", "signature", "public_key"])
    func forged(field: String) async throws {
        let genuine = try await checkpoint(of: 3)
        var object = try #require(
            try JSONSerialization.jsonObject(with: Data(genuine.json())) as? [String: Any])
        switch object[field] {
        case let number as Int: object[field] = number - 1
        case let text as String: object[field] = String(text.reversed())
        default: object[field] = [] as [Any]
        }
        let forged = try AuditCheckpoint(json: [UInt8](JSONSerialization.data(withJSONObject: object)))
        let error = try await storeError { _ = try await store.audit.verify(checkpoint: forged) }
        #expect(error.code == .checkpoint)
    }

    @Test("a checkpoint signed by another key is refused, whatever public key it brings along")
    func otherKey() async throws {
        let elsewhere = try TemporaryDirectory()
        let other = try DatabaseStore.open(elsewhere)
        let theirs = try await other.audit.checkpoint(at: .at(0))
        let error = try await storeError { _ = try await store.audit.verify(checkpoint: theirs) }
        #expect(error.code == .checkpoint)
        #expect(try await store.audit.verify(checkpoint: theirs, trusting: other.audit.publicKey).isIntact)
    }

    @Test("the checkpoint of another log by the same key does not fit")
    func otherLog() async throws {
        let checkpoint = try await checkpoint(of: 3)
        let elsewhere = try TemporaryDirectory()
        try FileManager.default.copyItem(atPath: directory.file("device.key"), toPath: elsewhere.file("device.key"))
        let other = try DatabaseStore.open(elsewhere)
        for index in 0..<3 {
            try await other.audit.append(AuditEvent(.refusal, reason: "other \(index)", subject: "s"), at: .at(0))
        }
        #expect(try await other.audit.verify(checkpoint: checkpoint).flaw == .init(.rewritten, 1...1))
    }

    @Test("a file that is no checkpoint is an error, wherever it was cut or flipped")
    func hostileFiles() async throws {
        let bytes = try await checkpoint(of: 2).json()
        for length in 0..<(bytes.count - 2) {
            #expect(throws: StoreError.self) { try AuditCheckpoint(json: Array(bytes[..<length])) }
        }
        for index in bytes.indices {
            var flipped = bytes
            flipped[index] ^= 0x10
            do {
                let read = try AuditCheckpoint(json: flipped)
                if read != (try AuditCheckpoint(json: bytes)) {
                    #expect(throws: StoreError.self) { try read.verifySignature(by: store.audit.publicKey) }
                }
            } catch {
                #expect(error.code == .checkpoint)
            }
        }
        #expect(throws: StoreError.self) { try AuditCheckpoint(json: [UInt8](repeating: 0x20, count: 2 << 20)) }
    }

    @Test("a log that is not intact is not signed, and neither is one in memory")
    func notSigned() async throws {
        _ = try await checkpoint(of: 3)
        try directory.sqlite {
            try $0.execute(sql: "DROP TRIGGER auditNeverChanges; UPDATE audit SET reason = 'x' WHERE sequence = 2")
        }
        let altered = try await storeError { _ = try await store.audit.checkpoint(at: .at(1)) }
        #expect(altered.code == .checkpoint)
        let memory = try DatabaseStore.inMemory()
        let volatile = try await storeError { _ = try await memory.audit.checkpoint(at: .at(1)) }
        #expect(volatile.code == .notDurable)
    }

    @Test("the device's key is made once and readable by its owner alone")
    func deviceKey() async throws {
        #expect(try directory.mode("device.key") == 0o600)
        #expect(try DatabaseStore.open(directory).audit.publicKey == store.audit.publicKey)
    }

    @Test("a damaged key is kept, replaced and named", arguments: [0, 31, 33])
    func damagedKey(size: Int) throws {
        try Data(count: size).write(to: URL(fileURLWithPath: directory.file("device.key")))
        let reopened = try DatabaseStore.open(directory)
        #expect(reopened.isDurable)
        let warning = try #require(reopened.warnings.first)
        #expect(warning.kind == .deviceKey)
        let aside = try #require(try directory.names.first { $0.hasPrefix("device.key.damaged-") })
        #expect(warning.description.contains(aside))
        #expect(reopened.audit.publicKey != store.audit.publicKey)
        #expect(try DatabaseStore.open(directory).warnings.isEmpty)
    }

    @Test("a key that others could read is closed to them and said")
    func exposedKey() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: directory.file("device.key"))
        let reopened = try DatabaseStore.open(directory)
        #expect(reopened.warnings.map(\.kind) == [.deviceKey])
        #expect(try directory.mode("device.key") == 0o600)
        #expect(reopened.audit.publicKey == store.audit.publicKey)
    }
}
