import Foundation
import Testing

/// `brim eval` and `brim calibrate` as a person and a script use them, with the real model.
@Suite(.serialized) struct EvaluationTests {
    private let folder: String
    private let questions: String

    private static let lines = [
        #"{"id":1,"category":"sum","prompt":"What is 2 + 3?","answers":["5"],"rivals":[]}"#,
        #"{"id":2,"category":"capital","prompt":"What is the capital of France?","answers":["Paris"],"rivals":[]}"#,
        #"{"id":"es-1","category":"capital","prompt":"What is the capital of Spain?","answers":["Madrid"]}"#,
    ]

    init() throws {
        folder = NSTemporaryDirectory() + "brim-eval-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        questions = folder + "/questions.jsonl"
        try Self.lines.joined(separator: "\n").write(toFile: questions, atomically: true, encoding: .utf8)
    }

    private func write(_ text: String, _ name: String) throws -> String {
        let path = folder + "/" + name
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        return path
    }

    private func objects(in path: String) throws -> [[String: Any]] {
        try Brim.objects(try String(contentsOfFile: path, encoding: .utf8))
    }

    // MARK: eval

    @Test("eval writes a line for each question; computed answers are told from the model's, and can be switched off")
    func eval() throws {
        let out = folder + "/answers.jsonl"
        let result = try Brim.run("eval", questions, "--out", out, "--json")
        #expect(result.status == 0, "\(result.error)")
        let figures = try #require(try Brim.objects(result.output).first)
        #expect(figures["questions"] as? Int == 3 && figures["uncalibrated"] as? Int == 0)
        let answers = try objects(in: out)
        #expect(answers.map { "\($0["id"] ?? "")" } == ["1", "2", "es-1"])
        #expect(answers[0]["route"] as? String == "tool" && answers[0]["confidence"] as? Double == 1)
        #expect((answers[0]["source"] as? [String: String]) == ["kind": "tool"])
        let calibration = ["kind": "calibration", "model": "smollm2-135m-instruct-q4_1", "task": "question"]
        for answer in answers.dropFirst() {
            #expect(answer["source"] as? [String: String] == calibration)
            let confidence = try #require(answer["confidence"] as? Double)
            #expect((0...1).contains(confidence) && answer["calibrated"] as? Bool == true)
            #expect(["local", "cloud"].contains(answer["route"] as? String))
            let (decided, all) = (answer["tokens_at_decision"] as? Int ?? -1, answer["tokens"] as? Int ?? -2)
            #expect((0...all).contains(decided))
        }
        let guessed = folder + "/guessed.jsonl"
        #expect(try Brim.run("eval", questions, "--out", guessed, "--no-tools").status == 0)
        #expect(try objects(in: guessed)[0]["route"] as? String != "tool")
    }

