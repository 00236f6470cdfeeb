import Foundation
import Testing

/// The full screen in a real terminal, with the real model.
@Suite(.serialized) struct FullScreenTests {
    /// Starts brim between two `stty -a`, so that what it leaves behind can be compared.
    private func start(columns: Int = 120, rows: Int = 36, environment: [String: String] = [:], options: String = "")
        throws -> Tmux
    {
        try Tmux(
            columns: columns, rows: rows, environment: Brim.environment().merging(environment) { $1 },
            // The shell stays: only the program's own process is signalled.
            "stty -a > before; \(Brim.executable) \(options); echo $? > code; stty -a > state; mv state after; exec sleep 600"
        )
    }

    private func ready(_ terminal: Tmux) throws { try terminal.wait(for: "smollm2") }

    private func ask(_ terminal: Tmux, _ text: String) throws {
        try terminal.type(text)
        try terminal.wait(for: String(text.suffix(20)))
        try terminal.press("Enter")
    }

    /// Whether the picture fills a terminal of that size, from its header to its last line.
    private func isWhole(_ screen: String, columns: Int, rows: Int) -> Bool {
        let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
        // The header ends one blank before the edge.
        return lines.count >= rows && lines[0].contains("brim") && lines[0].hasSuffix("LOCAL")
            && lines[0].count == columns - 1 && lines[rows - 1].contains("F1 help")
    }

    private func expectRestored(_ terminal: Tmux, code: String) throws {
        #expect(try terminal.contents(of: "code") == code + "\n")
        #expect(try terminal.contents(of: "after") == terminal.contents(of: "before"))
    }

    @Test("A person asks, reads the answer with its figures, scrolls, and quits; the terminal is as it was")
    func conversation() throws {
        let terminal = try start()
        try ready(terminal)
        try ask(terminal, "What is the capital of France?")
        let answered = try terminal.wait("an answer with its figures") {
            $0.contains("LOCAL \u{B7}") && $0.contains("Enter send") && $0.contains("France")
        }
        #expect(answered.contains("CONFIDENCE") || answered.contains("PROBABILITY"))
        try terminal.press("F1")
        try terminal.wait(for: "this help")
        try terminal.press("Escape")
        try terminal.wait("the help closed") { !$0.contains("this help") }
        try terminal.press("C-q")
        try expectRestored(terminal, code: "0")
    }

    @Test("Esc stops the answer and keeps what came; the next question is answered")
    func stop() throws {
        let terminal = try start(columns: 80, rows: 24)
        try ready(terminal)
        try ask(terminal, "Write a very long story about a lighthouse keeper and the sea.")
        try terminal.wait("the answer to begin") { $0.contains("answering") }
        try terminal.press("Escape")
        let stopped = try terminal.wait(for: "stopped")
        #expect(stopped.contains("Enter send"))
        try ask(terminal, "What is 2 + 2?")
        try terminal.wait("the second answer") { $0.contains("Enter send") && $0.contains("LOCAL \u{B7}") }
        try terminal.press("F10")
        try expectRestored(terminal, code: "0")
    }

    @Test("The window may change its size while an answer streams")
    func resize() throws {
        let terminal = try start()
        try ready(terminal)
        try ask(terminal, "Tell me everything about the history of bread.")
        try terminal.wait("the answer to begin") { $0.contains("answering") }
        for (columns, rows) in [(60, 15), (80, 24), (120, 36)] {
            try terminal.resize(columns: columns, rows: rows)
            let screen = try terminal.wait("a whole picture at \(columns)x\(rows)") {
                isWhole($0, columns: columns, rows: rows) && ($0.contains("Esc stop") || $0.contains("Enter send"))
            }
            let lines = screen.split(separator: "\n", omittingEmptySubsequences: false)
            #expect(lines.count <= rows + 1 && lines.allSatisfy { $0.count <= columns })
        }
        try terminal.press("Escape")
        try terminal.wait(for: "Enter send")
        try terminal.press("C-q")
        try expectRestored(terminal, code: "0")
    }

    @Test("Forty pasted lines are one message")
    func paste() throws {
        let terminal = try start(columns: 80, rows: 24)
        try ready(terminal)
        try terminal.paste((1...40).map { "line number \($0)" }.joined(separator: "\n"))
        try terminal.wait(for: "line number 40")
        try terminal.press("Enter")
        try terminal.wait("the question to be sent") { $0.contains("Esc stop") || $0.contains("LOCAL \u{B7}") }
        try terminal.press("Escape")
        try terminal.wait(for: "Enter send")
        for _ in 0..<12 { try terminal.press("PageUp") }
        let top = try terminal.wait(for: "line number 1")
        #expect(top.contains("line number 2") && top.contains("line number 3"))
        try terminal.press("C-q")
        try expectRestored(terminal, code: "0")
    }

