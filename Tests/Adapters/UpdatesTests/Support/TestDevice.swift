import Foundation

@testable import Updates

/// A device that takes updates: directories of its own, which go when it does.
final class TestDevice {
    let directory: String
    var metadata: String { directory + "/metadata" }
    var targets: String { directory + "/targets" }
    var limits = RepositoryClient.Limits()
    /// What the last update asked for.
    private(set) var requests: [String] = []
    /// What the last update failed with.
    private(set) var error: UpdateError?

    /// Trusts the first root of a repository.
    init(_ repository: TestRepository, root: [UInt8]? = nil) throws {
        directory = NSTemporaryDirectory() + "brim-updates-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let file = directory + "/first.json"
        try Data(root ?? repository.published["root"]?.first ?? []).write(to: URL(fileURLWithPath: file))
        try MetadataDirectory(metadata).begin(with: file)
    }

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    /// Brings the metadata up to date; returns what went wrong, `nil` for success.
    @discardableResult
    func refresh(_ repository: TestRepository, at time: Int64 = TestRepository.start) async -> UpdateError.Code? {
        await run(repository, time) { client in _ = try await client.refresh() }
    }

    /// The same, and then gets a target.
    @discardableResult
    func download(
        _ paths: String..., from repository: TestRepository, at time: Int64 = TestRepository.start
    ) async -> UpdateError.Code? {
        await run(repository, time) { [targets] client in
            let trusted = try await client.refresh()
            for path in paths {
                let target = try await client.target(path, trusted)
                _ = try await client.download(
                    target, from: TestRepository.targetsAddress, into: TargetDirectory(targets), trusted)
            }
        }
    }

    private func run(
        _ repository: TestRepository, _ time: Int64, _ work: (RepositoryClient) async throws -> Void
    ) async -> UpdateError.Code? {
        let fetcher = MemoryFetcher(repository.files)
        let client = RepositoryClient(
            MetadataDirectory(metadata), address: TestRepository.metadataAddress, fetcher: fetcher, limits: limits,
            clock: { time })
        error = nil
        do {
            try await work(client)
        } catch let failure as UpdateError {
            error = failure
        } catch {
            self.error = UpdateError(.fileSystem, "\(error)")
        }
        requests = fetcher.requests
        return error?.code
    }

    /// The version that is trusted of each role, by file name.
    var versions: [String: Int64] {
        var versions: [String: Int64] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: metadata)) ?? [] {
            guard name.hasSuffix(".json"), let data = FileManager.default.contents(atPath: metadata + "/" + name),
                let value = try? MetadataValue(parsing: Array(data))
            else { continue }
            versions[String(name.dropLast(5))] = value["signed"]?["version"]?.number
        }
        return versions
    }

    func text(of role: String) -> [UInt8]? {
        FileManager.default.contents(atPath: metadata + "/" + role + ".json").map(Array.init)
    }

    /// What was downloaded, in no order.
    var downloads: [String] {
        ((try? FileManager.default.contentsOfDirectory(atPath: targets)) ?? [])
            .compactMap { FileManager.default.contents(atPath: targets + "/" + $0) }
            .map { String(decoding: $0, as: UTF8.self) }.sorted()
    }
}
