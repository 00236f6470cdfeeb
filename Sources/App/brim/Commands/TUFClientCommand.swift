import ArgumentParser
import Foundation
import Updates

/// `brim tuf-client`: the update client by itself, with the arguments that conformance suites of The Update Framework give.
struct TUFClientCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tuf-client",
        abstract: "A client of The Update Framework, for those who test it.",
        discussion: """
              brim tuf-client --metadata-dir DIR init root.json
              brim tuf-client --metadata-dir DIR --metadata-url URL refresh
              brim tuf-client --metadata-dir DIR --metadata-url URL --target-name NAME --target-base-url URL \
            --target-dir DIR download

            Exit code 0 where all of it succeeded, else 1.
            """,
        shouldDisplay: false)

    enum Operation: String, ExpressibleByArgument, CaseIterable {
        /// Begins with a root that the publisher gave.
        case `init`
        /// Brings the metadata up to date.
        case refresh
        /// The same, and then gets targets.
        case download
    }

    @Option(help: "Where the trusted metadata is kept.") var metadataDir: String
    @Option(help: "Where the repository's metadata is.") var metadataUrl: String?
    @Option(help: "The path of a target; may be given several times.") var targetName: [String] = []
    @Option(help: "Where the repository's targets are.") var targetBaseUrl: String?
    @Option(help: "Where targets are put.") var targetDir: String?
    @Argument(help: "init, refresh or download.") var operation: Operation
    @Argument(help: "For init: the file of the root.") var trustedRoot: String?

    func validate() throws {
        switch operation {
        case .`init` where trustedRoot == nil: throw ValidationError("init takes the file of a root")
        case .refresh where metadataUrl == nil: throw ValidationError("refresh takes --metadata-url")
        case .download where metadataUrl == nil || targetBaseUrl == nil || targetDir == nil || targetName.isEmpty:
            throw ValidationError(
                "download takes --metadata-url, --target-name, --target-base-url and --target-dir")
        default: break
        }
    }

    func run() async throws {
        let directory = MetadataDirectory(metadataDir)
        if operation == .`init` { return try directory.begin(with: trustedRoot ?? "") }
        let fetcher = try HTTPFetcher(environment: ProcessInfo.processInfo.environment)
        do {
            try await run(directory, fetcher)
        } catch {
            await fetcher.shutDown()
            throw error
        }
        await fetcher.shutDown()
    }

    private func run(_ directory: MetadataDirectory, _ fetcher: HTTPFetcher) async throws {
        let client = RepositoryClient(directory, address: metadataUrl ?? "", fetcher: fetcher) {
            Int64(Date().timeIntervalSince1970.rounded(.down))
        }
        let trusted = try await client.refresh()
        guard operation == .download, let targetDir, let targetBaseUrl else { return }
        for name in targetName {
            let target = try await client.target(name, trusted)
            _ = try await client.download(target, from: targetBaseUrl, into: TargetDirectory(targetDir), trusted)
        }
    }
}