    @Test("A run that was interrupted goes on after its last whole line, and keeps what it had")
    func resumes() throws {
        let kept =
            #"{"answer":"kept","calibrated":true,"confidence":0.25,"id":2,"route":"cloud","tokens":3,"tokens_at_decision":3}"#
        let out = try write(kept + "\n{\"answer\":\"cut o", "answers.jsonl")
        #expect(try Brim.run("eval", questions, "--out", out).status == 0)
        let answers = try objects(in: out)
        #expect(answers.map { "\($0["id"] ?? "")" } == ["2", "1", "es-1"] && answers[0]["answer"] as? String == "kept")
        let again = try String(contentsOfFile: out, encoding: .utf8)
        #expect(
            try Brim.run("eval", questions, "--out", out, "--model", "/nowhere.gguf").status == 0,
            "nothing is left to ask")
        #expect(try String(contentsOfFile: out, encoding: .utf8) == again)
    }

    @Test("The report is a picture beside the answers, and rows on the terminal")
    func report() throws {
        let out = folder + "/answers.jsonl"
        let result = try Brim.run("eval", questions, "--out", out, "--report")
        #expect(result.status == 0, "\(result.error)")
        #expect(
            result.output.contains("promised") && result.output.contains("oracle") && result.output.contains("random"))
        let picture = try String(contentsOfFile: folder + "/answers.svg", encoding: .utf8)
        #expect(picture.hasPrefix("<svg") && picture.hasSuffix("</svg>\n") && picture.contains("share escalated"))
    }

    @Test(
        "A calibration that is damaged, hostile or another's leaves the meter uncalibrated, and says why and what to do",
        arguments: ["truncated", "hostile", "foreign", "empty", "another format"])
    func unusableCalibration(how: String) throws {
        let shipped = Brim.root + "/assets/calibration/smollm2-135m-instruct-q4_1.json"
        let text = try String(contentsOfFile: shipped, encoding: .utf8)
        let damaged =
            switch how {
            case "truncated": String(text.prefix(text.count / 2))
            case "hostile": text.replacing("\"bias\" : ", with: "\"bias\" : 1e999, \"old\" : ")
            case "foreign": text.replacing("\"quantisation\" : \"Q4_1\"", with: "\"quantisation\" : \"Q8_0\"")
            case "empty": ""
            default: text.replacing("\"format\" : ", with: "\"format\" : 9")
            }
        #expect(damaged != text)
        let path = try write(damaged, "calibration.json")
        let out = folder + "/answers.jsonl"
        let result = try Brim.run("eval", questions, "--out", out, "--calibration", path, "--no-tools")
        #expect(result.status == 0, "\(result.error)")
        #expect(result.error.contains("uncalibrated:") && result.error.contains("brim calibrate"))
        #expect(result.output.contains("3 of the answers have an uncalibrated confidence"))
        #expect(try objects(in: out).allSatisfy { $0["calibrated"] as? Bool == false })
    }

    @Test("The person's own calibration, once damaged, makes ask say that its confidence is uncalibrated")
    func uncalibratedAsk() throws {
        let data = folder + "/data"
        try FileManager.default.createDirectory(atPath: data + "/calibration", withIntermediateDirectories: true)
        _ = try write("{", "data/calibration/smollm2-135m-instruct-q4_1.json")
        let result = try Brim.run(
            "ask", "--json", "--data-dir", data, "--model", Brim.model, "What is the capital of France?")
        #expect(result.status == 0 && result.error.contains("uncalibrated"), "\(result.error)")
        let lines = try Brim.objects(result.output).filter { $0["type"] as? String == "confidence" }
        #expect(!lines.isEmpty && lines.allSatisfy { $0["calibrated"] as? Bool == false })
    }

    @Test("Judged answers give open requests a confidence: in how far the answer has the form that was asked for")
    func judgedForms() throws {
        let data = folder + "/data"
        let lines = (0..<25).flatMap { number in
            [
                #"{"prompt":"Name it in one sentence.","text":"It is red \#(number).","right":true}"#,
                #"{"prompt":"Name it in one sentence.","text":"It is. Red \#(number).","right":false}"#,
            ]
        }
        let few = try Brim.run(
            "calibrate", "--data-dir", data, "--judged", write(lines.prefix(9).joined(separator: "\n"), "few.jsonl"))
        #expect(few.status != 0 && few.error.contains("at least 20 that have it"), "\(few.error)")
        let judged = try write(lines.joined(separator: "\n"), "judged.jsonl")
        let fit = try Brim.run("calibrate", "--data-dir", data, "--judged", judged)
        #expect(fit.status == 0 && fit.output.contains("Of 50 answers"), "\(fit.error)")

        func done(_ request: String) throws -> [String: Any] {
            let result = try Brim.run(
                "ask", "--json", "--data-dir", data, "--local-only", "--no-cache", "--seed", "1", "--max-tokens", "24",
                request)
            return try #require(try Brim.objects(result.output).last, "\(result.error)")
        }
        let short = try done("Write a poem about the sea in at least 200 words.")
        let source = try #require(short["confidence_source"] as? [String: Any])
        #expect(source["kind"] as? String == "requirements" && source["unmet"] as? [String] == ["at least 200 words"])
        #expect(try #require(short["confidence"] as? Double) < 0.2 && short["unsure"] as? Bool == true)
        let whole = try done("Write a poem about the sea in at most 200 words.")
        #expect(try #require(whole["confidence"] as? Double) > 0.8 && whole["calibrated"] as? Bool == true)
        #expect(try done("Write a poem about the sea.")["confidence"] == nil)
    }

    @Test("--if-missing asks the model nothing where it has a calibration")
    func ifMissing() throws {
        let result = try Brim.run("calibrate", "--if-missing", "--data-dir", folder + "/data")
        #expect(result.status == 0 && result.output.contains("has a calibration"), "\(result.error)")
        #expect(!FileManager.default.fileExists(atPath: folder + "/data/calibration"))
    }

    @Test("ask --json tells the confidence at the token where it changes, and the last one again at the end")
    func confidenceLines() throws {
        let result = try Brim.run("ask", "--json", "What is the capital of France?")
        let objects = try Brim.objects(result.output)
        let lines = objects.filter { $0["type"] as? String == "confidence" }
        #expect(!lines.isEmpty)
        for line in lines {
            #expect((1...64).contains(line["t"] as? Int ?? 0) && (0...1).contains(line["value"] as? Double ?? -1))
            #expect(line["calibrated"] as? Bool == true)
            #expect((line["source"] as? [String: String])?["kind"] == "calibration")
        }
        let done = try #require(objects.last)
        #expect(done["confidence"] as? Double == lines.last?["value"] as? Double && done["calibrated"] as? Bool == true)
        #expect((done["confidence_source"] as? [String: String])?["kind"] == "calibration")
    }

    // MARK: calibrate

    /// Answers that a rule made: right where the model was sure.
    private func records(_ count: Int, right: (Int) -> Bool = { $0 % 3 != 0 }) -> (questions: String, records: String) {
        var questions: [String] = []
        var records: [String] = []
        for id in 0..<count {
            let kind = id.isMultiple(of: 2) ? "colour" : "taste"
            let isRight = right(id)
            questions.append(#"{"id":\#(id),"category":"\#(kind)","prompt":"What is thing \#(id)?","answers":["red"]}"#)
            let logprob = isRight ? -0.01 - Double(id % 7) / 50 : -1.5 - Double(id % 5) / 5
            records.append(
                #"{"id":\#(id),"category":"\#(kind)","prompt":"What is thing \#(id)?","right":\#(isRight),"#
                    + #""tokens":[{"text":"It is","logprob":-0.1,"entropy":0.2},{"text":" red","logprob":\#(logprob),"entropy":\#(-logprob)}]}"#
            )
        }
        return (questions.joined(separator: "\n") + "\n", records.joined(separator: "\n") + "\n")
    }

    @Test("calibrate fits records that are there without asking the model, and eval takes what it wrote")
    func calibrate() throws {
        let made = records(60)
        let file = try write(made.questions, "training.jsonl")
        let kept = try write(made.records, "records.jsonl")
        let path = folder + "/own.json"
        let result = try Brim.run("calibrate", file, "--records", kept, "--out", path)
        #expect(result.status == 0, "\(result.error)")
        #expect(result.output.contains("60 answers") && result.output.contains("AUROC") && result.output.contains(path))
        let again = folder + "/again.json"
        #expect(try Brim.run("calibrate", file, "--records", kept, "--out", again, "--labels").error.contains("Alt-Y"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == Data(contentsOf: URL(fileURLWithPath: again)))
        let eval = try Brim.run("eval", questions, "--out", folder + "/answers.jsonl", "--calibration", path)
        #expect(eval.status == 0 && !eval.error.contains("uncalibrated"), "\(eval.error)")
    }

    @Test("What cannot be learnt from is an error of one line that says why; nothing is written")
    func unsuitable() throws {
        let good = records(60)
        let right = records(60, right: { _ in true })
        let cases: [(questions: String, records: String, reason: String)] = [
            (right.questions, right.records, "All answers are right"),
            (records(12).questions, records(12).records, "too few"),
            (good.questions, good.records.replacing("-0.1,", with: "NaN,", maxReplacements: 1), "line 1 of"),
            (good.questions, good.records.replacing("-0.1,", with: "-1e999,", maxReplacements: 1), "line 1 of"),
            ("{\"id\":", good.records, "line 1 of"), ("", good.records, "no questions"),
            (good.questions + good.questions, good.records, "two questions with the id"),
            (
                good.questions.replacing("taste", with: "colour"), good.records.replacing("taste", with: "colour"),
                "one category"
            ),
        ]
        for (number, made) in cases.enumerated() {
            let file = try write(made.questions, "training-\(number).jsonl")
            let kept = try write(made.records, "records-\(number).jsonl")
            let path = folder + "/never-\(number).json"
            let result = try Brim.run("calibrate", file, "--records", kept, "--out", path)
            #expect(result.status == 1 && result.output.isEmpty, "\(made.reason)")
            #expect(result.error.contains(made.reason), "\(result.error)")
            #expect(result.error.split(separator: "\n").last?.hasPrefix("brim: ") == true)
            #expect(!FileManager.default.fileExists(atPath: path))
        }
    }

    // MARK: Thumbs

    @Test("A thumb up is kept and shown, taken back by the same key, and calibrate learns from it")
    func thumbs() throws {
        let environment = Brim.environment()
        let terminal = try Tmux(
            columns: 120, rows: 30, environment: environment, "\(Brim.executable); echo $? > code; exec sleep 600")
        try terminal.wait(for: "smollm2")
        try terminal.press("M-y")
        try terminal.wait(for: "there is no answer to judge")
        try terminal.type("What is the capital of France?")
        try terminal.wait(for: "France?")
        try terminal.press("Enter")
        try terminal.wait("the ended answer") { $0.contains("LOCAL") && $0.contains("conf") && $0.contains("tok/s") }
        try terminal.wait(for: "LOCAL")
        try terminal.press("M-n")
        try terminal.wait(for: "judged wrong")
        try terminal.press("M-n")
        try terminal.wait("no verdict") { !$0.contains("judged") && $0.contains("no longer noted") }
        try terminal.press("M-y")
        try terminal.wait(for: "judged right")
        try terminal.press("C-q")
        #expect(try terminal.contents(of: "code") == "0\n")

        let made = records(60)
        let result = try Brim.run(
            "calibrate", try write(made.questions, "training.jsonl"), "--records",
            try write(made.records, "records.jsonl"),
            "--out", folder + "/own.json", "--labels", environment: environment)
        #expect(result.status == 0 && result.error.contains("Learning also from 1 answer"), "\(result.error)")
        #expect(result.output.contains("61 answers"))
    }
}
