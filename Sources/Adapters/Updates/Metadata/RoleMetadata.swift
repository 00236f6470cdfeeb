/// What all metadata says of itself.
struct MetadataHeader: Sendable {
    let version: Int64
    /// Seconds since 1970.
    let expires: Int64

    init(_ signed: MetadataValue) throws(UpdateError) {
        guard let version = signed["version"]?.number, version >= 1 else {
            throw UpdateError(.malformed, "has no version")
        }
        guard let text = signed["expires"]?.string, let expires = ExpiryDate.seconds(text) else {
            throw UpdateError(.malformed, "has no date of expiry")
        }
        self.version = version
        self.expires = expires
    }
}

/// Which keys sign for the four roles at the top.
struct RootMetadata: Sendable {
    let header: MetadataHeader
    let isConsistent: Bool
    let keys: [String: VerificationKey]
    let root: RoleKeys
    let timestamp: RoleKeys
    let snapshot: RoleKeys
    let targets: RoleKeys

    init(_ signed: MetadataValue) throws(UpdateError) {
        header = try MetadataHeader(signed)
        switch signed["consistent_snapshot"] {
        case nil: isConsistent = false
        case .bool(let bool): isConsistent = bool
        default: throw UpdateError(.malformed, "does not say whether snapshots are consistent")
        }
        keys = try Delegations.keys(signed["keys"])
        func role(_ name: String) throws(UpdateError) -> RoleKeys {
            guard let value = signed["roles"]?[name] else { throw UpdateError(.malformed, "lacks the role \(name)") }
            return try RoleKeys(value)
        }
        root = try role("root")
        timestamp = try role("timestamp")
        snapshot = try role("snapshot")
        targets = try role("targets")
    }
}

/// A version of another role's metadata, with what is said of its bytes.
struct MetadataVersion: Sendable {
    let version: Int64
    let file: FileDescription

    init(_ value: MetadataValue) throws(UpdateError) {
        guard let version = value["version"]?.number, version >= 1 else {
            throw UpdateError(.malformed, "lists metadata without a version")
        }
        self.version = version
        file = try FileDescription(value)
    }
}

/// Which snapshot is the newest.
struct TimestampMetadata: Sendable {
    let header: MetadataHeader
    let snapshot: MetadataVersion

    init(_ signed: MetadataValue) throws(UpdateError) {
        header = try MetadataHeader(signed)
        guard let value = signed["meta"]?["snapshot.json"] else {
            throw UpdateError(.malformed, "names no snapshot")
        }
        snapshot = try MetadataVersion(value)
    }
}

/// Which versions of all metadata of targets belong together.
struct SnapshotMetadata: Sendable {
    let header: MetadataHeader
    /// By file name, such as `targets.json`.
    let versions: [String: MetadataVersion]

    init(_ signed: MetadataValue) throws(UpdateError) {
        header = try MetadataHeader(signed)
        guard let members = signed["meta"]?.object else { throw UpdateError(.malformed, "lists no metadata") }
        var versions: [String: MetadataVersion] = [:]
        for (name, value) in members { versions[name] = try MetadataVersion(value) }
        self.versions = versions
    }
}

/// A file that the repository offers, as a trusted role describes it.
package struct TargetDescription: Sendable, Hashable {
    package let path: String
    package let file: FileDescription
    /// What the signer says of it beyond its bytes.
    package let custom: MetadataValue?

    init(_ path: String, _ value: MetadataValue) throws(UpdateError) {
        self.path = path
        file = try FileDescription(value)
        custom = value["custom"]
        guard file.length != nil, !file.hashes.isEmpty else {
            throw UpdateError(.malformed, "has the target \(quoted(path)) without a length or a hash")
        }
    }
}

/// Files, and roles that may describe further ones.
struct TargetsMetadata: Sendable {
    let header: MetadataHeader
    let targets: [String: TargetDescription]
    let delegations: Delegations?

    init(_ signed: MetadataValue) throws(UpdateError) {
        header = try MetadataHeader(signed)
        guard let members = signed["targets"]?.object else { throw UpdateError(.malformed, "lists no targets") }
        var targets: [String: TargetDescription] = [:]
        for (path, value) in members { targets[path] = try TargetDescription(path, value) }
        self.targets = targets
        delegations =
            if let value = signed["delegations"] { try Delegations(value) } else { nil }
    }
}
