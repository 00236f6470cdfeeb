import Foundation

/// A tree that stands for a machine's `/sys`, `/dev`, `/proc` and libraries; deleted at the end.
package final class FakeTree {
    package let path: String

    package init() throws {
        path = NSTemporaryDirectory() + "/brim-tree-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }

    deinit {
        // A temporary directory that stays is the system's to sweep.
        try? FileManager.default.removeItem(atPath: path)
    }

    @discardableResult
    package func write(_ file: String, _ text: String, mode: Int = 0o644) throws -> String {
        let place = path + file
        try FileManager.default.createDirectory(
            atPath: (place as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        guard
            FileManager.default.createFile(
                atPath: place, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        else { throw CocoaError(.fileWriteUnknown) }
        return place
    }

    package func remove(_ file: String) throws { try FileManager.default.removeItem(atPath: path + file) }
}
