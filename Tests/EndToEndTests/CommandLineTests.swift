import Foundation
import Testing

/// The commands as scripts use them, with the real model.
@Suite(.serialized) struct CommandLineTests {
    @Test("ask --json gives a token a line and ends with the figures of the answer")
    func askJSON() throws {
        let result = try Brim.run("ask", "--json", "--max-tokens", "24", "What is the capital of France?")
        #expect(result.status == 0, "\(result.error)")
        let objects = try Brim.objects(result.output)
        let tokens = objects.filter { $0["type"] as? String == "token" }
        let done = try #require(objects.last)
        #expect(done["type"] as? String == "done")
        #expect(tokens.count == done["generated_tokens"] as? Int)
        #expect(tokens.compactMap { $0["text"] as? String }.joined() == done["text"] as? String)
        #expect(tokens.allSatisfy { ($0["logprob"] as? Double ?? 1) <= 0 && ($0["entropy"] as? Double ?? -1) >= 0 })
        #expect(done["prompt_tokens"] as? Int ?? 0 > 37, "the frame of examples is part of the prompt")
        #expect(["eos", "length"].contains(done["stop"] as? String ?? ""))
        #expect(done["origin"] as? String == "local")
        for key in ["ttft_ms", "prefill_tokens_per_s", "decode_tokens_per_s"] {
            #expect((done[key] as? Double ?? 0) > 0, "\(key)")
        }
    }

    @Test("The prompt may come through a pipe, alone or beside words, and the answer is plain text")
    func askPipe() throws {
        let alone = try Brim.run("ask", "--max-tokens", "8", input: "What is the capital of France?\n")
        let words = try Brim.run("ask", "--max-tokens", "8", "What is the capital of France?")
        #expect(alone.status == 0 && alone.output == words.output && !alone.output.isEmpty)
        let mixed = try Brim.run("ask", "--max-tokens", "8", "What is the capital of", "-", input: "France?\n")
        #expect(mixed.output == words.output)
    }

    @Test(
        "BRIM_LOG writes what a turn took to the standard error, and neither question nor answer; off, it writes nothing"
    )
    func log() throws {
        let question = "What is the capital of France?"
        let quiet = try Brim.run("ask", "--max-tokens", "8", question)
        let result = try Brim.run("ask", "--max-tokens", "8", question, environment: ["BRIM_LOG": "debug"])
        #expect(result.status == 0 && result.output == quiet.output && !quiet.error.contains("brim.turn"))
        let lines = result.error.split(separator: "\n")
        for words in ["debug brim.start: loaded", "debug brim.turn: route", "debug brim.turn: finished"] {
            #expect(lines.contains { $0.contains(words) }, "\(result.error)")
        }
        #expect(!result.error.contains("capital") && !result.error.contains("Paris"))
        let wrong = try Brim.run("ask", question, environment: ["BRIM_LOG": "loud"])
        #expect(wrong.status == 1 && wrong.error.contains("BRIM_LOG is one of trace, debug"))
    }

    @Test("The configuration's system prompt is told by ask and by a batch, and a flag goes before it")
    func configuredSystemPrompt() throws {
        let configured = ["BRIM_SYSTEM_PROMPT": "You answer in one word."]
        func promptTokens(_ arguments: [String], _ extra: [String: String], input: String? = nil) throws -> Int {
            let result = try Shell.run(
                Brim.executable, ["ask", "--json", "--max-tokens", "2"] + arguments, input: input,
                environment: Brim.environment().merging(extra) { $1 })
            #expect(result.status == 0, "\(result.error)")
            return try #require(try Brim.objects(result.output).last?["prompt_tokens"] as? Int)
        }
        let question = "Name a town by the sea."
        let collected = try promptTokens(["--system", "You answer in one word.", question], [:])
        #expect(try promptTokens([question], configured) == collected)
        #expect(try promptTokens([question], [:]) != collected)
        #expect(try promptTokens(["--system", "Hi.", question], configured) < collected)
        let file = NSTemporaryDirectory() + "batch-" + UUID().uuidString
        try #"{"prompt": "\#(question)"}"#.write(toFile: file, atomically: true, encoding: .utf8)
        defer { _ = try? FileManager.default.removeItem(atPath: file) }
        #expect(try promptTokens(["--batch", file], configured) == collected)
    }

