import Foundation

/// Runs programs for tests.
enum Shell {
    struct Result: Sendable {
        var status: Int32
        /// Standard output; the standard error follows where it was asked for.
        var output: String
        var error: String
    }

    /// Runs a program found on the PATH, or by its absolute path, to its end.
    static func run(
        _ program: String, _ arguments: [String] = [], input: String? = nil, environment: [String: String] = [:]
    ) throws -> Result {
        let process = Process()
        // A server that outlives its starter (tmux) must not keep the descriptors by which Foundation waits.
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments =
            [
                "-c",
                "for fd in /proc/self/fd/*; do fd=${fd##*/}; [ $fd -gt 2 ] && eval \"exec $fd>&-\"; done; exec \"$@\"",
                "shell", program,
            ] + arguments
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        // Files, not pipes: whatever the size of the output, nobody blocks on anybody.
        let base = NSTemporaryDirectory() + "shell-" + UUID().uuidString
        let names = [base + ".in", base + ".out", base + ".err"]
        try (input ?? "").write(toFile: names[0], atomically: true, encoding: .utf8)
        for name in names.dropFirst() { try Data().write(to: URL(fileURLWithPath: name)) }
        defer { for name in names { _ = try? FileManager.default.removeItem(atPath: name) } }
        process.standardInput = try FileHandle(forReadingFrom: URL(fileURLWithPath: names[0]))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: names[1]))
        process.standardError = try FileHandle(forWritingTo: URL(fileURLWithPath: names[2]))
        try process.runReachable()
        process.waitUntilExit()
        func text(_ name: String) throws -> String {
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: name)), as: UTF8.self)
        }
        return Result(status: process.terminationStatus, output: try text(names[1]), error: try text(names[2]))
    }
}

extension Shell {
    /// Runs a program and writes its standard output into a file.
    static func expectSuccess(_ program: String, _ arguments: [String], output: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        try Data().write(to: URL(fileURLWithPath: output))
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: output))
        try process.runReachable()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Tmux.Failure(description: "\(program) ended with \(process.terminationStatus)")
        }
    }
}

extension Process {
    /// Runs it with no signal held back: the threads that run tests hold most of them back, and a child inherits that.
    func runReachable() throws {
        var none = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&none)
        unsafe pthread_sigmask(SIG_SETMASK, &none, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        try run()
    }
}
