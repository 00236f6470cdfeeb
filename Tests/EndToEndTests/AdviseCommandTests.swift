import Foundation
import Testing

@Suite struct AdviseCommandTests {
    private let folder = NSTemporaryDirectory() + "brim-advise-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func advise(_ answers: String, _ arguments: String...) throws -> Shell.Result {
        let file = folder + "/answers.yaml"
        try answers.write(toFile: file, atomically: true, encoding: .utf8)
        return try Shell.run(Brim.executable, ["advise", file] + arguments, environment: Brim.environment())
    }

    private static let shopFloor = """
        first_token_seconds: 0.7
        answers_a_month: 20000
        people_at_once: 1
        stay: [personal, medical]
        context_tokens: 800
        connectivity: reliable
        operators: staff
        questions: general
        budget_usd: 20

        """

    @Test("The advice is written as a configuration that Brim reads, and never over one")
    func writes() throws {
        let configuration = folder + "/config.yaml"
        let cost = [
            "--price", "0.15,0.60", "--prompt-tokens", "500", "--answer-tokens", "200", "--kept", "0.26", "--hardware",
            "230", "--lifetime-months", "36", "--watts", "5", "--power-price", "0.15", "--upkeep", "2",
        ]
        let file = folder + "/answers.yaml"
        try Self.shopFloor.write(toFile: file, atomically: true, encoding: .utf8)
        let first = try Shell.run(
            Brim.executable, ["advise", file, "--write", "--config", configuration] + cost,
            environment: Brim.environment())
        #expect(first.status == 0, "\(first.error)")
        #expect(first.output.hasPrefix("Advice: hybrid. ") && first.output.contains("privacy    edge: "))
        let text = try String(contentsOfFile: configuration, encoding: .utf8)
        #expect(text.contains("stay_home: [\"personal\", \"medical\"]") && text.contains("max_budget: \"20\""))
        #expect(!text.contains("allow: true"))
        let settings = try Brim.run("config", "--config", configuration)
        #expect(settings.status == 0 && settings.output.contains("personal, medical"))
        let again = try Shell.run(
            Brim.executable, ["advise", file, "--write", "--config", configuration] + cost,
            environment: Brim.environment())
        #expect(again.status == 1 && again.error.contains("is not changed"))
    }

    @Test("Answers that contradict each other are told, nothing is written, and the exit code says so")
    func contradictory() throws {
        let answers = Self.shopFloor.replacing("connectivity: reliable", with: "connectivity: none")
        let configuration = folder + "/config.yaml"
        let result = try advise(answers, "--json", "--write", "--config", configuration)
        #expect(result.status == 1)
        let object = try #require(Brim.objects(result.output).first, "\(result.error)")
        #expect(object["advice"] as? String == "edge")
        let found = try #require(object["contradictions"] as? [String])
        #expect(found.contains { $0.hasPrefix("budget_usd 20 is for a cloud") })
        #expect(!FileManager.default.fileExists(atPath: configuration))
    }

    @Test("A file that cannot be is refused with its line, and never hangs")
    func hostile() throws {
        let cases = [
            ("", "holds no answers"), ("a: [", "is no YAML"), ("speed: 3", "answers.yaml:1"),
            ("stay: [nothing, medical]", "does not answer"), ("a: &a [1]\nb: [*a, *a]", "aliases"),
            (Self.shopFloor.replacing("people_at_once: 1", with: "people_at_once: 0"), "people_at_once takes"),
            (Self.shopFloor.replacing("context_tokens: 800", with: "context_tokens: 1e300"), "context_tokens takes"),
            (Self.shopFloor.replacing("stay: [personal, medical]", with: "stay: [weather]"), "stay takes"),
            (Self.shopFloor + "operators: team\n", "answers.yaml"),
        ]
        for (text, words) in cases {
            let result = try advise(text)
            #expect(result.status == 1 && result.error.contains(words), "\(text): \(result.error)")
        }
        #expect(try Brim.run("advise", input: "").status == 2)
    }
}
