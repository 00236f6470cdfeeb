internal import Foundation

/// Where `/sys`, `/dev`, `/proc` and the libraries are looked for: the file system's root, or another tree that a test or
/// an operator puts in its place (`BRIM_HAT_ROOT`).
package struct SystemRoot: Sendable, Hashable {
    package static let variable = "BRIM_HAT_ROOT"

    /// Without a slash at its end; empty for the root itself.
    package let path: String

    package init(_ path: String = "/") {
        self.path = path.hasSuffix("/") ? String(path.dropLast()) : path
    }

    package init(environment: [String: String]) { self.init(environment[Self.variable] ?? "/") }

    /// Whether it is this machine itself.
    package var isReal: Bool { path.isEmpty }

    package func place(_ path: String) -> String { self.path + path }

    /// The names in a directory in ascending order; none where there is no such directory.
    package func names(in directory: String) -> [String] {
        // A directory that is not there is the usual case: most machines have no board.
        ((try? FileManager.default.contentsOfDirectory(atPath: place(directory))) ?? []).sorted()
    }

    /// A small file's text without white space at its ends; `nil` where it cannot be read.
    package func text(_ file: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: place(file)) else { return nil }
        // What is unreadable, and what is empty, tells the same: nothing.
        guard let bytes = try? handle.read(upToCount: Self.largestFile), !bytes.isEmpty else { return nil }
        return String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines.union(.nul))
    }

    /// Where a link leads; `nil` where there is none. The target need not exist.
    package func link(_ path: String) -> String? {
        try? FileManager.default.destinationOfSymbolicLink(atPath: place(path))
    }

    package func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: place(path)) }

    /// sysfs and procfs give a page for each file; some tables are longer.
    private static let largestFile = 1 << 18
}

extension CharacterSet {
    /// Device trees end their strings with one.
    fileprivate static var nul: CharacterSet { CharacterSet(charactersIn: "\0") }
}
