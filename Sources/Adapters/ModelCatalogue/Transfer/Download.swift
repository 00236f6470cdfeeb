internal import AsyncHTTPClient
internal import Foundation
internal import NIOCore
internal import NIOHTTP1

/// One file from a server to the disk, taken up again wherever it was cut.
///
/// What has arrived stays in the partial file, also when the process ends: the next download goes on behind it. Whether
/// it is the right file is for its digest to say.
struct Download: Sendable {
    var url: DownloadURL
    var credential: Credential?
    /// Exact size where it is known.
    var bytes: Int64?
    /// What the file may not exceed.
    var limit: Int64

    /// Downloads into `path` until `isRight` says that it is the right file. What was joined from two versions of it is
    /// fetched once more from the start; what is wrong in one piece is deleted.
    ///
    /// - Parameter progress: gets the bytes that are there, on no particular thread.
    /// - Returns: whether it is the right file.
    /// - Throws: ``TransferFault``, ``CatalogueError`` or `CancellationError`.
    func run(
        into path: String, _ client: DownloadClient, progress: @Sendable (Int64) -> Void,
        isRight: () throws -> Bool
    ) async throws -> Bool {
        for isLast in [false, true] {
            // Of unknown length, a file that is whole would be asked for from its end.
            if bytes == nil, !isLast, ModelLibrary.size(of: path) ?? 0 > 0, try isRight() { return true }
            let wasResumed = try await run(into: path, client, progress)
            if try isRight() { return true }
            unsafe unlink(path)
            if !wasResumed { break }
        }
        return false
    }

    /// Downloads; returns whether it went on with what was here.
    private func run(
        into path: String, _ client: DownloadClient, _ progress: @Sendable (Int64) -> Void
    ) async throws -> Bool {
        var wasResumed = false
        try await client.persistently { tries in
            let partial = try PartialDownload(path)
            let before = partial.bytes
            wasResumed = wasResumed || before > 0
            do {
                try await attempt(partial, client, progress)
                try partial.synchronise()
            } catch let fault as TransferFault {
                if case .restart = fault.kind { try partial.cut(to: 0) }
                if partial.bytes > before { tries.note() }
                throw fault
            }
        }
        return wasResumed
    }

    private func attempt(
        _ partial: PartialDownload, _ client: DownloadClient, _ progress: @Sendable (Int64) -> Void
    ) async throws {
        if let bytes, partial.bytes == bytes { return }
        if partial.bytes > bytes ?? limit { try partial.cut(to: 0) }
        let headers = partial.bytes > 0 ? [("range", "bytes=\(partial.bytes)-")] : []
        let reply = try await client.send(.GET, url, headers: headers, credential: credential)
        try begin(reply, partial, client)
        let host = reply.url.host
        do {
            for try await piece in reply.body {
                guard partial.bytes + Int64(piece.readableBytes) <= bytes ?? limit else {
                    try partial.cut(to: 0)
                    throw TransferFault(.unusable("sends more than the file's length"), host: host)
                }
                try partial.append(piece.readableBytesView)
                progress(partial.bytes)
            }
        } catch let error as CatalogueError {
            throw error
        } catch {
            try Task.checkCancellation()
            throw TransferFault.read(error, host: host, isConnected: true)
        }
        guard bytes == nil || partial.bytes == bytes else { throw TransferFault(.broken, host: host) }
    }

    /// Looks at the head of a reply: does its body go on where the partial file ends?
    private func begin(_ reply: DownloadClient.Reply, _ partial: PartialDownload, _ client: DownloadClient) throws {
        let host = reply.url.host
        if let coding = reply.headers.first(name: "content-encoding"), coding.lowercased() != "identity" {
            throw TransferFault(.unusable("compresses the file although it was asked not to"), host: host)
        }
        switch reply.status {
        case 200:
            // The server does not do ranges, or the file has changed: all of it comes once more.
            if partial.bytes > 0 { try partial.cut(to: 0) }
            let length = reply.headers.first(name: "content-length").flatMap { Int64($0) }
            if let bytes, let length, length != bytes {
                throw TransferFault(.unusable("has a file of another length"), host: host)
            }
        case 206:
            let range = ContentRange(reply.headers.first(name: "content-range") ?? "")
            guard let range, range.first == partial.bytes, bytes == nil || range.total == nil || range.total == bytes
            else { throw TransferFault(.restart, host: host) }
        case 416 where partial.bytes > 0: throw TransferFault(.restart, host: host)
        default: throw client.fault(of: reply)
        }
    }
}

/// `bytes FIRST-LAST/TOTAL`, as a partial reply says which part it is.
struct ContentRange: Sendable, Hashable {
    var first: Int64
    /// `nil` where the server does not know.
    var total: Int64?

    init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
        let pieces = words[1].split(separator: "/")
        guard pieces.count == 2, let first = Int64(pieces[0].prefix { $0 != "-" }), first >= 0 else { return nil }
        self.first = first
        total = Int64(pieces[1])
    }
}

/// A file that grows at its end.
final class PartialDownload {
    private let path: String
    private let descriptor: Int32
    private(set) var bytes: Int64

    /// Opens the file, or makes it.
    init(_ path: String) throws(CatalogueError) {
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        guard descriptor >= 0 else { throw CatalogueError.system("\(path) cannot be written") }
        self.path = path
        self.descriptor = descriptor
        bytes = Int64(lseek(descriptor, 0, SEEK_END))
    }

    deinit { close(descriptor) }

    func append(_ piece: some Collection<UInt8>) throws(CatalogueError) {
        let number =
            unsafe piece.withContiguousStorageIfAvailable {
                unsafe Self.write(UnsafeRawBufferPointer($0), to: descriptor)
            } ?? Array(piece).withUnsafeBytes { unsafe Self.write($0, to: descriptor) }
        guard number == 0 else {
            // Half a piece is as good as none: the length has to stay what was counted.
            ftruncate(descriptor, off_t(bytes))
            lseek(descriptor, off_t(bytes), SEEK_SET)
            throw CatalogueError.system("\(path) cannot be written", number)
        }
        bytes += Int64(piece.count)
    }

    func cut(to length: Int64) throws(CatalogueError) {
        guard ftruncate(descriptor, off_t(length)) == 0, lseek(descriptor, off_t(length), SEEK_SET) == length else {
            throw CatalogueError.system("\(path) cannot be written")
        }
        bytes = length
    }

    /// Returns once the bytes are on the disk.
    func synchronise() throws(CatalogueError) {
        guard fsync(descriptor) == 0 else { throw CatalogueError.system("\(path) cannot be written") }
    }

    /// Writes all bytes; returns 0 or the error's number.
    private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Int32 {
        guard let start = bytes.baseAddress else { return 0 }
        var done = 0
        while done < bytes.count {
            let written = unsafe Foundation.write(descriptor, start + done, bytes.count - done)
            if written < 0, errno != EINTR { return errno }
            done += max(written, 0)
        }
        return 0
    }
}
