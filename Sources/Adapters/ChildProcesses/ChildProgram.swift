internal import Foundation

/// A program of Debian's that is given what somebody else has made, and may not take more than its share.
package enum ChildProgram {
    /// The arguments of `prlimit` (util-linux, which every Debian has) that start a program with limits.
    ///
    /// - Parameters:
    ///   - seconds: of the processor.
    ///   - memoryBytes: of its address space.
    ///   - writtenBytes: how long a file may be that it writes.
    package static func limited(
        _ program: String, _ arguments: [String], seconds: Int, memoryBytes: Int, writtenBytes: Int
    ) -> [String] {
        [
            "--as=\(memoryBytes)", "--cpu=\(seconds)", "--fsize=\(writtenBytes)", "--core=0", "--nofile=64", "--",
            program,
        ] + arguments
    }

    /// Whether a program is where programs are looked for.
    package static func isInstalled(_ program: String) -> Bool {
        let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        return (folders + ["/usr/bin", "/bin"]).contains {
            FileManager.default.isExecutableFile(atPath: $0 + "/" + program)
        }
    }
}
