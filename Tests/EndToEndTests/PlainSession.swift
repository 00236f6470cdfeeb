import Foundation

/// `brim --plain` with somebody who types while it runs: lines go in one by one, and what comes out can be waited for.
final class PlainSession {
    private let process = Process()
    private let input = Pipe()
    private let file: String

    init(_ options: [String], environment: [String: String]) throws {
        file = NSTemporaryDirectory() + "plain-" + UUID().uuidString
        try Data().write(to: URL(fileURLWithPath: file))
        process.executableURL = URL(fileURLWithPath: Brim.executable)
        process.arguments = ["--plain"] + options
        process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
        process.standardInput = input
        process.standardOutput = try FileHandle(forWritingTo: URL(fileURLWithPath: file))
        try process.runReachable()
    }

    deinit {
        if process.isRunning { process.terminate() }
        process.waitUntilExit()
        _ = try? FileManager.default.removeItem(atPath: file)
    }

    func type(_ line: String) throws { try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8)) }

    /// Ctrl-C.
    func interrupt() { process.interrupt() }

    var lines: [String] {
        get throws { try String(contentsOfFile: file, encoding: .utf8).split(separator: "\n").map(String.init) }
    }

    /// Waits until so many lines hold `text`.
    func wait(for text: String, count: Int = 1, seconds: Double = 60) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try lines.count(where: { $0.contains(text) }) < count {
            guard ContinuousClock.now < deadline else {
                throw Tmux.Failure(description: "waited \(seconds) s for \(text): \(try lines)")
            }
            usleep(20_000)
        }
    }

    /// Ends the input and waits until the program has ended; returns its exit code.
    func end() throws -> Int32 {
        try input.fileHandleForWriting.close()
        process.waitUntilExit()
        return process.terminationStatus
    }
}
