import Foundation
import Testing

/// `brim models` with files of the person's own.
@Suite(.serialized) struct ModelsCommandTests {
    private let folder = NSTemporaryDirectory() + "models-command-" + UUID().uuidString

    init() throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private var names: [String] {
        get throws { try FileManager.default.contentsOfDirectory(atPath: folder) }
    }

    @Test("quantize writes a file that brim runs, refuses to overwrite it, and says in JSON what it did")
    func quantize() throws {
        let path = folder + "/small.gguf"
        let written = try Brim.run("models", "quantize", Brim.model, path, "--type", "q4_0", "--json")
        #expect(written.status == 0, "\(written.error)")
        let report = try #require(try Brim.objects(written.output).first)
        #expect(report["tensors"] as? [String: Int] == ["Q4_0": 210, "Q8_0": 1, "F32": 61])
        #expect(report["requantised_from"] as? [String] == ["Q4_1"])
        let answer = try Brim.run("ask", "--model", path, "--max-tokens", "4", "What is the capital of France?")
        #expect(answer.status == 0 && !answer.output.isEmpty, "\(answer.error)")
        let again = try Brim.run("models", "quantize", Brim.model, path, "--type", "Q8_0")
        #expect(again.status == 1 && again.error.contains("--force") && again.output.isEmpty)
        let forced = try Brim.run("models", "quantize", Brim.model, path, "--type", "Q8_0", "--force")
        #expect(forced.status == 0 && forced.output.contains("211 x Q8_0"), "\(forced.error)")
        #expect(try names == ["small.gguf"])
    }

    @Test("diff finds the tensors that two models have in common, patch makes the one of the other, and of no third")
    func delta() throws {
        let families = Brim.root + "/Tests/Engine/TransformerTests/Fixtures/families"
        let name = try #require(
            try FileManager.default.contentsOfDirectory(atPath: families).sorted().first { $0.hasSuffix(".gguf") })
        let (old, new) = (families + "/" + name, folder + "/new.gguf")
        var bytes = try Data(contentsOf: URL(fileURLWithPath: old))
        // Behind the metadata, which is a small part of the file.
        for index in stride(from: bytes.count / 2, to: bytes.count, by: 100) { bytes[index] &+= 1 }
        try bytes.write(to: URL(fileURLWithPath: new))
        let (delta, made) = (folder + "/new.delta", folder + "/made.gguf")
        let diff = try Brim.run("models", "diff", old, new, "--out", delta, "--json")
        let report = try #require(try Brim.objects(diff.output).first, "\(diff.error)")
        #expect(try #require(report["share"] as? Double) < 0.15)
        #expect(try #require(report["tensors_in_common"] as? Int) > 10)
        let patch = try Brim.run("models", "patch", old, delta, made)
        #expect(patch.status == 0, "\(patch.error)")
        #expect(FileManager.default.contents(atPath: made) == bytes)
        let again = try Brim.run("models", "patch", old, delta, made)
        #expect(again.status == 1 && again.error.contains("is there already"))
        let wrong = try Brim.run("models", "patch", new, delta, folder + "/other.gguf")
        #expect(wrong.status == 1 && wrong.error.contains("is of another file"), "\(wrong.error)")
        #expect(try names.sorted() == ["made.gguf", "new.delta", "new.gguf"])
    }

    @Test("quantize that cannot write all of it says so and leaves nothing behind")
    func noRoom() throws {
        // A limit on the size of files stands in for a disk that is full: in both cases the system takes no more.
        let script = "trap '' XFSZ; ulimit -f 2000; exec \"$0\" models quantize \"$1\" \"$2\" --type Q8_0"
        let result = try Shell.run(
            "/bin/bash", ["-c", script, Brim.executable, Brim.model, folder + "/cut.gguf"],
            environment: Brim.environment())
        #expect(result.status == 1 && result.error.contains("cannot be written"), "\(result.error)")
        #expect(try names.isEmpty)
    }

    @Test("inspect tells shape, memory and limit of speed, for people and for machines")
    func inspect() throws {
        let page = try Brim.run("models", "inspect", "smollm2-135m", "--context", "1024")
        #expect(page.status == 0, "\(page.error)")
        for words in ["134.5 million", "210 tensors", "1024 of 8192 tokens", "at most", "runs here       yes"] {
            #expect(page.output.contains(words), "\(words)")
        }
        let json = try Brim.run("models", "inspect", Brim.model, "--json", "--tensors", "--no-speed")
        let object = try #require(try Brim.objects(json.output).first)
        #expect(object["runs"] as? Bool == true && object["layers"] as? Int == 30)
        #expect((object["tensors"] as? [Any])?.count == 272)
        #expect(object["tokens_per_s_at_most"] == nil && object["bytes_per_token"] as? Int ?? 0 > 90_000_000)
    }

    @Test("inspect says of a file that is no model, or that is not there, what to do")
    func wrongFiles() throws {
        let foreign = try Brim.run("models", "inspect", "/etc/passwd")
        #expect(foreign.status == 1 && foreign.error.contains("GGUF"))
        let missing = try Brim.run("models", "inspect", "no-such-model")
        #expect(missing.status == 1 && missing.error.contains("known models"))
        #expect(try Brim.run("models", "quantize", Brim.model, folder + "/x", "--type", "Q9").status == 2)
    }

    static let gemma = Brim.root + "/models/gemma-3-270m-q4_k_m.gguf"

    @Test(
        "a base model goes on with the words, and says that it has no chat template",
        .enabled(
            if: FileManager.default.fileExists(atPath: gemma),
            "the model is not here; it is optional: brim models fetch gemma3-270m"))
    func baseModel() throws {
        let result = try Brim.run(
            "ask", "--model", "gemma3-270m", "--max-tokens", "8", "--system", "Be brief.", "The capital of France is")
        #expect(result.status == 0 && result.output.count > 8, "\(result.output) \(result.error)")
        #expect(result.error.contains("has no chat template") && result.error.contains("--system is not used"))
    }
}
