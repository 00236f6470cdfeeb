import Foundation
import Synchronization
import Testing

/// The stand-in for HailoRT, built from C once a run.
enum StandInLibrary: String {
    case whole
    /// A library of the right name without HailoRT's calls.
    case withoutCalls

    private static let builds = Mutex<[StandInLibrary: String]>([:])

    func built() throws -> String {
        try Self.builds.withLock { builds in
            if let path = builds[self] { return path }
            let path = try build()
            builds[self] = path
            return path
        }
    }

    private func build() throws -> String {
        let source = try #require(Bundle.module.url(forResource: "Fixtures/libhailort", withExtension: "c"))
        let output =
            NSTemporaryDirectory() + "/brim-standin-\(ProcessInfo.processInfo.processIdentifier)-\(rawValue).so"
        let compiler = Process()
        compiler.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        compiler.arguments =
            ["clang", "-std=c11", "-Wall", "-Werror", "-shared", "-fPIC", "-o", output, source.path]
            + (self == .withoutCalls ? ["-DNO_CALLS", "-Wno-unused-function"] : [])
        try compiler.run()
        compiler.waitUntilExit()
        try #require(compiler.terminationStatus == 0, "the stand-in library did not compile")
        return output
    }
}
