internal import Foundation

/// Gets models and verifies them; a file takes its name only when its size and SHA-256 are right.
///
/// Until then it grows in a hidden directory beside the final place, or in the cache that programs share. A download
/// that was cut, by the network or by the end of the process, goes on where it was; one that brought wrong bytes is
/// thrown away.
package struct ModelFetcher: Sendable {
    package enum Progress: Sendable, Hashable {
        /// Bytes of the model that are here, of all that it has; 0 for `total` where nobody knows.
        case downloading(bytes: Int64, total: Int64)
        /// Share of the files verified, 0 … 1.
        case verifying(Double)
        /// Something that whoever waits should know, such as another carrier being asked: one line.
        case note(String)
    }

    package let library: ModelLibrary
    /// Proxies, the hub, the index and the trusted authorities are read from it.
    let environment: [String: String]
    let timeouts: DownloadTimeouts

    /// - Parameter environment: `nil` takes this process's.
    package init(library: ModelLibrary, environment: [String: String]? = nil) {
        self.init(
            library: library, environment: environment ?? ProcessInfo.processInfo.environment,
            timeouts: DownloadTimeouts())
    }

    init(library: ModelLibrary, environment: [String: String], timeouts: DownloadTimeouts) {
        self.library = library
        self.environment = environment
        self.timeouts = timeouts
    }

    /// Fetches `entry` unless its files are here already.
    ///
    /// - Parameter progress: called often, on no particular thread.
    /// - Returns: the directory that holds the files.
    /// - Throws: ``CatalogueError`` with the next step; `CancellationError` where the task was cancelled.
    package func fetch(_ entry: ModelEntry, progress: @escaping @Sendable (Progress) -> Void) async throws -> String {
        if case .present(let directory) = library.state(of: entry) { return directory }
        return try await inDirectory(progress) { directory, client in
            // Whoever held the lock may have fetched the same.
            if case .present(let directory) = library.state(of: entry) { return directory }
            let run = try FetchRun(entry, directory, environment, client, progress)
            try await run.fetch()
            return directory
        }
    }

    /// Gets the model at that address and records it, so that its name is known from now on. A file that the catalogue
    /// lists becomes the catalogue's model, whatever it was called.
    ///
    /// - Throws: as ``fetch(_:progress:)``.
    package func pull(
        _ address: ModelAddress, progress: @escaping @Sendable (Progress) -> Void
    ) async throws -> ModelEntry {
        if case .catalogue(let name) = address {
            let entry = try library.entry(named: name)
            _ = try await fetch(entry, progress: progress)
            return entry
        }
        return try await inDirectory(progress) { directory, client in
            try await PullRun(address, library, directory, environment, client, progress).pull()
        }
    }

    /// Finds a directory, waits for whoever writes to it, and runs `work` with a client that is shut down afterwards.
    private func inDirectory<Value: Sendable>(
        _ progress: @escaping @Sendable (Progress) -> Void,
        _ work: (String, DownloadClient) async throws -> Value
    ) async throws -> Value {
        let directory = try writableDirectory()
        let lock = try await FileLock.take(directory) {
            progress(.note("Another Brim is fetching a model; waiting for it."))
        }
        defer { withExtendedLifetime(lock) {} }
        StagingDirectory.sweep(directory)
        let client = try DownloadClient(environment: environment, timeouts: timeouts)
        do {
            let value = try await work(directory, client)
            await client.shutDown()
            return value
        } catch {
            await client.shutDown()
            if let fault = error as? TransferFault { throw fault.error }
            throw error
        }
    }

    private func writableDirectory() throws(CatalogueError) -> String {
        var reason = "no directory is configured"
        for directory in library.directories {
            do {
                try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
                if FileManager.default.isWritableFile(atPath: directory) { return directory }
                reason = "\(directory) cannot be written"
            } catch {
                reason = "\(directory) cannot be made: \(error.localizedDescription)"
            }
        }
        throw CatalogueError(.fileSystem, "there is no place for models: \(reason); give another with --data-dir")
    }
}
