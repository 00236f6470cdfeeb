import ChatScenes
import ChatUI
import Foundation
import Glibc
import Testing

/// The screen under a storm of sizes, and ended by every signal in every state.
@Suite(.serialized) struct StormTests {
    private static let signals = [
        SIGHUP, SIGINT, SIGQUIT, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGUSR1, SIGSEGV, SIGUSR2, SIGALRM, SIGTERM,
        SIGXCPU, SIGXFSZ, SIGVTALRM, SIGPROF, SIGPWR, SIGSYS, SIGIO,
    ]

    @Test(
        "every signal that can be caught, in every state: the terminal is as it was, and its protocols are popped",
        arguments: ["streaming", "consent", "recording", "palette", "kiosk"])
    func kills(scene: String) throws {
        for signal in Self.signals {
            let terminal = try PseudoTerminal([PseudoTerminal.probe, scene])
            let before = terminal.settings
            try terminal.expect(scene == "kiosk" ? "ask me anything" : "brim")
            // A kiosk is asked to end by nobody at the keyboard.
            if scene == "kiosk", [SIGINT, SIGQUIT].contains(signal) { continue }
            kill(terminal.process, signal)
            let code = try terminal.wait()
            #expect(code == -signal || code == 0, "\(signal) in \(scene): \(code)")
            #expect(terminal.settings == before, "\(signal) in \(scene)")
            for sequence in ["\u{1B}[?1049l", "\u{1B}[?2004l", "\u{1B}[<u", "\u{1B}[?1000l"] {
                #expect(terminal.text.contains(sequence), "\(signal) in \(scene)")
            }
        }
    }

    @Test("500 sizes in ten seconds while an answer streams: the last picture is whole, and the caret in its line")
    func storm() throws {
        let terminal = try PseudoTerminal([PseudoTerminal.probe, "echo"])
        try terminal.expect("Ctrl-Q")
        try terminal.send(String(repeating: "word ", count: 400) + "\r")
        try terminal.expect("answering")
        var random = SystemRandomNumberGenerator()
        for _ in 0..<500 {
            let columns = Int.random(in: 1...200, using: &random)
            terminal.resize(columns: columns, rows: Int.random(in: 1...60, using: &random))
            terminal.read(for: 20)
        }
        terminal.resize(columns: 80, rows: 24)
        try terminal.send("\u{1B}")
        try terminal.settle()
        let start = terminal.output.count
        try terminal.send("\u{C}")
        try terminal.expect("Enter", from: start)
        try terminal.settle()
        let last = String(decoding: terminal.output[start...], as: UTF8.self)
        #expect(last.contains("brim") && last.contains("LOCAL") && last.contains("Enter"))
        try terminal.send("\u{11}")
        #expect(try terminal.wait() == 0)
    }
}
