import Foundation
import Synchronization

/// A running `StoreCrashProbe`, and what it has said so far.
final class Probe {
    private let process = Process()
    private let output = Pipe()
    private let input = Pipe()
    private var unread = Data()
    private(set) var lines: [String] = []

    init(_ arguments: String...) throws {
        let testBinary = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        process.executableURL = URL(fileURLWithPath: testBinary).deletingLastPathComponent()
            .appendingPathComponent("StoreCrashProbe")
        process.arguments = arguments
        process.standardOutput = output
        process.standardInput = input
        try process.run()
    }

    /// Waits for one more line; `nil` at the end of the output.
    func nextLine() -> String? {
        while true {
            if let end = unread.firstIndex(of: UInt8(ascii: "\n")) {
                let line = String(decoding: unread[..<end], as: UTF8.self)
                unread = Data(unread[(end + 1)...])
                lines.append(line)
                return line
            }
            let more = output.fileHandleForReading.availableData
            if more.isEmpty { return nil }
            unread.append(more)
        }
    }

    func send(_ line: String) {
        input.fileHandleForWriting.write(Data((line + "\n").utf8))
    }

    /// Reads on to the end of the output and waits for the process.
    @discardableResult
    func finish() -> Int32 {
        while nextLine() != nil {}
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// `kill -9`, then reads what it had said.
    func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
        finish()
    }
}
