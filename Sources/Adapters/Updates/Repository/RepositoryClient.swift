/// A client of one repository: brings the trusted metadata up to date, finds what a target is, and downloads it.
///
/// It follows the client workflow of The Update Framework 1.0.34; what may be trusted is decided by ``TrustedMetadata`` alone.
/// Each file is written as soon as it is trusted, so that an update that ends early has gone forward and never back.
package struct RepositoryClient: Sendable {
    /// How much is taken from a repository, at most.
    package struct Limits: Sendable {
        /// New versions of the root in one update.
        package var roots = 1024
        /// Delegated roles that are asked for one target.
        package var delegations = 32
        /// Bytes of metadata whose length nobody says.
        package var rootBytes: Int64 = 512_000
        package var timestampBytes: Int64 = 16_384
        package var snapshotBytes: Int64 = 2_000_000
        package var targetsBytes: Int64 = 5_000_000

        package init() {}
    }

    private let directory: MetadataDirectory
    private let address: String
    private let fetcher: any RepositoryFetcher
    private let limits: Limits
    private let clock: @Sendable () -> Int64

    /// - Parameters:
    ///   - address: where the metadata is.
    ///   - clock: gives the seconds since 1970.
    package init(
        _ directory: MetadataDirectory, address: String, fetcher: any RepositoryFetcher, limits: Limits = Limits(),
        clock: @escaping @Sendable () -> Int64
    ) {
        self.directory = directory
        self.address = address.hasSuffix("/") ? address : address + "/"
        self.fetcher = fetcher
        self.limits = limits
        self.clock = clock
    }

    // MARK: Metadata

    /// Brings the metadata of the roles at the top up to date.
    ///
    /// - Throws: ``UpdateError``; what was trusted and written before that stays.
    package func refresh() async throws -> TrustedMetadata {
        let now = clock()
        let lock = try directory.lock()
        defer { withExtendedLifetime(lock) {} }
        guard let text = try directory.read("root") else {
            throw UpdateError(.noRoot, "this device trusts no root yet; begin with the root that the publisher gave")
        }
        var trusted = try TrustedMetadata(root: text, now: now)
        try await updateRoot(&trusted)
        try await updateTimestamp(&trusted)
        try await updateSnapshot(&trusted)
        _ = try await targets("targets", by: trusted.targetsDelegator, trusted)
        return trusted
    }

    private func updateRoot(_ trusted: inout TrustedMetadata) async throws {
        for _ in 0..<limits.roots {
            let text: [UInt8]
            do {
                text = try await fetcher.fetch(
                    address + "\(trusted.rootVersion + 1).root.json", limit: limits.rootBytes)
            } catch let error as UpdateError where error.code == .absent {
                break
            }
            if try trusted.update(root: text) {
                // Before the root is written: a power cut between the two must not leave what an attacker has signed.
                try directory.remove("snapshot")
                try directory.remove("timestamp")
            }
            try directory.write(text, as: "root")
        }
        try trusted.requireCurrentRoot()
    }

    private func updateTimestamp(_ trusted: inout TrustedMetadata) async throws {
        if let text = try directory.read("timestamp") { trusted.recall(timestamp: text) }
        let text = try await fetcher.fetch(address + "timestamp.json", limit: limits.timestampBytes)
        if try trusted.update(timestamp: text) { try directory.write(text, as: "timestamp") }
    }

    private func updateSnapshot(_ trusted: inout TrustedMetadata) async throws {
        if let text = try directory.read("snapshot"), trusted.recall(snapshot: text) { return }
        guard let (version, file) = trusted.snapshotFile else { return }
        let text = try await fetch("snapshot", version, file, limits.snapshotBytes, trusted)
        try trusted.update(snapshot: text)
        try directory.write(text, as: "snapshot")
    }

    /// Metadata of a role of targets: as it is here if that still holds, else from the repository. It is looked at anew for
    /// each delegator, since each names keys of its own.
    private func targets(
        _ role: String, by delegator: TrustedMetadata.Delegator, _ trusted: TrustedMetadata
    ) async throws -> TargetsMetadata {
        if let text = try directory.read(role),
            let targets = try? trusted.targets(text, role: role, by: delegator)
        {
            return targets
        }
        let expected = try trusted.file(of: role)
        let text = try await fetch(role, expected.version, expected.file, limits.targetsBytes, trusted)
        let targets = try trusted.targets(text, role: role, by: delegator)
        try directory.write(text, as: role)
        return targets
    }

    private func fetch(
        _ role: String, _ version: Int64, _ file: FileDescription, _ limit: Int64, _ trusted: TrustedMetadata
    ) async throws -> [UInt8] {
        let name = (trusted.root.isConsistent ? "\(version)." : "") + EncodedName.component(role) + ".json"
        guard file.length ?? 0 <= MetadataDirectory.limit else {
            throw UpdateError(.tooMuch, "has more than \(MetadataDirectory.limit >> 20) MB").of(quoted(role + ".json"))
        }
        return try await fetcher.fetch(address + name, limit: file.length ?? limit)
    }

    // MARK: Targets

    /// Finds what the most trusted role says of a target, delegated roles in the order of a walk that goes down before it
    /// goes on.
    ///
    /// - Throws: ``UpdateError/Code/unknownTarget`` where no role describes it; what a role on the way is refused for.
    package func target(_ path: String, _ trusted: TrustedMetadata) async throws -> TargetDescription {
        let lock = try directory.lock()
        defer { withExtendedLifetime(lock) {} }
        return try await find(path, trusted)
    }

    private func find(_ path: String, _ trusted: TrustedMetadata) async throws -> TargetDescription {
        var visited: Set<String> = []
        var waiting = [(role: "targets", delegator: trusted.targetsDelegator)]
        while let (role, delegator) = waiting.popLast(), visited.count <= limits.delegations {
            guard !visited.contains(role) else { continue }
            let targets = try await targets(role, by: delegator, trusted)
            if let target = targets.targets[path], Array(target.path.utf8) == Array(path.utf8) { return target }
            visited.insert(role)
            guard let delegations = targets.delegations else { continue }
            let roles = delegations.roles(for: path)
            if roles.last?.isTerminating == true { waiting = [] }
            for role in roles.reversed() {
                waiting.append((role.name, TrustedMetadata.Delegator(role: role.keys, keys: delegations.keys)))
            }
        }
        throw UpdateError(
            .unknownTarget, "no trusted role of the repository has the target \(quoted(path)); check its name")
    }

    /// All targets of the first role and of those to which it delegates, in no order: each as ``target(_:_:)`` finds it, so that
    /// no role speaks for a path that is not its own.
    ///
    /// - Returns: the targets, and a sentence for each role that cannot be trusted and hides no other.
    package func targets(
        _ trusted: TrustedMetadata
    ) async throws -> (targets: [TargetDescription], warnings: [String]) {
        let lock = try directory.lock()
        defer { withExtendedLifetime(lock) {} }
        let first = try await targets("targets", by: trusted.targetsDelegator, trusted)
        var found = first.targets
        var warnings: [String] = []
        var visited: Set<String> = ["targets"]
        var waiting = first.delegations.map { [$0] } ?? []
        while let delegations = waiting.popLast() {
            for role in delegations.roles where visited.count <= limits.delegations {
                guard visited.insert(role.name).inserted else { continue }
                do {
                    let by = TrustedMetadata.Delegator(role: role.keys, keys: delegations.keys)
                    let targets = try await targets(role.name, by: by, trusted)
                    for path in targets.targets.keys.sorted() where found[path] == nil {
                        // What the role may not say is nobody's.
                        if let target = try? await find(path, trusted) { found[path] = target }
                    }
                    if let further = targets.delegations { waiting.append(further) }
                } catch {
                    try Task.checkCancellation()
                    warnings.append("the role \(quoted(role.name)) is passed over: \(error)")
                }
            }
        }
        return (Array(found.values), warnings)
    }

    /// Downloads a target into a directory, unless it is there.
    ///
    /// - Parameters:
    ///   - address: where the targets are.
    ///   - progress: gets the bytes that have come.
    /// - Returns: the path of the file.
    package func download(
        _ target: TargetDescription, from address: String, into directory: TargetDirectory, _ trusted: TrustedMetadata,
        progress: (Int64) -> Void = { _ in }
    ) async throws -> String {
        var parts = try EncodedName.path(target.path).split(separator: "/", omittingEmptySubsequences: false)
            .map(String.init)
        if trusted.root.isConsistent, let name = parts.popLast() {
            guard let hash = ["sha256", "sha512", "sha384"].lazy.compactMap({ target.file.hashes[$0] }).first else {
                throw UpdateError(.mismatched, "has no hash of a kind that is known here").of(
                    "the target \(quoted(target.path))")
            }
            parts.append("\(hash).\(name)")
        }
        let base = address.hasSuffix("/") ? address : address + "/"
        return try await directory.download(target, from: base + parts.joined(separator: "/"), fetcher, progress)
    }
}
