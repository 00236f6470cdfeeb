import Foundation
import Updates

/// Updates a device again and again until it is killed: UpdateCrashProbe DIRECTORY REPOSITORY
@main
struct UpdateCrashProbe {
    /// Gives the files of a repository that lies in a folder.
    private struct FolderFetcher: RepositoryFetcher {
        let folder: String

        func fetch(_ url: String, limit: Int64, _ receive: ([UInt8]) throws -> Void) async throws {
            let name = url == "metadata/timestamp.json" ? "metadata/timestamp-2.json" : url
            guard let data = FileManager.default.contents(atPath: folder + "/" + name) else {
                throw UpdateError(.absent, "\(url) is not there")
            }
            for start in stride(from: 0, to: data.count, by: 8_192) {
                try receive(Array(data[start..<min(data.count, start + 8_192)]))
            }
        }
    }

    static func main() async throws {
        let directory = CommandLine.arguments[1]
        let repository = CommandLine.arguments[2]
        let metadata = MetadataDirectory(directory + "/metadata")
        let fetcher = FolderFetcher(folder: repository)
        let client = RepositoryClient(metadata, address: "metadata", fetcher: fetcher) {
            Int64(Date().timeIntervalSince1970)
        }
        while true {
            try metadata.begin(with: repository + "/metadata/1.root.json")
            let trusted = try await client.refresh()
            let releases = try await client.targets(trusted).targets.compactMap { try Release($0) }.sorted {
                $0.number < $1.number
            }
            for release in releases {
                let pair = SlotPair(
                    RolloutPlan.Place(kind: release.kind, name: release.name), in: directory + "/slots")
                let target = try pair.prepare(release)
                let file = try await client.download(release.target, from: "targets", into: target, trusted)
                try pair.activate(release, file: file)
                var record = UpdateRecord.read(in: directory)
                record.lastResult = "success: \(release.number)"
                try record.write(in: directory)
                if pair.previous != nil { _ = try pair.goBack() }
            }
        }
    }
}
