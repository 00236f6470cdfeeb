import Foundation

/// A real terminal in which a program runs: a tmux server of its own, one window, exact size.
///
/// Every wait is for a condition with a generous limit; nothing sleeps for a guessed time.
final class Tmux: Sendable {
    struct Failure: Error, CustomStringConvertible { let description: String }

    private let socket: String
    /// A directory of this terminal alone.
    let directory: String

    /// Starts `command` (a shell line) in a terminal of that size, in ``directory``.
    init(columns: Int, rows: Int, environment: [String: String] = [:], _ command: String) throws {
        socket = "brim-test-" + UUID().uuidString.prefix(8)
        directory = NSTemporaryDirectory() + socket
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let configuration = directory + "/tmux.conf"
        // A server outlives a test process that was killed, unless somebody sees to it.
        let lines = [
            "set -g status off", "set -g default-terminal tmux-256color", "set -s escape-time 5",
            "set -g remain-on-exit on", "run-shell -b 'tail --pid=\(getpid()) -f /dev/null; tmux kill-server'",
        ]
        try lines.map { $0 + "\n" }.joined().write(toFile: configuration, atomically: true, encoding: .utf8)
        var variables = ["LANG": "C.UTF-8", "LC_ALL": "C.UTF-8"]
        variables.merge(environment) { $1 }
        let exports = variables.map { "export \($0)='\($1)'; " }.sorted().joined()
        try run([
            "-f", configuration, "new-session", "-d", "-x", "\(columns)", "-y", "\(rows)",
            exports + "cd '\(directory)'; " + command,
        ])
    }

    deinit {
        // The server may be gone already: then there is nothing to end.
        _ = try? Shell.run("tmux", ["-L", socket, "kill-server"])
        _ = try? FileManager.default.removeItem(atPath: directory)
    }

    @discardableResult
    private func run(_ arguments: [String]) throws -> String {
        let result = try Shell.run("tmux", ["-L", socket] + arguments)
        guard result.status == 0 else {
            throw Failure(description: "tmux \(arguments.joined(separator: " ")): \(result.output)")
        }
        return result.output
    }

    /// What stands on the screen now, a line a row.
    func screen() throws -> String { try run(["capture-pane", "-p"]) }

    /// The cursor's column and row, from 0.
    func cursor() throws -> (column: Int, row: Int) {
        let parts = try value(of: "#{cursor_x} #{cursor_y}").split(separator: " ")
        guard parts.count == 2, let column = Int(parts[0]), let row = Int(parts[1]) else {
            throw Failure(description: "tmux gave no cursor")
        }
        return (column, row)
    }

    /// Types keys by tmux's names (`Enter`, `F1`, `C-q`, `Escape`).
    func press(_ keys: String...) throws { try run(["send-keys"] + keys) }

    /// Types text as it is.
    func type(_ text: String) throws { try run(["send-keys", "-l", text]) }

    /// Pastes text as a terminal does: bracketed where the program asked for it.
    func paste(_ text: String) throws {
        let file = directory + "/paste"
        try text.write(toFile: file, atomically: true, encoding: .utf8)
        try run(["load-buffer", file])
        try run(["paste-buffer", "-p", "-r"])
    }

    /// Writes to the terminal past the program that runs in it.
    func scribble(_ text: String) throws {
        try FileHandle(forWritingTo: URL(fileURLWithPath: device())).write(contentsOf: Data(text.utf8))
    }

    /// Gives the window another size, and returns when the program's terminal has it.
    func resize(columns: Int, rows: Int) throws {
        try requestSize(columns: columns, rows: rows)
        let path = try device()
        try wait("the terminal at \(columns)x\(rows)") { _ in
            try Shell.run("stty", ["-F", path, "size"]).output.hasPrefix("\(rows) \(columns)\n")
        }
    }

    /// Asks for another size and does not wait: tmux takes its time, and of several it may pass on only the last.
    func requestSize(columns: Int, rows: Int) throws {
        try run(["resize-window", "-x", "\(columns)", "-y", "\(rows)"])
    }

    /// The path of the terminal that the program runs on.
    private func device() throws -> String { try value(of: "#{pane_tty}") }

    /// The process that runs in the window.
    func processID() throws -> Int32 { Int32(try value(of: "#{pane_pid}")) ?? -1 }

    /// What tmux says of the window, by its formats.
    private func value(of format: String) throws -> String {
        try run(["display-message", "-p", format]).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// Waits until the screen fulfils `condition` and returns it.
    @discardableResult
    func wait(
        _ what: String, seconds: Double = 60, until condition: (String) throws -> Bool
    ) throws -> String {
        let deadline = ContinuousClock.now + .seconds(seconds)
        var last = ""
        while ContinuousClock.now < deadline {
            last = try screen()
            if try condition(last) { return last }
            usleep(50_000)
        }
        throw Failure(description: "waited \(seconds) s for: \(what). The screen:\n\(last)")
    }

    @discardableResult
    func wait(for text: String, seconds: Double = 60) throws -> String {
        try wait("\"\(text)\"", seconds: seconds) { $0.contains(text) }
    }

    /// Waits until `path`, written by the command line that runs in the window, holds text.
    func contents(of name: String, seconds: Double = 60) throws -> String {
        let path = directory + "/" + name
        let deadline = ContinuousClock.now + .seconds(seconds)
        while ContinuousClock.now < deadline {
            if let text = try? String(contentsOfFile: path, encoding: .utf8), text.hasSuffix("\n") { return text }
            usleep(50_000)
        }
        throw Failure(description: "waited \(seconds) s for \(name). The screen:\n\(try screen())")
    }
}
