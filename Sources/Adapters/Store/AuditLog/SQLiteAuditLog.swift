package import AssistantCore
internal import Foundation
internal import GRDB

/// The audit log of this device: append-only, each entry hashed together with the one before.
///
/// Of what was said it keeps only HMAC-SHA-256 digests under a key of this device, so that whoever reads the log cannot
/// find a short text by trying, while the owner, who has the key, can ask whether a given text was sent
/// (``digest(of:)``).
package struct SQLiteAuditLog: AuditLog {
    let access: DatabaseAccess
    let key: DeviceKey

    @discardableResult
    package func append(_ event: AuditEvent, at now: Timestamp) async throws(StoreError) -> AuditEntry {
        let key = key
        return try await access.write { database in
            // What is about to leave leaves only beside an entry that will be there tomorrow.
            guard try event.kind != .escalation || database.isOnDisk else {
                throw StoreError(
                    .notDurable, "The store is in memory only, so it cannot be recorded for good that something leaves."
                )
            }
            return try AuditRecord.append(event, to: database, key: key, at: now)
        }
    }

    package func entries(limit: Int, offset: Int) async throws(StoreError) -> [AuditEntry] {
        try await access.read { database in
            try Row.fetchAll(
                database, sql: "SELECT * FROM audit ORDER BY sequence DESC LIMIT ? OFFSET ?",
                arguments: [max(0, limit), max(0, offset)]
            ).map { try AuditRecord($0).entry(hash: try $0.checked("hash")) }
        }
    }

    /// The operator knows what is missing of the log and of what was spent: a verification is content again, and missing
    /// charges no longer count as spent. Returns whether anything was missing.
    package func acknowledgeLosses(at now: Timestamp) async throws(StoreError) -> Bool {
        let key = key
        return try await access.write { try StoreLoss.acknowledge(in: $0, key: key, at: now) }
    }

    /// What ``AuditEntry/promptDigest`` and ``AuditEntry/replyDigest`` are for `text`. Lower-case hexadecimal.
    package func digest(of text: String) -> String { Hexadecimal.encode(key.digest(of: text)) }

    /// What this device's checkpoints are verified with: 32 bytes, lower-case hexadecimal. Keep it with them.
    package var publicKey: String { key.publicKey }

    /// The log as it stands, signed: to be written to a file that is kept away from this device.
    ///
    /// Throws for a log that is not intact (a signature would vouch for what was changed), and for a store that had to
    /// go on in memory.
    package func checkpoint(at now: Timestamp) async throws(StoreError) -> AuditCheckpoint {
        let key = key
        return try await access.read { database in
            guard try database.isOnDisk else {
                throw StoreError(
                    .notDurable, "The store is in memory only, and a checkpoint of it would be worth nothing.")
            }
            var verifier = AuditVerifier(checkpoint: nil)
            let found = try verifier.verify(database)
            if let flaw = found.flaw {
                throw StoreError(.checkpoint, "No checkpoint was made: \(flaw) Run: brim audit verify")
            }
            let stride = AuditCheckpoint.stride(for: found.goodEntries)
            let waypoints = try Row.fetchAll(
                database,
                sql: "SELECT sequence, hash FROM audit WHERE sequence % ?1 = 0 OR sequence = ?2 ORDER BY sequence",
                arguments: [stride, found.goodEntries]
            ).map {
                AuditCheckpoint.Waypoint(
                    sequence: try $0.checked("sequence"), hash: Hexadecimal.encode(try $0.checked("hash") as Data))
            }
            return try AuditCheckpoint(
                sequence: found.goodEntries, hash: waypoints.last?.hash ?? Hexadecimal.encode(AuditRecord.origin),
                time: now, waypoints: waypoints, signedBy: key)
        }
    }

    /// Looks at every entry. With a checkpoint it also finds a log that was rewritten or cut off before the
    /// checkpoint's time.
    ///
    /// `publicKey` is the key that the checkpoint must be signed with; `nil` takes this device's. Throws where the
    /// checkpoint is not genuine; a log that is not intact is a result, not an error.
    package func verify(
        checkpoint: AuditCheckpoint? = nil, trusting publicKey: String? = nil
    ) async throws(StoreError) -> AuditVerification {
        try checkpoint?.verifySignature(by: publicKey ?? self.publicKey)
        return try await access.read { database in
            var verifier = AuditVerifier(checkpoint: checkpoint)
            return try verifier.verify(database)
        }
    }
}
