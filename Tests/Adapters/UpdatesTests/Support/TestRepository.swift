import AssistantCore
import Foundation
import Synchronization

@testable import Updates

/// A repository whose publisher can do everything wrong: roles are edited, and what is published stays as it was signed.
final class TestRepository {
    static let metadataAddress = "https://repository.example/metadata/"
    static let targetsAddress = "https://repository.example/targets/"
    /// 1 January 2026.
    static let start: Int64 = 1_767_225_600
    static let day: Int64 = 86_400

    /// What a role's signed part says, by role.
    var signed: [String: [String: MetadataValue]] = [:]
    var signers: [String: [TestKey]] = [:]
    /// What is on the server, a file a version, the first being version 1.
    var published: [String: [[UInt8]]] = [:]
    /// Files under versions that are not their place.
    var aliases: [String: [Int64: [UInt8]]] = [:]
    /// By path.
    var targets: [String: [UInt8]] = [:]
    /// Whether lengths and hashes of metadata are listed.
    var describesMetadata = false
    /// Whether targets are served under names that begin with their hash.
    var prefixesTargets = true

    /// The four roles at the top, version 1, with a key each.
    init() {
        signed["root"] = Self.header("root")
        signed["root"]?["consistent_snapshot"] = .bool(true)
        signed["root"]?["keys"] = .object([:])
        signed["root"]?["roles"] = .object([:])
        signed["timestamp"] = Self.header("timestamp")
        signed["timestamp"]?["meta"] = .object(["snapshot.json": .object(["version": .number(1)])])
        signed["snapshot"] = Self.header("snapshot")
        signed["snapshot"]?["meta"] = .object([:])
        signed["targets"] = Self.header("targets")
        signed["targets"]?["targets"] = .object([:])
        for role in ["root", "timestamp", "snapshot", "targets"] {
            let key = TestKey.ed25519()
            setKeys(of: role, [key], threshold: 1)
            signers[role] = [key]
        }
        publish("targets", "snapshot", "timestamp", "root")
    }

    static func header(_ type: String, version: Int64 = 1) -> [String: MetadataValue] {
        [
            "_type": .string(type), "spec_version": .string("1.0.34"), "version": .number(version),
            "expires": .string("2026-01-31T00:00:00Z"),
        ]
    }

    // MARK: Editing

    /// Names the keys of a role at the top, which need not sign.
    func setKeys(of role: String, _ keys: [TestKey], threshold: Int64) {
        edit("root", "roles", role) {
            $0 = .object([
                "keyids": .array(keys.map { .string($0.identifier) }), "threshold": .number(threshold),
            ])
        }
        for key in keys { edit("root", "keys", key.identifier) { $0 = key.value } }
    }

    /// Gives a role a new key in place of all it had.
    func rotate(_ role: String) {
        let key = TestKey.ed25519()
        setKeys(of: role, [key], threshold: 1)
        signers[role] = [key]
    }

    /// Changes a value within a role's signed part.
    func edit(_ role: String, _ path: String..., change: (inout MetadataValue?) -> Void) {
        func edited(_ value: MetadataValue?, _ path: ArraySlice<String>) -> MetadataValue? {
            var value = value
            guard let first = path.first else {
                change(&value)
                return value
            }
            var members = value?.object ?? [:]
            members[first] = edited(members[first], path.dropFirst())
            return .object(members)
        }
        signed[role] = edited(.object(signed[role] ?? [:]), path[...])?.object
    }

    func version(of role: String) -> Int64 { signed[role]?["version"]?.number ?? 0 }
    func setVersion(of role: String, _ version: Int64) { signed[role]?["version"] = .number(version) }
    func setExpiry(of role: String, _ text: String) { signed[role]?["expires"] = .string(text) }

    /// Adds a file to a role.
    func add(
        _ path: String, _ content: String, to role: String = "targets", hashes: [String] = ["sha256"],
        custom: MetadataValue? = nil
    ) {
        let bytes = Array(content.utf8)
        targets[path] = bytes
        let digests = hashes.map { ($0, MetadataValue.string(Self.digest(bytes, $0))) }
        edit(role, "targets", path) {
            var members: [String: MetadataValue] = [
                "length": .number(Int64(bytes.count)), "hashes": .object(Dictionary(uniqueKeysWithValues: digests)),
            ]
            members["custom"] = custom
            $0 = .object(members)
        }
    }

    /// Adds a delegated role at the end of a role's list.
    func delegate(
        _ delegator: String, to role: String, paths: [String]? = ["*"], prefixes: [String]? = nil,
        terminating: Bool = false, key: TestKey = .ed25519()
    ) {
        edit(delegator, "delegations", "keys", key.identifier) { $0 = key.value }
        edit(delegator, "delegations", "roles") {
            var members: [String: MetadataValue] = [
                "name": .string(role), "keyids": .array([.string(key.identifier)]), "threshold": .number(1),
                "terminating": .bool(terminating),
            ]
            members["paths"] = paths.map { .array($0.map(MetadataValue.string)) }
            members["path_hash_prefixes"] = prefixes.map { .array($0.map(MetadataValue.string)) }
            $0 = .array(($0?.array ?? []) + [.object(members)])
        }
        if signed[role] == nil {
            signed[role] = Self.header("targets")
            signed[role]?["targets"] = .object([:])
        }
        signers[role, default: []].append(key)
    }

