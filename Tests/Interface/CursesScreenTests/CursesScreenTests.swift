import Foundation
import Glibc
import Testing

@testable import ChatUI

/// The screen on a terminal, byte by byte: a probe without a model runs on a pseudo-terminal.
struct CursesScreenTests {
    private static let leavesAlternateScreen = "\u{1B}[?1049l"
    private static let endsBracketedPaste = "\u{1B}[?2004l"

    /// The probe with its first picture drawn, and how the terminal was before.
    private static func start(_ scene: String = "echo", environment: [String: String] = [:]) throws
        -> (PseudoTerminal, [UInt8])
    {
        let terminal = try PseudoTerminal([PseudoTerminal.probe, scene], environment: environment)
        let before = terminal.settings
        try terminal.expect("Ctrl-Q")
        return (terminal, before)
    }

    private static func expectRestored(_ terminal: PseudoTerminal, _ before: [UInt8]) {
        #expect(terminal.settings == before)
        let output = terminal.text
        #expect(output.contains(leavesAlternateScreen))
        #expect(output.contains(endsBracketedPaste))
        #expect(output.contains("\u{1B}[?25h") || !output.contains("\u{1B}[?25l"))
    }

    /// What the terminal showed after the picture was gone.
    private static func lastWords(_ terminal: PseudoTerminal) -> Substring {
        let output = terminal.text
        guard let end = output.ranges(of: leavesAlternateScreen).last else { return "" }
        return output[end.upperBound...]
    }

    @Test("Ctrl-Q gives the terminal back as it was")
    func quit() throws {
        let (terminal, before) = try Self.start()
        #expect(terminal.settings != before)
        try terminal.send("\u{11}")
        #expect(try terminal.wait() == 0)
        Self.expectRestored(terminal, before)
    }

    @Test("a signal that asks for the end ends it in order", arguments: [SIGTERM, SIGHUP, SIGINT])
    func polite(signal: Int32) throws {
        let (terminal, before) = try Self.start()
        kill(terminal.process, signal)
        #expect(try terminal.wait() == 0)
        try terminal.expect("exit: signal(\(signal))")
        Self.expectRestored(terminal, before)
    }

    @Test(
        "a signal that kills gives the terminal back first, names itself, and still kills",
        arguments: [
            SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGQUIT, SIGSYS, SIGUSR1, SIGUSR2, SIGALRM, SIGXCPU,
            SIGPWR,
        ])
    func fatal(signal: Int32) throws {
        let (terminal, before) = try Self.start()
        kill(terminal.process, signal)
        #expect(try terminal.wait() == -signal)
        Self.expectRestored(terminal, before)
        #expect(Self.lastWords(terminal).contains("ended by SIG"))
    }

    @Test("a crash gives the terminal back and shows its cause", arguments: ["trap while drawing", "trap elsewhere"])
    func crash(kind: String) throws {
        let (terminal, before) = try Self.start()
        try terminal.send(kind + "\r")
        #expect(try terminal.wait() < 0)
        Self.expectRestored(terminal, before)
        #expect(Self.lastWords(terminal).contains("Fatal error: asked to \(kind)"))
    }

    @Test("what a library writes to the standard error comes after the screen, not into it")
    func errors() throws {
        let (terminal, _) = try Self.start()
        try terminal.send("complain\r")
        try terminal.expect("1 tok")
        #expect(!terminal.text.contains("a library complains"))
        try terminal.send("\u{11}")
        #expect(try terminal.wait() == 0)
        #expect(Self.lastWords(terminal).contains("a library complains"))
    }

    @Test("a terminal that is gone ends the screen")
    func hangUp() throws {
        let (terminal, _) = try Self.start()
        terminal.hangUp()
        #expect(try terminal.wait() <= 0)
    }

    @Test("where there can be no full screen, one sentence says so, and the terminal is left alone")
    func refusals() throws {
        for (environment, input, words) in [
            (["TERM": "dumb"], nil, "cannot show a full screen"),
            (["TERM": "no-such-terminal"], nil, "no description"),
            (["TERM": ""], nil, "TERM is not set"), ([:], "/dev/null", "needs a terminal"),
        ] as [([String: String], String?, String)] {
            let terminal = try PseudoTerminal([PseudoTerminal.probe], environment: environment, input: input)
            let before = terminal.settings
            #expect(try terminal.wait() == 1)
            #expect(terminal.text.contains(words) && terminal.text.contains("brim ask"), "\(terminal.text)")
            #expect(terminal.text.split(whereSeparator: \.isNewline).count == 1)
            #expect(terminal.settings == before)
        }
    }

