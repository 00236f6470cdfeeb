import Foundation
import Testing

@Suite(.serialized) struct PilotCommandTests {
    private let server: CloudServer
    private let environment: [String: String]
    private let folder = NSTemporaryDirectory() + "brim-pilot-" + UUID().uuidString

    init() throws {
        server = try CloudServer()
        environment = Brim.environment().merging(server.environment) { $1 }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func pilot(_ arguments: [String]) throws -> Shell.Result {
        try Shell.run(Brim.executable, ["pilot"] + arguments, environment: environment)
    }

    private func questions(_ prompts: [String]) throws -> String {
        let file = folder + "/questions.jsonl"
        let lines = try prompts.map {
            String(decoding: try JSONSerialization.data(withJSONObject: ["prompt": $0]), as: UTF8.self)
        }
        try lines.joined(separator: "\n").write(toFile: file, atomically: true, encoding: .utf8)
        return file
    }

    @Test(
        "A set of questions is asked, and its report has the stages, the money and the reasons, and none of the words")
    func set() throws {
        let file = try questions(["Who wrote Faust, zebra?", "What is 2 + 2?", "[double:500] Which zebra is it?"])
        let start = try pilot(
            ["start", "before", "--questions", file, "--max-tokens", "8", "--allow-cloud", "--threshold", "1"]
                + server.options)
        #expect(start.status == 0, "\(start.error)")
        let object = try #require(Brim.objects(pilot(["report", "--json"]).output).first)
        let figures = try #require(object["figures"] as? [String: Any])
        #expect(figures["turns"] as? Int == 3 && object["questions"] as? Int == 3)
        #expect((figures["charged_usd"] as? Double ?? 0) > 0)
        let reasons = try #require(figures["escalations"] as? [String: Int])
        #expect(reasons.keys.contains { ["unsure", "sunk"].contains($0) }, "\(reasons)")
        let stages = try #require(figures["stages"] as? [[String: Any]])
        #expect(stages.contains { $0["name"] as? String == "first token, cloud" && ($0["p99_ms"] as? Double ?? 0) > 0 })
        #expect((figures["not_measured"] as? [String])?.contains { $0.hasPrefix("transcription") } == true)

        let page = folder + "/pilot.html"
        let written = try pilot([
            "report", "before", "--html", page, "--markdown", folder + "/pilot.md", "--compare", "before",
        ])
        #expect(written.status == 0, "\(written.error)")
        for text in try [
            String(contentsOfFile: page, encoding: .utf8),
            String(contentsOfFile: folder + "/pilot.md", encoding: .utf8),
        ] {
            #expect(!text.contains("zebra") && !text.contains("Faust") && text.contains("first token, cloud"))
        }
        let status = try pilot(["status"])
        #expect(status.output.contains("before: started") && status.output.contains("3 turns of 3 questions"))
        #expect(try pilot(["report", "--texts"]).error.contains("--keep-text"))
        #expect(try pilot(["start", "before", "--weeks", "1"]).error.contains("already"))
    }

    @Test("Questions and answers are kept and shown where both were asked for")
    func texts() throws {
        let file = try questions(["What is 2 + 2?"])
        let start = try pilot(["start", "kept", "--questions", file, "--keep-text", "--local-only"])
        #expect(start.status == 0, "\(start.error)")
        #expect(try !pilot(["report"]).output.contains("2 + 2"))
        #expect(try pilot(["report", "--texts"]).output.contains("What is 2 + 2?"))
    }

    @Test("A pilot of weeks begins at once, and names that are none are refused")
    func weeks() throws {
        #expect(try pilot(["status"]).error.contains("brim pilot start"))
        #expect(try pilot(["start", "spring", "--weeks", "4"]).status == 0)
        let object = try #require(Brim.objects(pilot(["status", "--json"]).output).first)
        let length = (object["ends_at_ms"] as? Int ?? 0) - (object["started_at_ms"] as? Int ?? 0)
        #expect(length == 4 * 7 * 86_400_000 && object["turns"] as? Int == 0)
        let report = try pilot(["report"])
        #expect(report.status == 0 && report.output.contains("nobody asked anything"))
        for wrong in [["start"], ["start", "../x", "--weeks", "1"], ["start", "--weeks", "0"], ["report", "a b"]] {
            #expect(try pilot(wrong).status == 2, "\(wrong)")
        }
        #expect(try pilot(["report", "summer"]).error.contains("there are: spring"))
    }
}
