import Foundation
import Testing

/// The conversation without a screen: labelled lines for screen readers, and the same as JSON.
@Suite struct PlainTests {
    private static let questions = "What is 17 * 23?\nWhat is 2 + 2?\n/nonsense\n/cost\n/open\n"

    @Test("Lines that are piped in are answered one after the other, each with its origin, and commands in their turn")
    func lines() throws {
        let result = try Brim.run("--plain", input: Self.questions)
        #expect(result.status == 0, "\(result.error)")
        let lines = result.output.split(separator: "\n").map(String.init)
        let order = [
            "model: smollm2", "brim: 17 * 23 = 391", "from: LOCAL", "brim: 2 + 2 = 4", "choice: 1. What is 17 * 23?",
        ]
        let places = order.map { start in lines.firstIndex { $0.hasPrefix(start) } }
        #expect(places.allSatisfy { $0 != nil } && places.compactMap(\.self) == places.compactMap(\.self).sorted())
        #expect(lines.contains("note: there is no command like /nonsense; /help lists them"))
        #expect(lines.contains { $0.hasPrefix("report: the last 30 days") })
        #expect(result.output.utf8.allSatisfy { $0 == 0x0A || $0 >= 0x20 })
    }

    @Test("A command that comes before the model is there waits for it, also where nothing follows")
    func commandsAlone() throws {
        let result = try Brim.run("--plain", input: "/model\n")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("report: smollm2") && result.output.contains("report: fingerprint"))
    }

    @Test("The same as JSON says the same")
    func json() throws {
        let plain = try Brim.run("--plain", input: Self.questions).output.split(separator: "\n").map(String.init)
        let objects = try Brim.objects(try Brim.run("--json", input: Self.questions).output)
        let lines = objects.map { "\($0["event"] ?? ""): \($0["text"] ?? "")" }
        // The model and the cloud are told of when each is known.
        #expect(lines.prefix(2).sorted() == plain.prefix(2).sorted())
        #expect(lines.dropFirst(2) == plain.dropFirst(2))
    }

    @Test("Without a model every question still comes to an end, and the reason is said")
    func noModel() throws {
        let result = try Brim.run("--plain", "--model", "/nonexistent/model.gguf", input: "Why is the sky blue?\n")
        #expect(result.status == 0 && result.output.contains("error: /nonexistent/model.gguf"))
        #expect(result.output.contains("from: "))
    }
}
