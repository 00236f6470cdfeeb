/// The metadata that this device trusts during one update, and the rules by which anything new becomes part of it.
///
/// It is a pure value: bytes and the time come in, and what comes out are the versions that hold. The order of the checks is
/// that of the client workflow of The Update Framework 1.0.34. A check that fails throws and leaves the value as it was.
package struct TrustedMetadata: Sendable {
    private(set) var root: RootMetadata
    private(set) var timestamp: TimestampMetadata?
    private(set) var snapshot: SnapshotMetadata?
    /// The start of the update, in seconds since 1970: the same for all of it.
    private let now: Int64

    /// Begins with the root that this device trusts; its date does not matter yet.
    ///
    /// - Throws: ``UpdateError/Code/malformed`` or ``UpdateError/Code/unsigned``.
    package init(root text: [UInt8], now: Int64) throws(UpdateError) {
        self.now = now
        do throws(UpdateError) {
            let envelope = try SignedEnvelope(text, type: "root")
            root = try RootMetadata(envelope.signed)
            try envelope.requireSignatures(of: root.root, root.keys)
        } catch {
            throw UpdateError(
                .noRoot, "the trusted root.json \(error.description); begin anew with the root that the publisher gave",
                underlying: error)
        }
    }

    package var rootVersion: Int64 { root.header.version }

    // MARK: Root

    /// Takes the next root, which the present one and the next one itself have to have signed.
    ///
    /// - Returns: whether a key of the timestamp or the snapshot was taken out of use, so that their present files may be
    ///   those of an attacker and are no measure for later ones.
    package mutating func update(root text: [UInt8]) throws(UpdateError) -> Bool {
        let name = "\(root.header.version + 1).root.json"
        do throws(UpdateError) {
            let envelope = try SignedEnvelope(text, type: "root")
            let next = try RootMetadata(envelope.signed)
            try envelope.requireSignatures(of: root.root, root.keys)
            try envelope.requireSignatures(of: next.root, next.keys)
            guard next.header.version == root.header.version + 1 else {
                throw UpdateError(.rolledBack, "says that it is version \(next.header.version)")
            }
            let isRotated =
                Self.hasLost(root.timestamp, of: root, in: next.timestamp, of: next)
                || Self.hasLost(root.snapshot, of: root, in: next.snapshot, of: next)
            root = next
            return isRotated
        } catch {
            throw error.of(name)
        }
    }

    private static func hasLost(
        _ old: RoleKeys, of oldRoot: RootMetadata, in new: RoleKeys, of newRoot: RootMetadata
    ) -> Bool {
        let kept = Set(new.identifiers.compactMap { newRoot.keys[$0]?.identity })
        return old.identifiers.contains { oldRoot.keys[$0].map { !kept.contains($0.identity) } ?? false }
    }

    /// Throws ``UpdateError/Code/expired`` where the last root is past its date.
    package func requireCurrentRoot() throws(UpdateError) {
        try requireCurrent(root.header, "\(root.header.version).root.json")
    }

    private func requireCurrent(_ header: MetadataHeader, _ name: String) throws(UpdateError) {
        guard header.expires > now else { throw UpdateError(.expired, "is past its date").of(name) }
    }

    // MARK: Timestamp

    /// Recalls the timestamp of an earlier update: a newer one must not be older than it. One that the root's keys have not
    /// signed is passed over.
    package mutating func recall(timestamp text: [UInt8]) {
        timestamp = try? readTimestamp(text)
    }

    /// Takes the repository's timestamp.
    ///
    /// - Returns: whether it is newer than the present one, and so to be kept.
    package mutating func update(timestamp text: [UInt8]) throws(UpdateError) -> Bool {
        let name = "timestamp.json"
        let next: TimestampMetadata
        do throws(UpdateError) {
            next = try readTimestamp(text)
            if let timestamp {
                guard next.header.version >= timestamp.header.version else {
                    throw UpdateError(
                        .rolledBack,
                        "is version \(next.header.version), and version \(timestamp.header.version) was seen already")
                }
                guard
                    next.header.version == timestamp.header.version
                        || next.snapshot.version >= timestamp.snapshot.version
                else {
                    throw UpdateError(.rolledBack, "names an older snapshot than the one before")
                }
            }
        } catch {
            throw error.of(name)
        }
        // Of two of one version, the one that was seen first holds.
        let isNewer = next.header.version != timestamp?.header.version
        let held = isNewer ? next : timestamp ?? next
        try requireCurrent(held.header, name)
        timestamp = held
        return isNewer
    }

    private func readTimestamp(_ text: [UInt8]) throws(UpdateError) -> TimestampMetadata {
        let envelope = try SignedEnvelope(text, type: "timestamp")
        try envelope.requireSignatures(of: root.timestamp, root.keys)
        return try TimestampMetadata(envelope.signed)
    }

    // MARK: Snapshot

    /// What the timestamp says of the snapshot.
    package var snapshotFile: (version: Int64, file: FileDescription)? {
        timestamp.map { ($0.snapshot.version, $0.snapshot.file) }
    }

    /// Recalls the snapshot of an earlier update, whose hash was looked at then.
    ///
    /// - Returns: whether it is the one that the timestamp names, so that none has to be fetched.
    package mutating func recall(snapshot text: [UInt8]) -> Bool {
        guard let old = try? readSnapshot(text) else { return false }
        snapshot = old
        return old.header.version == timestamp?.snapshot.version && old.header.expires > now
    }

    /// Takes the repository's snapshot.
    package mutating func update(snapshot text: [UInt8]) throws(UpdateError) {
        let name = "snapshot.json"
        guard let expected = timestamp?.snapshot else { preconditionFailure("the timestamp comes before the snapshot") }
        let next: SnapshotMetadata
        do throws(UpdateError) {
            try expected.file.require(text)
            next = try readSnapshot(text)
            guard next.header.version == expected.version else {
                throw UpdateError(
                    .rolledBack, "is version \(next.header.version), and the timestamp names \(expected.version)")
            }
            for (file, old) in snapshot?.versions ?? [:] {
                guard let new = next.versions[file] else {
                    throw UpdateError(.rolledBack, "no longer lists \(quoted(file))")
                }
                guard new.version >= old.version else {
                    throw UpdateError(.rolledBack, "lists \(quoted(file)) in an older version than the one before")
                }
            }
        } catch {
            throw error.of(name)
        }
        try requireCurrent(next.header, name)
        snapshot = next
    }

    private func readSnapshot(_ text: [UInt8]) throws(UpdateError) -> SnapshotMetadata {
        let envelope = try SignedEnvelope(text, type: "snapshot")
        try envelope.requireSignatures(of: root.snapshot, root.keys)
        return try SnapshotMetadata(envelope.signed)
    }

    // MARK: Targets

    /// Who says that a role's metadata is to be trusted.
    struct Delegator: Sendable {
        let role: RoleKeys
        let keys: [String: VerificationKey]
    }

    /// The delegator of the first role of targets.
    var targetsDelegator: Delegator { Delegator(role: root.targets, keys: root.keys) }

    /// What the snapshot says of a role of targets.
    func file(of role: String) throws(UpdateError) -> MetadataVersion {
        guard let version = snapshot?.versions[role + ".json"] else {
            throw UpdateError(.malformed, "does not list \(quoted(role + ".json"))").of("snapshot.json")
        }
        return version
    }

    /// Reads a role's metadata as its delegator and the snapshot allow.
    func targets(_ text: [UInt8], role: String, by delegator: Delegator) throws(UpdateError) -> TargetsMetadata {
        let name = role == "targets" ? "targets.json" : "the metadata of \(quoted(role))"
        let expected = try file(of: role)
        let targets: TargetsMetadata
        do throws(UpdateError) {
            try expected.file.require(text)
            let envelope = try SignedEnvelope(text, type: "targets")
            try envelope.requireSignatures(of: delegator.role, delegator.keys)
            targets = try TargetsMetadata(envelope.signed)
            guard targets.header.version == expected.version else {
                throw UpdateError(
                    .rolledBack, "is version \(targets.header.version), and the snapshot lists \(expected.version)")
            }
        } catch {
            throw error.of(name)
        }
        try requireCurrent(targets.header, name)
        return targets
    }
}