    struct BatchFile: Sendable, CustomTestStringConvertible {
        var name: String
        var bytes: [UInt8]
        /// As they stand in the output, and the beginning of each answer; the model's own are not told.
        var ids: [String]
        var answers: [String?]
        var testDescription: String { name }

        init(_ name: String, _ text: String, ids: [String], answers: [String?]) {
            (self.name, bytes, self.ids, self.answers) = (name, Array(text.utf8), ids, answers)
        }
    }

    static let batchFiles = [
        BatchFile(
            "lines that end in LF",
            "{\"id\":1,\"prompt\":\"What is 1 + 1?\"}\n{\"id\":2,\"prompt\":\"What is 2 + 2?\"}\n",
            ids: ["1", "2"], answers: ["1 + 1 = 2", "2 + 2 = 4"]),
        BatchFile(
            "lines that end in CR and LF, and a blank one",
            "{\"id\":1,\"prompt\":\"What is 1 + 1?\"}\r\n\r\n{\"id\":2,\"prompt\":\"What is 2 + 2?\"}\r\n",
            ids: ["1", "2"],
            answers: ["1 + 1 = 2", "2 + 2 = 4"]),
        BatchFile(
            "a byte order mark", "\u{FEFF}{\"id\":1,\"prompt\":\"What is 1 + 1?\"}", ids: ["1"], answers: ["1 + 1 = 2"]),
        BatchFile(
            "ids of any size, twice, and with a fraction",
            "{\"id\":12345678901234567890,\"prompt\":\"What is 1 + 1?\"}\n{\"id\":1,\"prompt\":\"What is 2 + 2?\"}\n"
                + "{\"id\":1,\"prompt\":\"12/4\"}\n{\"id\":1.5,\"prompt\":\"100-58\"}",
            ids: ["12345678901234567890", "1", "1", "1.5"],
            answers: ["1 + 1 = 2", "2 + 2 = 4", "12/4 = 3", "100-58 = 42"]),
        BatchFile(
            "keys that nobody knows, escapes, and U+2028, which ends no line",
            "{\"id\":\"a\",\"prompt\":\"What is 1 + 1?\",\"extra\":{\"x\":1}}\n"
                + "{\"id\":2,\"prompt\":\"caf\\u00e9 \\ud83d\\ude00 hi\"}\n{\"id\":3,\"prompt\":\"raw \u{2028} sep\"}",
            ids: ["\"a\"", "2", "3"], answers: ["1 + 1 = 2", nil, nil]),
    ]

