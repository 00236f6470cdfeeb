import Foundation

/// A server on this machine that behaves like hailo-ollama, as a program of its own.
final class HatServer {
    let directory = NSTemporaryDirectory() + "hat-" + UUID().uuidString
    let url: String
    private let process = Process()
    private let input = Pipe()

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: Brim.root + "/.build/debug/hailo-ollama-double")
        process.arguments = [directory]
        process.standardInput = input
        try process.run()
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

    /// A tree in which a HAT+ 2 stands on the bus, for `BRIM_HAT_ROOT`.
    func board() throws -> String {
        let slot = directory + "/root/sys/bus/pci/devices/0001:01:00.0"
        try FileManager.default.createDirectory(atPath: slot, withIntermediateDirectories: true)
        for (name, text) in [("vendor", "0x1e60\n"), ("device", "0x45c4\n")] {
            try text.write(toFile: "\(slot)/\(name)", atomically: true, encoding: .utf8)
        }
        return directory + "/root"
    }
}
