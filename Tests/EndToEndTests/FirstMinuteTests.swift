import Foundation
import Testing

/// The first start on a device that deserves a better model than the small one, in a real terminal: a house of its own
/// with a catalogue of two models, the better of which a server on this machine has.
@Suite(.serialized) struct FirstMinuteTests {
    private let house = NSTemporaryDirectory() + "first-minute-" + UUID().uuidString

    /// Makes the house; returns the program in it.
    private func build(address: String, _ better: String) throws -> String {
        try FileManager.default.createDirectory(
            atPath: house + "/models", withIntermediateDirectories: true)
        let program = house + "/brim"
        // The program looks for its models above where it lies.
        try Self.place(Brim.executable, at: program)
        try Self.place(Brim.model, at: house + "/models/small.gguf")
        func entry(_ name: String, _ file: String, _ path: String, _ accuracy: Double) throws -> String {
            let digest = try Shell.run("sha256sum", [path]).output.prefix(64)
            let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
            return """
                {"name": "\(name)", "kind": "language", "summary": "s", "licence": "MIT", "accuracy": \(accuracy),
                "files": [{"path": "\(file)", "bytes": \(size), "sha256": "\(digest)",
                "address": "\(address)/better.gguf#sha256=\(digest)"}]}
                """
        }
        let entries = try [
            entry("small", "small.gguf", Brim.model, 0.1), entry("better", "better.gguf", better, 0.9),
        ]
        let catalogue = #"{"models": [\#(entries.joined(separator: ","))]}"#
        try catalogue.write(toFile: house + "/models/catalogue.json", atomically: true, encoding: .utf8)
        return program
    }

    /// Links a file, or copies it where the temporary directory is on another file system.
    private static func place(_ file: String, at path: String) throws {
        do {
            try FileManager.default.linkItem(atPath: file, toPath: path)
        } catch {
            try FileManager.default.copyItem(atPath: file, toPath: path)
        }
    }

    @Test(
        "One talks to the small model while the better one comes; the next turn is its, and /model goes back"
    )
    func arrives() throws {
        let folder = NSTemporaryDirectory() + "served-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // The same model in another type is another file, and says so in its name.
        let better = folder + "/better.gguf"
        let made = try Brim.run("models", "quantize", Brim.model, better, "--type", "Q8_0")
        try #require(made.status == 0, "\(made.error)")
        // Serves when it is told to: by then somebody has talked to the small one.
        let script = """
            import http.server, os, sys, time
            class Handler(http.server.SimpleHTTPRequestHandler):
                def do_GET(self):
                    while not os.path.exists("go"):
                        time.sleep(0.05)
                    super().do_GET()
            os.chdir(sys.argv[1])
            server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
            print(server.server_port, file=open("port.new", "w"))
            os.rename("port.new", "port")
            server.serve_forever()
            """
        let server = Process()
        server.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        server.arguments = ["python3", "-c", script, folder]
        server.standardError = FileHandle.nullDevice
        server.standardOutput = FileHandle.nullDevice
        try server.run()
        defer { server.terminate() }
        var port: String?
        while port == nil {
            try #require(server.isRunning)
            port = try? String(contentsOfFile: folder + "/port", encoding: .utf8)
            usleep(20_000)
        }
        let program = try build(
            address: "http://127.0.0.1:\(port?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "")",
            better)
        var environment = Brim.environment()
        environment["BRIM_MODEL"] = ""
        let terminal = try Tmux(
            columns: 130, rows: 30, environment: environment,
            "'\(program)'; echo $? > code; exec sleep 600")
        try terminal.wait(for: "better is coming")
        try terminal.type("What is 17 * 23?")
        try terminal.press("Enter")
        try terminal.wait(for: "391")
        #expect(try terminal.screen().contains("brim  small"))
        try Data().write(to: URL(fileURLWithPath: folder + "/go"))
        try terminal.wait("the switch", seconds: 120) { $0.contains("answers from now on") }
        try terminal.type("/model small")
        try terminal.press("Enter")
        try terminal.wait("the switch back", seconds: 120) {
            $0.components(separatedBy: "answers from now on").count == 3
        }
        try terminal.type("/model nowhere")
        try terminal.press("Enter")
        try terminal.wait(for: "nowhere does not answer")
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")
        // What has come stays, and answers the next time.
        let list = try Shell.run(program, ["models", "--json"], environment: environment).output
        #expect(list.contains(#""state":"present""#))
        let names = try FileManager.default.contentsOfDirectory(atPath: house + "/models")
        #expect(Set(names) == ["catalogue.json", "small.gguf", "better.gguf"])
    }

    @Test("recommend says which model suits this device and why; use and remove hold from then on")
    func chooses() throws {
        let program = try build(address: "http://127.0.0.1:9", Brim.model)
        var environment = Brim.environment()
        environment["BRIM_MODEL"] = ""
        func run(_ arguments: String...) throws -> Shell.Result {
            try Shell.run(program, arguments, environment: environment)
        }
        let report = try #require(
            try Brim.objects(try run("models", "recommend", "--json").output).first)
        #expect(report["pick"] as? String == "better")
        #expect((report["reason"] as? String)?.contains("90 %") == true)
        #expect(try run("models", "recommend").output.contains("brim models pull better"))
        // What is not here is not chosen.
        let missing = try run("models", "use", "better")
        #expect(
            missing.status == 1 && missing.error.contains("brim models fetch better"), "\(missing.error)")
        #expect(try run("models", "use", "small").status == 0)
        #expect(try run("models").output.contains("in use"))
        #expect(try run("models", "use", "auto").status == 0)
        // Nobody listens there: one line, and quickly.
        let pull = try run("models", "pull", "better")
        #expect(pull.status == 1 && pull.error.contains("nothing listens there"), "\(pull.error)")
        #expect(try run("models", "remove", "small").status == 0)
        #expect(
            try !FileManager.default.contentsOfDirectory(atPath: house + "/models").contains("small.gguf")
        )
        #expect(try run("models", "remove", "small").status == 1)
    }
}
