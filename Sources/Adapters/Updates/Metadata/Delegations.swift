internal import AssistantCore
internal import Crypto

/// Roles to which a role of targets hands on a part of its paths.
struct Delegations: Sendable {
    struct Role: Sendable {
        let name: String
        let keys: RoleKeys
        let isTerminating: Bool
        fileprivate let paths: Paths
    }

    fileprivate enum Paths: Sendable {
        case patterns([PathPattern])
        /// In lower case.
        case hashPrefixes([String])
    }

    /// Roles that share all paths among them by the first bits of a path's SHA-256.
    private struct HashBins: Sendable {
        let keys: RoleKeys
        let bits: Int
        let prefix: String

        func role(for path: String) -> Role {
            let hash = SHA256.hash(data: Array(path.utf8)).prefix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
            let digits = String((UInt64(1) << bits) - 1, radix: 16).count
            let number = String(hash >> (32 - UInt32(bits)), radix: 16)
            let name = prefix + "-" + String(repeating: "0", count: digits - number.count) + number
            return Role(name: name, keys: keys, isTerminating: true, paths: .hashPrefixes([""]))
        }
    }

    let keys: [String: VerificationKey]
    let roles: [Role]
    private let bins: HashBins?

    /// Most roles of one list.
    static let most = 16_384

    init(_ value: MetadataValue) throws(UpdateError) {
        keys = try Self.keys(value["keys"])
        switch (value["roles"], value["succinct_roles"]) {
        case (let list?, nil):
            guard let list = list.array, list.count <= Self.most else {
                throw UpdateError(.malformed, "has delegations without a list of roles, or with too many")
            }
            var roles: [Role] = []
            var names: Set<String> = []
            for element in list {
                let role = try Self.role(element)
                guard names.insert(role.name).inserted else {
                    throw UpdateError(.malformed, "delegates to \(quoted(role.name)) twice")
                }
                roles.append(role)
            }
            self.roles = roles
            bins = nil
        case (nil, let value?):
            guard let bits = value["bit_length"]?.number, (1...32).contains(bits),
                let prefix = value["name_prefix"]?.string, !prefix.isEmpty
            else { throw UpdateError(.malformed, "has hash bins without a name, or not of 1 to 32 bits") }
            bins = HashBins(keys: try RoleKeys(value), bits: Int(bits), prefix: prefix)
            roles = []
        default: throw UpdateError(.malformed, "has delegations of no kind, or of two")
        }
    }

    /// Keys by identifier; one of an unknown kind is left out.
    static func keys(_ value: MetadataValue?) throws(UpdateError) -> [String: VerificationKey] {
        guard let members = value?.object, members.count <= most,
            members.values.allSatisfy({ $0["keytype"]?.string != nil && $0["keyval"]?.object != nil })
        else { throw UpdateError(.malformed, "has no table of keys") }
        return members.compactMapValues { VerificationKey($0) }
    }

    private static func role(_ value: MetadataValue) throws(UpdateError) -> Role {
        guard let name = value["name"]?.string, !name.isEmpty, let isTerminating = value["terminating"]?.bool else {
            throw UpdateError(.malformed, "delegates to a role without a name, or does not say whether it is the last")
        }
        // Its file would take the place of the one that is trusted most.
        guard !["root", "timestamp", "snapshot", "targets"].contains(name) else {
            throw UpdateError(.malformed, "delegates to \(quoted(name)), which is no name for a delegated role")
        }
        let paths: Paths
        switch (value["paths"]?.strings, value["path_hash_prefixes"]?.strings) {
        case (let patterns?, nil) where value["path_hash_prefixes"] == nil:
            paths = .patterns(patterns.map(PathPattern.init))
        case (nil, let prefixes?) where value["paths"] == nil: paths = .hashPrefixes(prefixes.map { $0.lowercased() })
        default:
            throw UpdateError(.malformed, "delegates to \(quoted(name)) neither by patterns nor by hashes, or by both")
        }
        return Role(name: name, keys: try RoleKeys(value), isTerminating: isTerminating, paths: paths)
    }

    /// The roles that may speak for a path, in their order, up to the first that ends the search.
    func roles(for path: String) -> [Role] {
        if let bins { return [bins.role(for: path)] }
        let hash = Hexadecimal.encode(SHA256.hash(data: Array(path.utf8)))
        var found: [Role] = []
        for role in roles {
            let isTrusted =
                switch role.paths {
                case .patterns(let patterns): patterns.contains { $0.matches(path) }
                case .hashPrefixes(let prefixes): prefixes.contains { hash.hasPrefix($0) }
                }
            guard isTrusted else { continue }
            found.append(role)
            if role.isTerminating { break }
        }
        return found
    }
}

extension MetadataValue {
    /// The elements, where it is an array of strings.
    fileprivate var strings: [String]? {
        guard let array else { return nil }
        let strings = array.compactMap(\.string)
        return strings.count == array.count ? strings : nil
    }
}