    @Test("Ctrl-Z gives the terminal to the shell, and fg brings the picture back whole and at the right size")
    func suspend() throws {
        let terminal = try Tmux(
            columns: 80, rows: 24, environment: Brim.environment().merging(["PS1": "shell> "]) { $1 },
            "exec bash --norc --noprofile -i")
        try terminal.wait(for: "shell>")
        try terminal.type("stty -g > before; \(Brim.executable)\n")
        try ready(terminal)
        try terminal.type("a draft")
        try terminal.wait(for: "a draft")
        try terminal.press("C-z")
        // The picture is gone, what stood before it is back, and the shell says that its job is stopped.
        let shell = try terminal.wait("the shell") { $0.contains("Stopped") && $0.contains("stty -g") }
        #expect(!shell.contains("a draft"))
        try terminal.type("stty -g > stopped\n")
        #expect(try terminal.contents(of: "stopped") == terminal.contents(of: "before"))
        try terminal.resize(columns: 100, rows: 30)
        try terminal.type("fg\n")
        try terminal.wait("the picture, with its last line on the last row") {
            $0.contains("a draft") && isWhole($0, columns: 100, rows: 30)
        }
        try terminal.press("C-q")
        try terminal.wait(for: "shell>")
        try terminal.type("stty -g > after\n")
        #expect(try terminal.contents(of: "after") == terminal.contents(of: "before"))
    }

    @Test("A crash leaves the terminal as it was, shows its cause and dies of it", arguments: [SIGSEGV, SIGABRT])
    func crash(number: Int32) throws {
        let terminal = try start(columns: 80, rows: 24, environment: ["SWIFT_BACKTRACE": "enable=no"])
        try ready(terminal)
        try ask(terminal, "Write a long poem about autumn.")
        try terminal.wait("the answer to begin") { $0.contains("answering") }
        let brim = try #require(try Processes.child(of: terminal.processID(), named: "brim"))
        kill(brim, number)
        try expectRestored(terminal, code: "\(128 + number)")
        let words = try terminal.wait(for: "brim: ended by SIG")
        #expect(!words.contains("Enter send"))
    }

    @Test("After a storm of sizes while an answer streams, the layout is whole")
    func storm() throws {
        let terminal = try start(columns: 80, rows: 24)
        try ready(terminal)
        try ask(terminal, "Tell me everything about the history of salt.")
        for step in 0..<60 { try terminal.requestSize(columns: 30 + step * 37 % 130, rows: 6 + step * 11 % 40) }
        try terminal.resize(columns: 80, rows: 24)
        try terminal.wait("a whole picture") { isWhole($0, columns: 80, rows: 24) }
        try terminal.press("C-q")
        try expectRestored(terminal, code: "0")
    }

    @Test("What another program wrote over the screen is gone after Ctrl-L")
    func redraw() throws {
        let terminal = try start(columns: 80, rows: 24)
        try ready(terminal)
        try terminal.scribble("\u{1B}[5;5Hnoise")
        try terminal.wait(for: "noise")
        try terminal.press("C-l")
        try terminal.wait("a clean picture") { !$0.contains("noise") && $0.contains("ask anything") }
        try terminal.press("C-q")
        try expectRestored(terminal, code: "0")
    }

    @Test("A signal ends the program with the terminal as it was", arguments: [SIGTERM, SIGHUP, SIGINT])
    func signals(number: Int32) throws {
        let terminal = try start(columns: 80, rows: 24)
        try ready(terminal)
        try ask(terminal, "Write a long poem about winter.")
        try terminal.wait("the answer to begin") { $0.contains("answering") }
        let brim = try #require(try Processes.child(of: terminal.processID(), named: "brim"))
        kill(brim, number)
        try expectRestored(terminal, code: "\(128 + number)")
    }

    @Test("A terminal that cannot place its cursor, or no terminal at all, is one clear sentence")
    func noTerminal() throws {
        let piped = try Brim.run()
        #expect(piped.status == 1 && piped.error.contains("needs a terminal") && piped.output.isEmpty)
        let dumb = try start(columns: 80, rows: 24, environment: ["TERM": "dumb"])
        #expect(try dumb.contents(of: "code") == "1\n")
        #expect(try dumb.screen().contains("brim ask"))
    }

    @Test("A missing model leaves the screen up and says what to do")
    func missingModel() throws {
        let terminal = try start(columns: 80, rows: 24, options: "--model /nonexistent/model.gguf")
        try terminal.wait(for: "no model")
        #expect(try terminal.screen().contains("/nonexistent/model.gguf"))
        try terminal.press("C-q")
        try expectRestored(terminal, code: "0")
    }
}
