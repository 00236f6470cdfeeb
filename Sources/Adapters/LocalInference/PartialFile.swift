internal import Foundation

/// A file that takes its name only once it is whole: until then it lies hidden beside it, and vanishes with this value.
struct PartialFile: ~Copyable {
    private let path: String
    private let destination: String
    private let descriptor: Int32
    private var isCommitted = false

    /// - Throws: ``LocalInferenceError/Code/fileSystem`` where the folder cannot be written.
    init(for destination: String) throws(LocalInferenceError) {
        let folder = (destination as NSString).deletingLastPathComponent
        let name = (destination as NSString).lastPathComponent
        let path = (folder.isEmpty ? "" : folder + "/") + ".\(name).\(UUID().uuidString.prefix(8))"
        let descriptor = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else { throw Self.failure(destination) }
        self.path = path
        self.destination = destination
        self.descriptor = descriptor
    }

    deinit {
        close(descriptor)
        if !isCommitted { unsafe unlink(path) }
    }

    /// Blocks until the system has taken all bytes.
    func write(_ bytes: Span<UInt8>) throws(LocalInferenceError) {
        let number = unsafe bytes.withUnsafeBufferPointer { buffer -> Int32 in
            guard let start = buffer.baseAddress else { return 0 }
            var done = 0
            while done < buffer.count {
                let written = unsafe Foundation.write(descriptor, start + done, buffer.count - done)
                if written < 0, errno != EINTR { return errno }
                done += max(written, 0)
            }
            return 0
        }
        guard number == 0 else { throw Self.failure(destination, number) }
    }

    /// Puts the file in place, once its bytes are on the disk.
    ///
    /// - Parameter replaces: whether it takes the place of another; where not, and there is one, it throws.
    mutating func commit(replaces: Bool) throws(LocalInferenceError) {
        guard fsync(descriptor) == 0 else { throw Self.failure(destination) }
        if !replaces {
            // A second name fails where there is a file; a change of name would take its place.
            if unsafe link(path, destination) == 0 { return }
            // Where a file system knows no second names (memory cards), what was looked at last has to do.
            guard [EPERM, EOPNOTSUPP, ENOSYS].contains(errno), unsafe access(destination, F_OK) != 0 else {
                throw Self.failure(destination)
            }
        }
        guard unsafe rename(path, destination) == 0 else { throw Self.failure(destination) }
        isCommitted = true
    }

    private static func failure(_ destination: String, _ number: Int32 = errno) -> LocalInferenceError {
        let next =
            switch number {
            case ENOSPC, EDQUOT: "make room, or write to another disk"
            case EEXIST: "choose another name, or replace it with --force"
            case ENOENT: "make the folder first"
            default: "choose another place"
            }
        let reason = unsafe String(cString: strerror(number))
        return LocalInferenceError(.fileSystem, "\(destination) cannot be written: \(reason); \(next).")
    }
}
