import Foundation
import Testing

@testable import Updates

/// A repository that python-tuf 7.0.1 has written (`Support/make-update-fixtures`): nothing of it was signed here.
@Suite("A repository of another program")
struct ForeignRepositoryTests {
    private static let folder = Bundle.module.bundlePath + "/Fixtures/python-tuf"
    /// 1 December 2026.
    private static let now: Int64 = 1_796_083_200

    /// Gives the files of a folder, one of them changed.
    private struct FolderFetcher: RepositoryFetcher {
        var change: (name: String, byte: Int)?

        func fetch(_ url: String, limit: Int64, _ receive: ([UInt8]) throws -> Void) async throws {
            guard let data = FileManager.default.contents(atPath: ForeignRepositoryTests.folder + "/" + url) else {
                throw UpdateError(.absent, "\(url) is not there")
            }
            var bytes = Array(data)
            if let change, url.hasSuffix(change.name) { bytes[change.byte % bytes.count] ^= 1 }
            try receive(bytes)
        }
    }

    private func update(_ fetcher: FolderFetcher, _ paths: [String] = []) async throws -> [String] {
        let directory = NSTemporaryDirectory() + "brim-updates-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let metadata = MetadataDirectory(directory)
        try metadata.begin(with: Self.folder + "/metadata/1.root.json")
        let client = RepositoryClient(metadata, address: "metadata", fetcher: fetcher, clock: { Self.now })
        let trusted = try await client.refresh()
        var kinds: [String] = []
        for path in paths {
            let target = try await client.target(path, trusted)
            let file = try await client.download(
                target, from: "targets", into: TargetDirectory(directory + "/targets"), trusted)
            #expect(FileManager.default.contents(atPath: file)?.count == target.file.length.map { Int($0) })
            kinds.append(target.custom?["kind"]?.string ?? "")
        }
        return kinds
    }

    @Test("Its metadata is trusted and its targets are found, by Ed25519, ECDSA and RSA")
    func trusted() async throws {
        #expect(
            try await update(FolderFetcher(), ["calibrations/a.json", "voices/jo.onnx"]) == ["calibration", "voice"])
    }

    @Test(
        "A bit that was changed anywhere in what is signed, or in a target, is found",
        arguments: ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json", "1.voices.json", ".jo.onnx"])
    func changed(name: String) async throws {
        var refused = 0
        for byte in stride(from: 200, to: 5000, by: 487) {
            do {
                _ = try await update(FolderFetcher(change: (name, byte)), ["voices/jo.onnx"])
                // Blanks between values are not signed, and a signature too many may be wrong.
                #expect(["2.root.json", "timestamp.json"].contains(name), "\(name) \(byte)")
            } catch {
                #expect(error is UpdateError)
                refused += 1
            }
        }
        #expect(refused >= 6, "\(name): \(refused) of 10")
    }
}
