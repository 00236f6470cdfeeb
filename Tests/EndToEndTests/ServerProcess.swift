import Foundation

/// A server of the tests as a program of its own: it writes its address to a file of its directory, and ends with its input.
final class ServerProcess {
    let directory: String
    let url: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    /// Returns once the server listens.
    /// - Parameters:
    ///   - program: its name beside the tests, also that of its directory.
    ///   - flags: for the program.
    init(_ program: String, flags: [String] = []) throws {
        directory = NSTemporaryDirectory() + program + "-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: Brim.root + "/.build/debug/" + program)
        process.arguments = [directory] + flags
        process.standardInput = input
        process.standardOutput = output
        try process.runReachable()
        let deadline = Date().addingTimeInterval(30)
        while !FileManager.default.fileExists(atPath: directory + "/url") {
            guard Date() < deadline else { throw Tmux.Failure(description: "the server did not start") }
            usleep(20_000)
        }
        url = try String(contentsOfFile: directory + "/url", encoding: .utf8)
    }

    deinit {
        // The end of its input ends the server.
        try? input.fileHandleForWriting.close()
        process.waitUntilExit()
    }

    /// What it answers to an empty line.
    func report() throws -> Data {
        try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        return output.fileHandleForReading.availableData
    }
}