    @Test("A batch is read whatever its lines end in, and its ids come back as they were", arguments: batchFiles)
    func batchIsRead(item: BatchFile) throws {
        let file = NSTemporaryDirectory() + "batch-" + UUID().uuidString
        try Data(item.bytes).write(to: URL(fileURLWithPath: file))
        defer { _ = try? FileManager.default.removeItem(atPath: file) }
        for piped in [false, true] {
            let input = piped ? String(decoding: item.bytes, as: UTF8.self) : nil
            let result = try Brim.run("ask", "--max-tokens", "2", "--batch", piped ? "-" : file, input: input)
            #expect(result.status == 0, "\(result.error)")
            let lines = result.output.split(separator: "\n")
            try #require(lines.count == item.ids.count)
            for (line, id) in zip(lines, item.ids) { #expect(line.contains("\"id\":\(id),"), "\(line)") }
            for (object, answer) in zip(try Brim.objects(result.output), item.answers) {
                guard let answer else { continue }
                #expect(object["text"] as? String == answer)
            }
        }
    }

    @Test("A line of a batch that is no UTF-8 is named")
    func batchOfAnotherEncoding() throws {
        let file = NSTemporaryDirectory() + "batch-" + UUID().uuidString
        let bytes = Array("{\"prompt\":\"a\"}\r\n\r\n{\"id\":1,\"prompt\":\"caf".utf8) + [0xE9] + Array("\"}\r\n".utf8)
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        defer { _ = try? FileManager.default.removeItem(atPath: file) }
        let result = try Brim.run("ask", "--batch", file)
        #expect(result.status == 1 && result.error.contains("line 3 of \(file) is no UTF-8 text"), "\(result.error)")
    }

    @Test("A seed makes sampling repeatable, and another seed another text")
    func seeds() throws {
        func story(_ seed: String) throws -> String {
            try Brim.run("ask", "--temperature", "1.5", "--seed", seed, "--max-tokens", "24", "Tell me a story.").output
        }
        let first = try story("7")
        #expect(try first == story("7"))
        #expect(try first != story("8"))
    }

    @Test("tokenize and detokenize are inverse to each other, whatever the bytes")
    func tokenize() throws {
        let text = "Zürich 漢字 <|im_end|>\n\ttab"
        let ids = try Brim.run("tokenize", input: text)
        #expect(ids.status == 0, "\(ids.error)")
        #expect(try Brim.run("detokenize", input: ids.output).output == text)
        let special = try Brim.run("tokenize", "--parse-special", input: "<|im_end|>")
        #expect(special.output.trimmingCharacters(in: .whitespacesAndNewlines) == "2")
    }

    @Test("Kernels are chosen by name, and those that this processor lacks are an error")
    func kernels() throws {
        let scalar = try Brim.run("ask", "--max-tokens", "1", "Hello", environment: ["BRIM_KERNELS": "scalar"])
        #expect(scalar.status == 0, "\(scalar.error)")
        let unknown = try Brim.run("ask", "--max-tokens", "1", "Hello", environment: ["BRIM_KERNELS": "abacus"])
        #expect(unknown.status == 1 && unknown.output.isEmpty && unknown.error.contains("BRIM_KERNELS"))
        #expect(unknown.error.contains("scalar"), "the next step is to take one of those that are there")
    }

    @Test("A program that was copied without what ships with it answers, and says what is missing")
    func aloneProgram() throws {
        let folder = NSTemporaryDirectory() + "brim-alone-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.copyItem(atPath: Brim.executable, toPath: folder + "/brim")
        let alone = try Shell.run(
            folder + "/brim", ["ask", "--model", Brim.model, "--max-tokens", "1", "Hello"],
            environment: Brim.environment())
        #expect(alone.status == 0 && alone.error.contains("not beside the program"), "\(alone.error)")
        let beside = try Brim.run("ask", "--max-tokens", "1", "Hello")
        #expect(!beside.error.contains("not beside the program"), "\(beside.error)")
    }

    @Test("Wrong usage is exit code 2 with the usage on the standard error")
    func usage() throws {
        for arguments in [
            ["--bogus"], ["ask", "--temperature", "hot", "x"], ["--threads", "9"], ["ask", "--top-p", "2", "x"],
        ] {
            let result = try Shell.run(Brim.executable, arguments, environment: Brim.environment())
            #expect(result.status == 2 && result.error.contains("Usage:") && result.output.isEmpty, "\(arguments)")
        }
    }

    @Test("What cannot work is exit code 1 with one line that says why and what to do")
    func failures() throws {
        let directory = NSTemporaryDirectory() + "brim-bad-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        let foreign = directory + "/page.gguf"
        try "<!DOCTYPE html><html>not found</html>".write(toFile: foreign, atomically: true, encoding: .utf8)
        let truncated = directory + "/truncated.gguf"
        try Shell.expectSuccess("head", ["-c", "50000000", Brim.model], output: truncated)
        let cases: [([String], String)] = [
            (["ask", "--model", directory + "/none.gguf", "x"], "none.gguf"),
            (["ask", "--model", foreign, "x"], "GGUF"),
            (["ask", "--model", truncated, "x"], "truncated"),
            (["ask", "--model", "no-such-model", "x"], "known models"),
            (["ask", "--model", directory, "x"], directory),
        ]
        for (arguments, word) in cases {
            let result = try Shell.run(Brim.executable, arguments, environment: Brim.environment())
            #expect(result.status == 1 && result.output.isEmpty, "\(arguments)")
            #expect(result.error.contains(word) && result.error.hasPrefix("brim: "), "\(result.error)")
            #expect(result.error.split(separator: "\n").count == 1, "\(result.error)")
        }
    }

    @Test("A prompt longer than the context is refused with the numbers, and an empty one too")
    func prompts() throws {
        let long = try Brim.run("ask", "-", input: String(repeating: "many words and ", count: 20_000))
        #expect(long.status == 1 && long.error.contains("tokens"), "\(long.error)")
        let empty = try Brim.run("ask", "-", input: "\n")
        #expect(empty.status == 1 && empty.error.contains("empty"))
        let closed = try Shell.run(
            "sh", ["-c", "exec \"$0\" ask - <&-", Brim.executable], environment: Brim.environment())
        #expect(closed.status == 1 && closed.error.contains("standard input"), "\(closed.error)")
    }

    @Test("Whoever stops reading stops the answer")
    func closedPipe() throws {
        let result = try Shell.run(
            "sh", ["-c", "\"$0\" ask --max-tokens 400 'Tell me a long story.' | head -c 5", Brim.executable],
            environment: Brim.environment())
        #expect(result.output.utf8.count == 5)
    }

    @Test("An answer keeps to a schema or a grammar: into a pipe as it is, from the device alone")
    func forms() throws {
        let directory = NSTemporaryDirectory() + "forms-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { _ = try? FileManager.default.removeItem(atPath: directory) }
        func file(_ name: String, _ text: String) throws -> String {
            try text.write(toFile: directory + "/" + name, atomically: true, encoding: .utf8)
            return directory + "/" + name
        }
        let schema = try file(
            "order.json",
            #"{"properties": {"drink": {"enum": ["tea", "coffee"]}, "count": {"type": "integer"}}, "required": ["drink", "count"]}"#
        )
        let order = try Brim.run("ask", "--json-schema", schema, "--max-tokens", "32", "Two coffees, please.")
        #expect(order.status == 0, "\(order.error)")
        // It may be over several lines.
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(order.output.utf8)) as? [String: Any], "\(order.output)")
        #expect(["tea", "coffee"].contains(object["drink"] as? String ?? "") && object["count"] is Int)
        // What could be computed, or was answered before, is not passed off as of the form.
        let digits = try file("digits.gbnf", "root ::= \"about \" [0-9]{1,4}\n")
        for _ in 0..<2 {
            let sum = try Brim.run("ask", "--json", "--grammar", digits, "What is 2 + 2?")
            let done = try #require(try Brim.objects(sum.output).last)
            #expect((done["text"] as? String)?.wholeMatch(of: /about [0-9]{1,4}/) != nil, "\(sum.output)")
            #expect(done["origin"] as? String == "local" && done["computed"] as? Bool == false)
            #expect(done["calibrated"] as? Bool == false)
        }
        let broken = try Brim.run("ask", "--grammar", try file("x.gbnf", "root ::= a\na ::= a \"x\" | \"y\""), "Hello")
        #expect(broken.status == 1 && broken.output.isEmpty)
        #expect(broken.error.hasPrefix("brim: \(directory)/x.gbnf: line 2, column 1: the rule a begins with itself"))
        #expect(try Brim.run("ask", "--grammar", digits, "--json-schema", schema, "Hello").status == 2)
        #expect(try Brim.run("ask", "--grammar", directory + "/none", "Hello").status == 1)
    }
}
