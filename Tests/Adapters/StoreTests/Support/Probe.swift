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
        try start(Self.binary(), arguments)
    }

    /// Runs `fill` on a disk of so many kilobytes, which is mounted at `directory` for the probe alone.
    init(fillingADiskOf kilobytes: Int, at directory: String, before script: String) throws {
        let steps = [
            "mount -t tmpfs -o size=\(kilobytes)k,mode=700 tmpfs \"$1\"", script, "exec \"$0\" fill \"$1\" 0",
        ]
        try start("/usr/bin/unshare", ["-rm", "sh", "-c", steps.joined(separator: " && "), Self.binary(), directory])
    }

    /// Whether this machine lets a test mount a disk of its own.
    static var canMount: Bool {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/unshare")
        process.arguments = ["-rm", "mount", "-t", "tmpfs", "tmpfs", "/tmp"]
        process.standardError = FileHandle.nullDevice
        do {
            try process.run()
        } catch {
            return false
        }
        process.waitUntilExit()
        return process.terminationStatus == 0
    }

    private static func binary() throws -> String {
        let testBinary = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        return URL(fileURLWithPath: testBinary).deletingLastPathComponent()
            .appendingPathComponent("StoreCrashProbe").path
    }

    private func start(_ executable: String, _ arguments: [String]) throws {
        process.executableURL = URL(fileURLWithPath: executable)
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

    /// The last line that began with each first word, without it, after the end of the process.
    func facts() -> [String: String] {
        finish()
        let words = lines.map { $0.split(separator: " ", maxSplits: 1).map(String.init) }
        return Dictionary(words.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { _, last in last }
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
