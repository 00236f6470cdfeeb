internal import Glibc

/// Owns the bytes of a model file: a read-only mapping, or a copy in memory. Released once, when the last user lets go.
///
/// Reads check their bounds and trap beyond them: the parser throws before it comes to that.
// SAFETY: the bytes are never written after init and the pointer never changes, so that any thread may read them.
@safe final class FileImage: @unchecked Sendable {
    private enum Backing {
        case mapping(descriptor: CInt, status: FileStatus)
        case allocation
    }

    /// What tells that a file is still the one that was opened.
    private struct FileStatus: Equatable {
        let size: Int
        let modifiedSeconds: Int
        let modifiedNanoseconds: Int

        init(of status: stat) {
            size = status.st_size
            modifiedSeconds = status.st_mtim.tv_sec
            modifiedNanoseconds = status.st_mtim.tv_nsec
        }
    }

    let path: String
    private let bytes: UnsafeRawBufferPointer
    private let backing: Backing

    var count: Int { unsafe bytes.count }

    /// Maps the file at `path`. Blocks for a few system calls; no content is read yet.
    init(mapping path: String) throws(GGUFError) {
        // Non-blocking for the sake of a named pipe, which is refused below; it means nothing to a file.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw Self.systemError("cannot be opened", path) }
        do throws(GGUFError) {
            let status = try Self.status(of: descriptor, path)
            guard status.st_mode & S_IFMT == S_IFREG else {
                throw GGUFError(.unreadable, path: path, "is not a file; give the path of a .gguf file")
            }
            guard status.st_size > 0 else {
                throw GGUFError(.foreign, path: path, "is empty; fetch it again")
            }
            let size = status.st_size
            guard let start = unsafe mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), unsafe start != MAP_FAILED
            else { throw Self.systemError("cannot be mapped", path) }
            unsafe bytes = UnsafeRawBufferPointer(start: start, count: size)
            backing = .mapping(descriptor: descriptor, status: FileStatus(of: status))
            self.path = path
        } catch {
            close(descriptor)
            throw error
        }
    }

    /// Copies `content`, exactly as long as it is.
    init(copying content: [UInt8], path: String) {
        self.path = path
        let copy = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 64)
        unsafe copy.copyBytes(from: content)
        unsafe bytes = UnsafeRawBufferPointer(copy)
        backing = .allocation
    }

    deinit {
        switch backing {
        case .mapping(let descriptor, _):
            unsafe munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
            close(descriptor)
        case .allocation:
            unsafe bytes.deallocate()
        }
    }

    /// Reads a little-endian integer at any address.
    func load<T: FixedWidthInteger & BitwiseCopyable>(_ type: T.Type, at offset: Int) -> T {
        precondition(offset >= 0 && offset <= count - MemoryLayout<T>.size)
        return unsafe T(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: type))
    }

    func withUnsafeBytes<R: ~Copyable, E>(
        in range: Range<Int>, _ body: (UnsafeRawBufferPointer) throws(E) -> R
    ) throws(E) -> R {
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        return unsafe try body(UnsafeRawBufferPointer(rebasing: bytes[range]))
    }

    /// Passes over byte strings that lie one after the other, each behind its length in 8 bytes, and calls `body` with where
    /// each ends. Stops before one that runs past the end of the file or is longer than `limit`.
    ///
    /// - Returns: how many it passed, `count` at most, and where it stands.
    func passStrings(
        _ count: Int, from start: Int, atMost limit: Int, _ body: (Int) -> Void
    ) -> (passed: Int, offset: Int) {
        precondition(start >= 0 && start <= self.count)
        var offset = start
        for passed in 0..<count {
            guard self.count - offset >= 8 else { return (passed, offset) }
            let length = unsafe UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
            guard length <= UInt64(limit), length <= UInt64(self.count - offset - 8) else { return (passed, offset) }
            offset += 8 + Int(length)
            body(offset)
        }
        return (count, offset)
    }

    /// The bytes of `range` as text; `nil` where they are not UTF-8.
    func text(in range: Range<Int>) -> String? {
        unsafe withUnsafeBytes(in: range) { unsafe String(validating: $0, as: UTF8.self) }
    }

    /// Reads the bytes of `range` anew, without a page of the mapping: what another program has cut off is an error here.
    func read(_ range: Range<Int>, into output: inout MutableRawSpan) throws(GGUFError) {
        precondition(range.lowerBound >= 0 && range.upperBound <= count && output.byteCount == range.count)
        let offset = range.lowerBound
        switch backing {
        case .allocation:
            unsafe output.withUnsafeMutableBytes { output in
                unsafe output.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[range]))
            }
        case .mapping(let descriptor, let status):
            let isWhole = unsafe output.withUnsafeMutableBytes { unsafe Self.fill($0, descriptor, from: offset) }
            guard isWhole, try FileStatus(of: Self.status(of: descriptor, path)) == status else { throw changed }
        }
    }

    /// Returns whether there were as many bytes.
    private static func fill(_ output: UnsafeMutableRawBufferPointer, _ descriptor: CInt, from offset: Int) -> Bool {
        var done = 0
        while done < output.count {
            let rest = unsafe UnsafeMutableRawBufferPointer(rebasing: output[done...])
            let count = unsafe pread(descriptor, rest.baseAddress, rest.count, offset + done)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            done += count
        }
        return true
    }

    private var changed: GGUFError {
        GGUFError(.changed, path: path, "was changed while it was in use; start the program again")
    }

    /// Tells the kernel that the pages `range` touches are not needed for now. They stay readable.
    func adviseUnneeded(_ range: Range<Int>) {
        guard case .mapping = backing, !range.isEmpty, let base = unsafe bytes.baseAddress else { return }
        precondition(range.lowerBound >= 0 && range.upperBound <= count)
        let pageSize = Int(sysconf(CInt(_SC_PAGESIZE)))
        let start = range.lowerBound / pageSize * pageSize
        // Advice that is refused costs memory, never correctness.
        _ = unsafe madvise(UnsafeMutableRawPointer(mutating: base + start), range.upperBound - start, MADV_DONTNEED)
    }

    /// Throws where the file's size or time of change are no longer those at `init`.
    func checkUnchanged() throws(GGUFError) {
        guard case .mapping(let descriptor, let status) = backing else { return }
        guard try FileStatus(of: Self.status(of: descriptor, path)) == status else { throw changed }
    }

    private static func status(of descriptor: CInt, _ path: String) throws(GGUFError) -> stat {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw systemError("cannot be measured", path) }
        return status
    }

    private static func systemError(_ what: String, _ path: String) -> GGUFError {
        let number = errno
        let reason = unsafe String(cString: strerror(number))
        let next = number == ENOENT ? "; check the path, or run `brim models fetch`" : ""
        return GGUFError(.unreadable, path: path, "\(what): \(reason)\(next)")
    }
}
