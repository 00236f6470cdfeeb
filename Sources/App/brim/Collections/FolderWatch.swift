import Dispatch
import Foundation
import Synchronization

/// Tells that something has changed in folders, or in any folder below them. Links are not followed, as nowhere in a
/// collection.
final class FolderWatch: Sendable {
    /// The kernel allows a user some thousands of watches; a tree with more folders is read again at the next start.
    private static let mostFolders = 4_096

    private let descriptor: Int32
    private let source: Mutex<(any DispatchSourceRead)?>

    /// `nil` where nothing can be watched.
    ///
    /// - Parameters:
    ///   - roots: watched with all folders below them.
    ///   - folder: watched by itself.
    ///   - onChange: called often, on a queue of its own.
    init?(_ roots: [String] = [], alone folder: String? = nil, onChange: @escaping @Sendable () -> Void) {
        let descriptor = inotify_init1(Int32(IN_NONBLOCK | IN_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        source = Mutex(Self.source(descriptor, onChange))
        watch(roots)
        if let folder { add(folder) }
    }

    private static func source(
        _ descriptor: Int32, _ onChange: @escaping @Sendable () -> Void
    ) -> any DispatchSourceRead {
        let source = DispatchSource.makeReadSource(
            fileDescriptor: descriptor, queue: DispatchQueue(label: "brim.collections"))
        source.setEventHandler {
            var bytes = [UInt8](repeating: 0, count: 16_384)
            while unsafe Foundation.read(descriptor, &bytes, bytes.count) > 0 {}
            onChange()
        }
        source.setCancelHandler { Foundation.close(descriptor) }
        source.resume()
        return source
    }

    /// Watches all folders that are there now; to watch what is watched already changes nothing.
    func watch(_ roots: [String]) {
        var left = Self.mostFolders
        for root in roots {
            add(root)
            guard let below = FileManager.default.enumerator(atPath: root) else { continue }
            while left > 0, let path = below.nextObject() as? String {
                guard below.fileAttributes?[.type] as? FileAttributeType == .typeDirectory else { continue }
                if (path as NSString).lastPathComponent.hasPrefix(".") {
                    below.skipDescendants()
                } else {
                    add(root + "/" + path)
                    left -= 1
                }
            }
        }
    }

    private func add(_ path: String) {
        // A file that is a collection by itself is seen in its folder: editors put a new one in its place.
        var isFolder = false
        var status = stat()
        if unsafe lstat(path, &status) == 0 { isFolder = status.st_mode & S_IFMT == S_IFDIR }
        let folder = isFolder ? path : (path as NSString).deletingLastPathComponent
        let kinds = UInt32(IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM | IN_CREATE | IN_DELETE | IN_ONLYDIR)
        unsafe _ = inotify_add_watch(descriptor, folder, kinds)
    }

    func close() {
        source.withLock { source in
            source?.cancel()
            source = nil
        }
    }
}
