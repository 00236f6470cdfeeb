import Foundation

/// A server on this machine that behaves like Nebius, as a program of its own, behind TLS with its own authority.
final class CloudServer {
    /// What the server has seen.
    struct Seen: Decodable {
        var connections: Int
        var bytes: Int
        var requests: Int
    }

    private let process: ServerProcess

    var directory: String { process.directory }
    var url: String { process.url }

    /// - Parameter holdsConnections: whether it shakes hands with nobody until ``release()``.
    init(holdsConnections: Bool = false) throws {
        process = try ServerProcess("nebius-double", flags: holdsConnections ? ["--hold"] : [])
    }

    /// Lets go on who was held.
    func release() throws { try Data().write(to: URL(fileURLWithPath: directory + "/release")) }

    /// Returns once so many connections have been made.
    func wait(connections: Int, seconds: Double = 60) throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while try seen().connections < connections {
            guard ContinuousClock.now < deadline else { throw Tmux.Failure(description: "nobody has connected") }
            usleep(20_000)
        }
    }

    /// What brim needs to trust the server and to be let in.
    var environment: [String: String] {
        ["BRIM_CLOUD_TRUST_ROOTS": directory + "/ca.pem", "NEBIUS_API_KEY": Self.key]
    }

    static let key = "key-that-nobody-may-see-4711"

    /// How to reach it, for the command line.
    var options: [String] { ["--cloud-url", url, "--cloud-model", "double/echo"] }

    func seen() throws -> Seen {
        try JSONDecoder().decode(Seen.self, from: process.report())
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
