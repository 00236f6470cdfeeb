import Foundation

/// A server on this machine that behaves like hailo-ollama, as a program of its own.
final class HatServer {
    private let process: ServerProcess

    var directory: String { process.directory }
    var url: String { process.url }

    init() throws { process = try ServerProcess("hailo-ollama-double") }

    /// One that runs this model alone, which always says the same.
    init(model: String, answer: String) throws {
        process = try ServerProcess("hailo-ollama-double", flags: ["0", model, answer])
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
