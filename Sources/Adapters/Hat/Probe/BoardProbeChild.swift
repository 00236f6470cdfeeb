package import DeviceSensors
internal import Foundation

/// The side of the probe that loads HailoRT, in a process that may die of it.
package enum BoardProbeChild {
    /// Makes the child answer again and again.
    static let samplingArgument = "--samples"

    /// Writes a ``LibraryReport`` to the standard output, as a line of JSON, and returns. With ``samplingArgument`` it
    /// writes one for each byte that it reads, and ends with its input. The library's own chatter goes to the standard
    /// error.
    package static func run(root: SystemRoot, arguments: [String]) throws {
        let output = try divertOutput()
        guard arguments.contains(samplingArgument) else {
            return try write(withLibrary(root) { examined($0) }, to: output)
        }
        endWithInput()
        var failure: (any Error)?
        let refusal = withLibrary(root) { library in
            do {
                try sample(library, output)
            } catch {
                failure = error
            }
            return LibraryReport()
        }
        if let failure { throw failure }
        if refusal.failure != nil { try write(refusal, to: output) }
    }

    /// Calls `work` with the first file that is HailoRT in a version that can be trusted; tells the last refusal where
    /// there is none.
    private static func withLibrary(
        _ root: SystemRoot, _ work: (borrowing HailoLibrary) -> LibraryReport
    ) -> LibraryReport {
        var report = LibraryReport(failure: .missing)
        for path in LibrarySearch.candidates(under: root) {
            do {
                let library = try HailoLibrary(path: path)
                var report = work(library)
                report.path = path
                return report
            } catch {
                // The loader's own search finds nothing on most machines; that is no more than "missing".
                let isPlainName = !path.contains("/")
                if isPlainName, error.result == .notLoaded { continue }
                report = LibraryReport(path: path, failure: error.result, detail: error.message)
            }
        }
        return report
    }

    private static func examined(_ library: borrowing HailoLibrary) -> LibraryReport {
        var report = LibraryReport(version: library.version)
        let (status, ids) = library.scan()
        report.scan = status
        for id in ids { report.devices.append(library.examine(id)) }
        return report
    }

    /// Looks once for each byte of the input. The board is held no longer than a look takes.
    private static func sample(_ library: borrowing HailoLibrary, _ output: FileHandle) throws {
        while try FileHandle.standardInput.read(upToCount: 1)?.isEmpty == false {
            try write(examined(library), to: output)
        }
    }

    private static func write(_ report: LibraryReport, to output: FileHandle) throws {
        try output.write(contentsOf: JSONEncoder().encode(report) + [UInt8(ascii: "\n")])
    }

    /// Ends the process once nobody holds the other end of its input any more, wherever the library is then.
    private static func endWithInput() {
        Thread.detachNewThread {
            var input = pollfd(fd: STDIN_FILENO, events: 0, revents: 0)
            while true {
                let count = unsafe poll(&input, 1, -1)
                if count > 0 || errno != EINTR { _exit(0) }
            }
        }
    }

    private static func divertOutput() throws -> FileHandle {
        let output = dup(STDOUT_FILENO)
        guard output >= 0, dup2(STDERR_FILENO, STDOUT_FILENO) >= 0 else {
            throw HatError(.probe, "the probe's output cannot be set up (error \(errno))")
        }
        return FileHandle(fileDescriptor: output, closeOnDealloc: true)
    }
}