    @Test("a screen on which nothing happens writes nothing", arguments: ["idle", "stopped"])
    func idle(scene: String) throws {
        let (terminal, _) = try Self.start(scene)
        try terminal.settle()
        let drawn = terminal.output.count
        #expect(!terminal.read(for: 1500))
        #expect(terminal.output.count == drawn)
    }

    @Test("a typed letter costs few bytes")
    func echo() throws {
        let (terminal, _) = try Self.start()
        try terminal.settle()
        let before = terminal.output.count
        try terminal.send("z")
        try terminal.expect("z", from: before)
        try terminal.settle()
        // The placeholder goes with the first letter.
        let first = terminal.output.count
        try terminal.send("q")
        try terminal.expect("q", from: first)
        try terminal.settle()
        #expect(terminal.output.count - first < 40)
    }

    @Test(
        "every kind of terminal gets only what its description has",
        arguments: [
            ("linux", "C.UTF-8"), ("vt220", "C"), ("xterm", "C"), ("xterm", "C.UTF-8"),
            ("tmux-256color", "en_XX.UTF-8"), ("screen-256color", "C.UTF-8"), ("xterm-mono", "C.UTF-8"),
            // From ncurses-term, where that is installed; else by what they understand as well.
            ("kitty", "C.UTF-8"), ("foot", "C.UTF-8"), ("alacritty", "C.UTF-8"), ("xterm-kitty", "C.UTF-8"),
            ("foot-256color", "C.UTF-8"), ("xterm-ghostty", "C.UTF-8"),
        ])
    func kinds(term: String, locale: String) throws {
        let (terminal, before) = try Self.start("streaming", environment: ["TERM": term, "LANG": locale])
        try terminal.send("\u{11}")
        #expect(try terminal.wait() == 0)
        #expect(terminal.settings == before)
        #expect(terminal.text.contains("\u{2502}") == locale.contains("UTF-8"))
        let basic: Set = ["linux", "vt220", "xterm", "xterm-mono"]
        #expect(terminal.text.contains("38;5;") == !basic.contains(term))
        // The mouse is for those that have one that can be told from text; kitty's keyboard for all but the console, which would print it.
        #expect(terminal.text.contains("\u{1B}[?1006h") == !["linux", "vt220"].contains(term))
        #expect(terminal.text.contains("\u{1B}[?1006l") == !["linux", "vt220"].contains(term))
        #expect(terminal.text.contains("\u{1B}[>3u") == (term != "linux"))
    }

    @Test("over SSH the mouse is left to the terminal, and there are four pictures a second and not ten")
    func remote() throws {
        var pictures: [Int] = []
        for environment in [[:], ["SSH_CONNECTION": "192.0.2.1 50000 192.0.2.2 22"]] {
            let (terminal, _) = try Self.start(environment: environment)
            #expect(terminal.text.contains("\u{1B}[?1000h") == environment.isEmpty)
            try terminal.send(String(repeating: "word ", count: 300) + "\r")
            try terminal.expect("answering")
            // A picture ends with the cursor at the caret, in the input line.
            let start = terminal.output.count
            let clock = ContinuousClock.now
            while clock.duration(to: .now) < .seconds(4) { terminal.read(for: 50) }
            let text = String(decoding: terminal.output[start...], as: UTF8.self)
            pictures.append(text.ranges(of: /\u{1B}\[23;4H|\u{1B}\[23d/).count)
            try terminal.send("\u{11}")
            #expect(try terminal.wait() == 0)
        }
        #expect(pictures[1] <= 18, "\(pictures)")
        #expect(pictures[0] > pictures[1], "\(pictures)")
    }

    @Test("no colour is written where NO_COLOR asks for none")
    func noColour() throws {
        let (terminal, _) = try Self.start("streaming", environment: ["NO_COLOR": "1"])
        #expect(terminal.text.firstMatch(of: /[\[;](3[0-9]|4[0-9])(;5;[0-9]+)?m/) == nil)
    }

    @Test("the C library and the screen agree on the width of every character")
    func widths() throws {
        // In a locale of its own: setting the process's would reach other tests.
        let locale = unsafe newlocale(LC_CTYPE_MASK, "C.UTF-8", nil)
        let before = unsafe uselocale(locale)
        defer {
            unsafe uselocale(before)
            unsafe freelocale(locale)
        }
        var disagreements = 0
        for value in UInt32(0x20)..<0x3_0000 {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let theirs = cellWidthOfCLibrary(scalar)
            if theirs >= 0, theirs != CellWidth.of(scalar) { disagreements += 1 }
        }
        // U+00AD, and characters assigned since.
        #expect(disagreements < 20)
    }
}
