import Foundation
import Testing

/// A collector of the OpenTelemetry protocol that keeps what it is sent: of another program, python3's web server.
final class CollectorServer {
    let address: String
    private let directory = NSTemporaryDirectory() + "collector-" + UUID().uuidString
    private let process = Process()

    private static let script = """
        import http.server, itertools, sys
        numbers = itertools.count()
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                name = f"{sys.argv[1]}/{next(numbers):04d}.{self.path.rsplit('/')[-1]}"
                with open(name, "wb") as file:
                    file.write(body)
                self.send_response(200)
                self.send_header("content-length", "0")
                self.end_headers()
            def log_message(self, *words):
                pass
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        print(server.server_address[1], flush=True)
        server.serve_forever()
        """

    init() throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let output = Pipe()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", Self.script, directory]
        process.standardOutput = output
        try process.runReachable()
        let line = String(decoding: output.fileHandleForReading.availableData, as: UTF8.self)
        let port = try #require(Int(line.trimmingCharacters(in: .whitespacesAndNewlines)), "\(line)")
        address = "http://127.0.0.1:\(port)"
    }

    deinit {
        process.terminate()
        process.waitUntilExit()
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// Every payload of a signal so far, in their order; `metrics` or `traces`.
    func payloads(_ signal: String) throws -> [Data] {
        try FileManager.default.contentsOfDirectory(atPath: directory).sorted().filter { $0.hasSuffix("." + signal) }
            .map { try Data(contentsOf: URL(fileURLWithPath: directory + "/" + $0)) }
    }
}

extension [Data] {
    /// Whether one of them holds these words.
    func hold(_ words: String) -> Bool { contains { $0.range(of: Data(words.utf8)) != nil } }
}
