import Foundation

/// A server on this machine that behaves like Nebius, as a program of its own, behind TLS with its own authority.
final class CloudServer {
    /// What the server has seen.
    struct Seen: Decodable {
        var connections: Int
        var bytes: Int
        var requests: Int
    }

    let directory = NSTemporaryDirectory() + "cloud-" + UUID().uuidString
    let url: String
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        process.executableURL = URL(fileURLWithPath: Brim.root + "/.build/debug/nebius-double")
        process.arguments = [directory]
        process.standardInput = input
        process.standardOutput = output
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

    /// What brim needs to trust the server and to be let in.
    var environment: [String: String] {
        ["BRIM_CLOUD_TRUST_ROOTS": directory + "/ca.pem", "NEBIUS_API_KEY": Self.key]
    }

    static let key = "key-that-nobody-may-see-4711"

    /// How to reach it, for the command line.
    var options: [String] { ["--cloud-url", url, "--cloud-model", "double/echo"] }

    func seen() throws -> Seen {
        try input.fileHandleForWriting.write(contentsOf: Data("\n".utf8))
        return try JSONDecoder().decode(Seen.self, from: output.fileHandleForReading.availableData)
    }

    /// The bodies of the questions that arrived.
    func questions() throws -> [String] {
        let log = directory + "/requests.jsonl"
        guard FileManager.default.fileExists(atPath: log) else { return [] }
        return try Brim.objects(String(contentsOfFile: log, encoding: .utf8))
            .filter { $0["method"] as? String == "POST" }
            .compactMap { $0["body"] as? String }
    }
}
