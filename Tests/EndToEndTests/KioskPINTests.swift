import Foundation
import Testing

/// The number that ends a kiosk.
@Suite(.serialized) struct KioskPINTests {
    private let environment = Brim.environment()

    private func brim(_ arguments: String..., input: String? = nil) throws -> Shell.Result {
        try Shell.run(Brim.executable, arguments, input: input, environment: environment)
    }

    private func start() throws -> Tmux {
        let terminal = try Tmux(
            columns: 80, rows: 24, environment: environment,
            "\(Brim.executable) --kiosk; echo $? > code; exec sleep 600")
        try terminal.wait(for: "press any key")
        try terminal.press("Enter")
        try terminal.press("C-q")
        return terminal
    }

    @Test(
        "set-pin keeps a hash; the right number ends the kiosk; wrong ones lock it, through a restart, and are recorded"
    )
    func number() throws {
        let set = try brim("kiosk", "set-pin", input: "240613\n")
        #expect(set.status == 0, "\(set.error)")
        let file = (environment["XDG_CONFIG_HOME"] ?? "") + "/brim/kiosk.pin"
        let text = try String(contentsOfFile: file, encoding: .utf8)
        #expect(text.hasPrefix("$scrypt$") && !text.contains("240613"))
        #expect(try FileManager.default.attributesOfItem(atPath: file)[.posixPermissions] as? Int == 0o600)

        let first = try start()
        try first.wait(for: "The operator's number ends it.")
        try first.type("240613")
        try first.press("Enter")
        #expect(try first.contents(of: "code") == "0\n")

        let second = try start()
        try second.wait(for: "The operator's number ends it.")
        for attempt in 1...3 {
            try second.type("999\(attempt)")
            try second.wait(for: "> \u{25CF}\u{25CF}\u{25CF}\u{25CF}")
            try second.press("Enter")
            // The verdict on the number before stands until this one is taken out of the line.
            try second.wait("a verdict") {
                !$0.contains("> \u{25CF}") && $0.contains(attempt < 3 ? "Wrong number." : "Wait ")
            }
        }
        let process = try #require(try Processes.child(of: try second.processID(), named: "brim"))
        #expect(kill(process, SIGKILL) == 0)
        let third = try start()
        try third.wait(for: "The operator's number ends it.")
        try third.type("240613")
        try third.press("Enter")
        try third.wait(for: "Too many wrong numbers. Wait ")
        let log = try brim("audit").output
        #expect(log.contains("wrong PIN, 3 in a row; none is taken for 60 s") && log.contains("ended with the PIN"))
        #expect(!log.contains("999") && !log.contains("240613"))
        #expect(try brim("audit", "verify").status == 0)
    }

    @Test(
        "digits in the configuration are refused without being shown; a printed hash is taken; what is no number is not"
    )
    func configuration() throws {
        let directory = NSTemporaryDirectory() + "brim-pin-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(atPath: directory) }
        let clear = directory + "/clear.yaml"
        try "kiosk: {pin: 240613}\n".write(toFile: clear, atomically: true, encoding: .utf8)
        let refused = try brim("config", "--config", clear)
        #expect(refused.status == 1 && refused.error.contains("brim kiosk set-pin"), "\(refused.error)")
        #expect(!refused.error.contains("240613"))
        let printed = try brim("kiosk", "set-pin", "--print", input: "240613\n")
        let hashed = directory + "/hashed.yaml"
        try "kiosk: {pin: '\(printed.output.trimmingCharacters(in: .whitespacesAndNewlines))'}\n"
            .write(toFile: hashed, atomically: true, encoding: .utf8)
        let taken = try brim("config", "--config", hashed)
        #expect(
            taken.status == 0 && taken.output.contains("kiosk.pin") && !taken.output.contains("scrypt"),
            "\(taken.error)")
        for input in ["12\n", "abcd\n", "", "12345x\n"] {
            let result = try brim("kiosk", "set-pin", input: input)
            #expect(result.status == 1 && result.error.contains("4 to 32 digits"), "\(result.error)")
        }
    }
}
