internal import AssistantCore
internal import Foundation

/// The directory that holds everything Brim keeps, and what may be done with its files. Calls block their thread.
struct StoreDirectory: Sendable {
    let path: String

    var database: String { path + "/brim.sqlite" }
    var lock: String { path + "/brim.lock" }
    var deviceKey: String { path + "/device.key" }
    /// Left where damage was met while the database was in use, so that the next start looks at all of it.
    var suspicion: String { path + "/brim.suspect" }

    /// Makes what is missing of the path, each new directory 0700. Returns a warning where others may write into a
    /// directory that was there before: it is not Brim's to change, since it may be anyone's.
    func create() throws(StoreFault) -> StoreWarning? {
        try Self.makeDirectories(path)
        var status = stat()
        guard unsafe stat(path, &status) == 0 else { throw StoreFault(errno: errno, path) }
        guard status.st_mode & S_IFMT == S_IFDIR else { throw StoreFault(errno: ENOTDIR, path) }
        guard status.st_mode & 0o022 != 0 else { return nil }
        return StoreWarning(
            .exposedDirectory,
            "Others on this machine may replace files in \(path). Run: chmod 700 '\(path)'")
    }

    /// Makes sure that `file` is there, a plain file of this user, readable by nobody else: SQLite gives its side files
    /// the mode of the database. A link in its place is refused.
    func makePrivate(_ file: String, creating: Bool) throws(StoreFault) {
        let flags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | (creating ? O_CREAT : 0)
        let descriptor = unsafe open(file, flags, 0o600)
        guard descriptor >= 0 else { throw StoreFault(errno: errno, file) }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw StoreFault(errno: errno, file) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw StoreFault(.notWritable, "\(file) is not a plain file") }
        if status.st_mode & 0o077 != 0, fchmod(descriptor, 0o600) != 0 { throw StoreFault(errno: errno, file) }
    }

    /// Damaged databases that were set aside, their logs included.
    var filesSetAside: [String] {
        // A directory that cannot be read has nothing that could be told.
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix("brim.sqlite.corrupt-") }.sorted().map { path + "/" + $0 }
    }

    /// A name beside `file` that says what it is and is not taken.
    func freeName(beside file: String, word: String, at now: Timestamp) throws(StoreFault) -> String {
        let base = "\(file).\(word)-\(now.millisecondsSince1970)"
        for attempt in 0..<1_000 {
            let name = attempt == 0 ? base : "\(base)-\(attempt)"
            if !exists(name) { return name }
        }
        throw StoreFault(errno: EEXIST, base)
    }

    func rename(_ file: String, to target: String) throws(StoreFault) {
        guard unsafe Foundation.rename(file, target) == 0 else { throw StoreFault(errno: errno, file) }
    }

    /// Removing what is not there is not an error.
    func remove(_ file: String) throws(StoreFault) {
        guard unsafe unlink(file) == 0 || errno == ENOENT else { throw StoreFault(errno: errno, file) }
    }

    func exists(_ file: String) -> Bool { unsafe access(file, F_OK) == 0 }

    /// Whether a plain file is there, and no pipe, socket, device or directory; links are followed.
    func isPlainFile(_ file: String) -> Bool {
        var status = stat()
        return unsafe stat(file, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }

    /// 0 where the file is missing.
    func size(of file: String) -> Int64 {
        var status = stat()
        return unsafe stat(file, &status) == 0 ? Int64(status.st_size) : 0
    }

    /// Permission bits; 0 where the file is missing.
    func mode(of file: String) -> UInt32 {
        var status = stat()
        return unsafe stat(file, &status) == 0 ? UInt32(status.st_mode) & 0o7777 : 0
    }

    /// Writes a new file, mode 0600, that is whole or not there at all, whatever happens meanwhile. Throws where the
    /// file exists.
    func writeNew(_ contents: Data, to file: String) throws(StoreFault) {
        let temporary = "\(file).new-\(getpid())"
        try remove(temporary)
        let descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw StoreFault(errno: errno, temporary) }
        let written = unsafe contents.withUnsafeBytes { unsafe write(descriptor, $0.baseAddress, $0.count) }
        let isWhole = written == contents.count && fsync(descriptor) == 0
        let code = errno
        close(descriptor)
        guard isWhole else {
            try remove(temporary)
            throw StoreFault(errno: code, file)
        }
        defer { unsafe unlink(temporary) }
        guard unsafe link(temporary, file) == 0 else { throw StoreFault(errno: errno, file) }
        try synchronise()
    }

    /// SQLite calls some ways of running out of space an input/output error; the file system knows better.
    func explain(_ fault: StoreFault) -> StoreFault {
        var status = statvfs()
        guard fault.kind == .inputOutput, unsafe statvfs(path, &status) == 0 else { return fault }
        // A file system of somebody's own may say anything.
        let (free, isEndless) = UInt64(status.f_bavail).multipliedReportingOverflow(by: UInt64(status.f_frsize))
        guard !isEndless, free < 128 << 10 else { return fault }
        return StoreFault(.diskFull, fault.detail)
    }

    /// Marks the database as in need of a full check. Where even that cannot be written, the damage will be met again.
    func leaveSuspicion() {
        let descriptor = unsafe open(suspicion, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        if descriptor >= 0 { close(descriptor) }
    }

    /// Makes the names in the directory survive a power cut.
    func synchronise() throws(StoreFault) {
        let descriptor = unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StoreFault(errno: errno, path) }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw StoreFault(errno: errno, path) }
    }

    private static func makeDirectories(_ path: String) throws(StoreFault) {
        if unsafe mkdir(path, 0o700) == 0 || errno == EEXIST { return }
        guard errno == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex else {
            throw StoreFault(errno: errno, path)
        }
        try makeDirectories(String(path[..<slash]))
        guard unsafe mkdir(path, 0o700) == 0 || errno == EEXIST else { throw StoreFault(errno: errno, path) }
    }
}
