internal import Foundation

/// The side of the probe that loads HailoRT, in a process that may die of it.
public enum BoardProbeChild {
    /// Looks once, writes one line of JSON to the standard output, and returns. The library's own chatter goes to the
    /// standard error.
    public static func run(root: HatRoot) throws {
        let output = try divertOutput()
        try output.write(contentsOf: JSONEncoder().encode(report(root)) + [UInt8(ascii: "\n")])
    }

    /// The first file that is HailoRT in a version that can be trusted; the last refusal where there is none.
    private static func report(_ root: HatRoot) -> LibraryReport {
        var report = LibraryReport(failure: .missing)
        for path in LibrarySearch.candidates(under: root) {
            do {
                return examined(try HailoLibrary(path: path), path: path)
            } catch {
                // The loader's own search finds nothing on most machines; that is no more than "missing".
                let isPlainName = !path.contains("/")
                if isPlainName, error.result == .notLoaded { continue }
                report = LibraryReport(path: path, failure: error.result, detail: error.message)
            }
        }
        return report
    }

    private static func examined(_ library: consuming HailoLibrary, path: String) -> LibraryReport {
        var report = LibraryReport(path: path, version: library.version)
        let (status, ids) = library.scan()
        report.scan = status
        report.devices = ids.map { library.examine($0) }
        return report
    }

    private static func divertOutput() throws -> FileHandle {
        let output = dup(STDOUT_FILENO)
        guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
            throw HatError(.probe, "the probe's output cannot be set up (error \(errno))")
        }
        return FileHandle(fileDescriptor: output, closeOnDealloc: true)
    }
}