    // MARK: Publishing

    /// Signs roles and puts them on the server, each with the next version unless it is its first; what lists versions
    /// follows.
    func publish(_ roles: String..., bumping: Bool = true) { publish(roles, bumping: bumping) }

    func publish(_ roles: [String], bumping: Bool = true) {
        for role in roles {
            if bumping, published[role] != nil { setVersion(of: role, version(of: role) + 1) }
            let text = envelope(of: role)
            published[role, default: []].append(text)
            var members: [String: MetadataValue] = ["version": .number(version(of: role))]
            if describesMetadata {
                members["length"] = .number(Int64(text.count))
                members["hashes"] = .object(["sha256": .string(Digest.sha256(text))])
            }
            switch role {
            case "root", "timestamp": break
            case "snapshot": edit("timestamp", "meta", "snapshot.json") { $0 = .object(members) }
            default: edit("snapshot", "meta", role + ".json") { $0 = .object(members) }
            }
        }
    }

    /// A role's text, signed by all its signers.
    func envelope(of role: String) -> [UInt8] {
        let value = MetadataValue.object(signed[role] ?? [:])
        let message = CanonicalJSON.bytes(of: value)
        let signatures = (signers[role] ?? []).map { key in
            MetadataValue.object([
                "keyid": .string(key.identifier), "sig": .string(Hexadecimal.encode((try? key.sign(message)) ?? [])),
            ])
        }
        return Self.text(.object(["signatures": .array(signatures), "signed": value]))
    }

    /// A JSON text: the canonical form is none where a string has a control character.
    private static func text(_ value: MetadataValue) -> [UInt8] {
        CanonicalJSON.bytes(of: value).flatMap { byte in
            byte < 0x20 ? Array("\\u00".utf8) + Array(Hexadecimal.encode([byte]).utf8) : [byte]
        }
    }

    /// Changes the text of a role's last version on the server.
    func tamper(_ role: String, _ change: (inout String) -> Void) {
        var text = String(decoding: published[role]?.popLast() ?? [], as: UTF8.self)
        change(&text)
        published[role]?.append(Array(text.utf8))
    }

    /// Everything that is on the server, by address.
    var files: [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        let isConsistent = signed["root"]?["consistent_snapshot"]?.bool ?? false
        for (role, texts) in published {
            let name = EncodedName.component(role) + ".json"
            if role == "timestamp" || role != "root" && !isConsistent {
                files[Self.metadataAddress + name] = texts.last
                continue
            }
            for (index, text) in texts.enumerated() { files[Self.metadataAddress + "\(index + 1).\(name)"] = text }
        }
        for (role, texts) in aliases {
            for (version, text) in texts { files[Self.metadataAddress + "\(version).\(role).json"] = text }
        }
        for (path, bytes) in targets {
            guard isConsistent, prefixesTargets else {
                files[Self.targetsAddress + path] = bytes
                continue
            }
            for (_, role) in signed {
                for (_, hash) in role["targets"]?[path]?["hashes"]?.object ?? [:] {
                    var parts = path.components(separatedBy: "/")
                    parts.append("\(hash.string ?? "").\(parts.removeLast())")
                    files[Self.targetsAddress + parts.joined(separator: "/")] = bytes
                }
            }
        }
        return files
    }

    static func digest(_ bytes: [UInt8], _ name: String) -> String {
        var verifier = HashText(bytes)
        return verifier[name]
    }
}

import Crypto

/// The digests of bytes by name.
private struct HashText {
    let bytes: [UInt8]
    init(_ bytes: [UInt8]) { self.bytes = bytes }
    subscript(name: String) -> String {
        mutating get {
            switch name {
            case "sha256": Hexadecimal.encode(SHA256.hash(data: bytes))
            case "sha384": Hexadecimal.encode(SHA384.hash(data: bytes))
            default: Hexadecimal.encode(SHA512.hash(data: bytes))
            }
        }
    }
}

/// Gives what is on a repository's server, and notes what was asked for.
final class MemoryFetcher: RepositoryFetcher {
    private let files: [String: [UInt8]]
    private let notes = Mutex<[String]>([])

    init(_ files: [String: [UInt8]]) { self.files = files }

    /// File names of what was asked for, in order.
    var requests: [String] { notes.withLock { $0 } }

    func fetch(_ url: String, limit: Int64, _ receive: ([UInt8]) throws -> Void) async throws {
        notes.withLock { $0.append(url.components(separatedBy: "/").last ?? url) }
        guard let bytes = files[url] else { throw UpdateError(.absent, "\(url) is not there") }
        guard Int64(bytes.count) <= limit else { throw UpdateError(.tooMuch, "\(url) is too long") }
        try receive(Array(bytes.prefix(7)))
        try receive(Array(bytes.dropFirst(7)))
    }
}
