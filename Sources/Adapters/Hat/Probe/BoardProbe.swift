package import DeviceSensors
internal import ChildProcesses
internal import Foundation
internal import Subprocess
internal import SystemPackage

/// Asks HailoRT about the boards without letting it near this process: a library that crashes, hangs or writes where it
/// should not does so in a child.
package struct BoardProbe: Sendable {
    /// What to start: a program that calls ``BoardProbeChild/run(root:arguments:)``.
    let program: String
    let arguments: [String]
    private let root: SystemRoot
    private let limit: Duration

    /// - Parameters:
    ///   - command: the program's path and its arguments.
    ///   - limit: how long the child may take.
    package init(command: [String], root: SystemRoot, limit: Duration = .seconds(10)) {
        precondition(!command.isEmpty, "a probe needs a program")
        program = command[0]
        arguments = Array(command.dropFirst())
        self.root = root
        self.limit = limit
    }

    /// Never throws for what the library does; ``HatError/Code/probe`` where the child cannot be started.
    package func report() async throws -> LibraryReport {
        guard hasCandidate else { return LibraryReport(failure: .missing) }
        let candidates = LibrarySearch.candidates(under: root)
        if let report = try await withTimeLimit(limit, { try await ask(candidates) }) { return report }
        return LibraryReport(path: candidates.last, failure: .hung, detail: "it did not come back within \(limit)")
    }

    /// Whether there is a file that may be HailoRT; on this machine itself the loader may know one.
    var hasCandidate: Bool { root.isReal || !LibrarySearch.candidates(under: root).isEmpty }

    /// What the child's environment holds: no secret of this process's.
    var environment: Environment {
        // HailoRT writes hailort.log into the current directory unless it is told not to.
        .minimal(adding: ["HAILORT_LOGGER_PATH": "NONE", SystemRoot.variable: root.isReal ? "/" : root.path])
    }

    private func ask(_ candidates: [String]) async throws -> LibraryReport {
        do {
            let result = try await run(
                .path(FilePath(program)), arguments: Arguments(arguments),
                environment: environment, output: .string(limit: 1 << 16))
            if let line = result.standardOutput.split(separator: "\n").first,
                let report = try? JSONDecoder().decode(LibraryReport.self, from: Data(line.utf8))
            {
                return report
            }
            return LibraryReport(
                path: candidates.last, failure: .crashed, detail: "the probe ended with \(result.terminationStatus)")
        } catch let error as SubprocessError {
            throw HatError(.probe, "the probe cannot be started: \(error)", underlying: error)
        }
    }
}
