import Foundation
import Testing

/// Conversations on the full screen, with the real store.
@Suite(.serialized) struct ConversationScreenTests {
    @Test("A conversation is found again by its words after a restart, gone on with, renamed, taken along and deleted")
    func keeps() throws {
        let environment = Brim.environment()
        // Answers that are computed need no patience.
        let first = try start(environment)
        try ask(first, "What is 17 * 23?")
        try first.wait(for: "391")
        try first.press("C-n")
        try first.wait(for: "a new conversation")
        try ask(first, "What is 30 miles in km?")
        try first.wait(for: "48.")
        try first.press("C-q")
        _ = try first.contents(of: "code")

        let second = try start(environment)
        try second.press("C-o")
        try second.wait("both conversations") { $0.contains("17 * 23") && $0.contains("30 miles") }
        try second.type("391")
        try second.wait("the one that was found") { $0.contains("17 * 23") && !$0.contains("30 miles") }
        try second.press("Enter")
        try second.wait(for: "goes on where it ended")
        #expect(try second.screen().contains("391"))
        try second.type("/rename Sums")
        try second.press("Enter")
        try second.wait(for: "\u{2500} Sums \u{2500}")
        try second.type("/export json")
        try second.press("Enter")
        try second.wait(for: "brim-sums.json")
        let bytes = try Data(contentsOf: URL(fileURLWithPath: second.directory + "/brim-sums.json"))
        let export = try #require(try JSONSerialization.jsonObject(with: bytes) as? [String: Any])
        #expect(export["title"] as? String == "Sums" && (export["messages"] as? [Any])?.count == 2)
        try second.press("C-o")
        try second.wait("the renamed one in the list") { $0.contains("> Sums") }
        try second.press("C-d")
        try second.wait(for: "delete it for good?")
        try second.press("C-d")
        try second.wait("the other one alone") { $0.contains("30 miles") && !$0.contains("Sums") }
        try second.press("C-q")
        #expect(try second.contents(of: "code") == "0\n")
    }

    private func start(_ environment: [String: String]) throws -> Tmux {
        let terminal = try Tmux(
            columns: 100, rows: 30, environment: environment, "\(Brim.executable); echo $? > code; exec sleep 600")
        try terminal.wait(for: "smollm2")
        return terminal
    }

    private func ask(_ terminal: Tmux, _ text: String) throws {
        try terminal.type(text)
        try terminal.wait(for: text)
        try terminal.press("Enter")
    }
}
