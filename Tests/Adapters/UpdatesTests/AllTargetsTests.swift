import Foundation
import Testing

@testable import Updates

@Suite("All targets of a repository")
struct AllTargetsTests {
    private func targets(
        _ repository: TestRepository, _ device: TestDevice
    ) async throws -> (paths: [String], warnings: [String]) {
        let client = RepositoryClient(
            MetadataDirectory(device.metadata), address: TestRepository.metadataAddress,
            fetcher: MemoryFetcher(repository.files), clock: { TestRepository.start })
        let (targets, warnings) = try await client.targets(try await client.refresh())
        return (targets.map(\.path).sorted(), warnings)
    }

    @Test("Delegated roles are read to the last, each for the paths that are its own")
    func delegated() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A", paths: ["models/*/*/*"])
        repository.delegate("A", to: "B", paths: ["models/small/*/*"])
        repository.add("profiles/m/1/m.json", "of the top")
        repository.add("models/large/1/m.gguf", "by A", to: "A")
        repository.add("profiles/m/2/m.json", "by A, for which it does not speak", to: "A")
        repository.add("models/small/1/m.gguf", "by B", to: "B")
        repository.add("models/large/2/m.gguf", "by B, for which it does not speak", to: "B")
        repository.publish("A", "B", "targets", "snapshot", "timestamp")
        let (paths, warnings) = try await targets(repository, device)
        #expect(paths == ["models/large/1/m.gguf", "models/small/1/m.gguf", "profiles/m/1/m.json"])
        #expect(warnings.isEmpty)
    }

    @Test("A role that cannot be trusted is said, and hides no other")
    func untrusted() async throws {
        let repository = TestRepository()
        let device = try TestDevice(repository)
        repository.delegate("targets", to: "A", paths: ["a/*"])
        repository.delegate("targets", to: "B", paths: ["b/*"])
        repository.signers["A"] = [.ed25519()]
        repository.add("a/1", "by nobody who may", to: "A")
        repository.add("b/1", "by B", to: "B")
        repository.publish("A", "B", "targets", "snapshot", "timestamp")
        let (paths, warnings) = try await targets(repository, device)
        #expect(paths == ["b/1"])
        #expect(warnings.count == 1 && warnings.first?.contains("“A”") == true)
    }
}
