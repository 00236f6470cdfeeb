import Foundation
import Testing

/// A static web server of another program: python3's.
final class FileServer {
    let address: String
    private let process = Process()

    init(_ directory: String) throws {
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "python3", "-u", "-m", "http.server", "0", "--bind", "127.0.0.1", "--directory", directory,
        ]
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.runReachable()
        // "Serving HTTP on 127.0.0.1 port 40123 (http://…) ..."
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let words = line.split(separator: " ")
        let index = try #require(words.firstIndex(of: "port"), "\(line)")
        address = "http://127.0.0.1:\(words[index + 1])"
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
    }
}
