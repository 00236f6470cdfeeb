import AssistantCore
import Glibc

/// Reads files that hold a secret, and refuses those that others could read.
enum CredentialFile {
    /// Who may read the file beside its owner.
    enum Privacy: Sendable {
        /// Nobody.
        case ownerOnly
        /// The group bits may be set: on systemd's credentials they show the mask of an access list for the service.
        case systemd

        fileprivate var forbidden: mode_t {
            switch self {
            case .ownerOnly: 0o077
            case .systemd: 0o007
            }
        }
    }

    /// A key is shorter than this.
    private static let maxBytes = 65_536

    /// The contents of a regular file that belongs to this user or root and is closed to others. What is checked is
    /// what is read: the open file, not the name.
    static func read(_ path: String, _ privacy: Privacy = .ownerOnly) throws(CloudFailure) -> [UInt8] {
        let name = ServerText.cleaned(path, limit: 120)
        // Without O_NONBLOCK a FIFO would block here.
        let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            throw refused("The key file \(name) cannot be read: \(unsafe String(cString: strerror(errno))).")
        }
        defer { close(descriptor) }
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw refused("The key file \(name) is no regular file.")
        }
        guard status.st_uid == geteuid() || status.st_uid == 0 else {
            throw refused("The key file \(name) belongs to another user. Run: sudo chown $(id -un) '\(name)'")
        }
        guard status.st_mode & privacy.forbidden == 0 else {
            throw refused("The key file \(name) can be read by others. Run: chmod 600 '\(name)'")
        }
        return try contents(of: descriptor, name)
    }

    /// Whether anything has that name.
    static func exists(_ path: String) -> Bool { unsafe access(path, F_OK) == 0 }

    private static func contents(of descriptor: Int32, _ name: String) throws(CloudFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        var failed = false
        while !failed, bytes.count <= maxBytes {
            let chunk = unsafe [UInt8](unsafeUninitializedCapacity: 4096) { buffer, count in
                let got = unsafe Glibc.read(descriptor, buffer.baseAddress, buffer.count)
                failed = got < 0
                count = max(got, 0)
            }
            if chunk.isEmpty { break }
            bytes += chunk
        }
        guard !failed, bytes.count <= maxBytes else {
            throw refused("The key file \(name) cannot be read, or is too large for a key.")
        }
        return bytes
    }

    private static func refused(_ message: String) -> CloudFailure {
        CloudFailure(.noCredential, billing: .nothingSent, message: message)
    }
}
