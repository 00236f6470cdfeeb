import Foundation
import Testing

/// A lock that is written while the program runs.
@Suite(.serialized) struct LockScreenTests {
    private func start(_ path: String) throws -> Tmux {
        let terminal = try Tmux(
            columns: 120, rows: 36, environment: Brim.environment(),
            "\(Brim.executable) --config '\(path)'; echo $? > code; exec sleep 600")
        try terminal.wait(for: "smollm2")
        return terminal
    }

    @Test(
        "local_only holds at once, also beside a mistake; neither F5 nor its removal takes it off before the next start",
        arguments: ["local_only: true\n", "thershold: 1\nlocal_only: true\n"])
    func written(text: String) throws {
        let path = NSTemporaryDirectory() + "brim-lock-" + UUID().uuidString + ".yaml"
        try "threshold: 0.7\n".write(toFile: path, atomically: true, encoding: .utf8)
        let terminal = try start(path)
        #expect(try !terminal.screen().contains("LOCAL ONLY"))
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        try terminal.wait(for: "LOCAL ONLY", seconds: 10)
        try terminal.press("F5")
        try terminal.wait(for: "start Brim again")
        try "threshold: 0.6\n".write(toFile: path, atomically: true, encoding: .utf8)
        try terminal.wait(for: "confidence of 0.6 on")
        #expect(try terminal.screen().contains("LOCAL ONLY"))
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")
    }

    @Test("a configuration whose folder comes only while the program runs is seen")
    func folder() throws {
        let environment = Brim.environment()
        let folder = (environment["XDG_CONFIG_HOME"] ?? "") + "/brim"
        try FileManager.default.createDirectory(
            atPath: environment["HOME"] ?? "", withIntermediateDirectories: true)
        let terminal = try Tmux(
            columns: 120, rows: 36, environment: environment,
            "\(Brim.executable); echo $? > code; exec sleep 600")
        try terminal.wait(for: "smollm2")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try "local_only: true\n".write(toFile: folder + "/config.yaml", atomically: true, encoding: .utf8)
        try terminal.wait(for: "LOCAL ONLY", seconds: 10)
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")
    }

    @Test("a batch at work sends nothing more once the lock is written")
    func batch() throws {
        let server = try CloudServer()
        let environment = Brim.environment().merging(server.environment) { $1 }
        let folder = NSTemporaryDirectory() + "brim-batch-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(atPath: folder) }
        try "threshold: 1\n".write(toFile: folder + "/config.yaml", atomically: true, encoding: .utf8)
        let count = 60
        try (0..<count).map { #"{"prompt": "Who wrote book number \#($0)?"}"# }.joined(separator: "\n")
            .write(toFile: folder + "/questions", atomically: true, encoding: .utf8)
        // The lock is written when the first answer is there.
        let script = """
            (until [ -s "$1/answers" ]; do sleep 0.05; done; echo "local_only: true" > "$1/config.yaml") &
            exec "$0" ask --config "$1/config.yaml" --allow-cloud --batch "$1/questions" --parallel 1 --max-tokens 4 \
                --cloud-url \(server.url) --cloud-model double/echo > "$1/answers"
            """
        let result = try Shell.run("sh", ["-c", script, Brim.executable, folder], environment: environment)
        #expect(result.status == 0, "\(result.error)")
        let origins = try Brim.objects(try String(contentsOfFile: folder + "/answers", encoding: .utf8))
            .compactMap { $0["origin"] as? String }
        let cloud = origins.prefix { $0 == "cloud" }.count
        #expect(origins.count == count && cloud > 0)
        #expect(origins.dropFirst(cloud).allSatisfy { $0 == "local" } && cloud < count)
        // The request that was under way when the lock was written may have reached the server; its answer is dropped.
        let sent = try server.questions().count
        #expect(sent == cloud || sent == cloud + 1)
        let log = try Shell.run(Brim.executable, ["audit", "--json", "--limit", "1000"], environment: environment)
        let announced = try Brim.objects(log.output).filter { $0["kind"] as? String == "escalation" }.count
        #expect(sent <= announced && announced <= cloud + 1)
    }
}
