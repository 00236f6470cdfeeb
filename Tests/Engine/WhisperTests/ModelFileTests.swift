import Foundation
import Kernels
import Testing

@testable import Whisper

@Suite("Model files", .serialized) struct ModelFileTests {
    /// Calls `body` with the path of a file that holds `bytes`.
    private func withFile<Result>(_ bytes: [UInt8], _ body: (String) throws -> Result) throws -> Result {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("brim-\(UUID().uuidString).bin")
        try Data(bytes).write(to: url)
        defer { try? FileManager.default.removeItem(at: url) }
        return try body(url.path)
    }

    private func small() -> ModelFileBuilder {
        var builder = ModelFileBuilder()
        builder.add("a/weight", [2, 3])
        builder.add("decoder/embeddings/weight", [4])
        builder.variables.append(("scalar", [], 1, [7]))
        return builder
    }

    @Test("An index says where every variable lies, aliases too")
    func index() throws {
        try withFile(small().file()) { path in
            let model = try CTranslate2File(path: path)
            #expect(model.variables.count == 4)
            let values = try model.floats("a/weight", [2, 3])
            #expect(values.count == 6 && values.allSatisfy { abs($0) < 0.0626 && abs($0) > 0.03 })
            #expect(
                try model.floats("decoder/projection/weight", [4]) == model.floats("decoder/embeddings/weight", [4]))
            #expect(throws: WhisperError.self) { try model.floats("a/weight", [3, 2]) }
            #expect(throws: WhisperError.self) { try model.floats("scalar", []) }
            #expect(throws: WhisperError.self) { try model.floats("none", [1]) }
        }
    }

    /// Width, mel bands and tokens of OpenAI's models, and the layers of both parts in their proportion.
    @Test(
        "Every size of Whisper is recognised by its shapes",
        arguments: [
            ("tiny.en", 384, 80, 51_864, 1, 1), ("base", 512, 80, 51_865, 1, 1), ("small", 768, 80, 51_865, 2, 2),
            ("medium", 1_024, 80, 51_865, 2, 2), ("large-v2", 1_280, 80, 51_865, 2, 2),
            ("large-v3", 1_280, 128, 51_866, 2, 2), ("large-v3-turbo", 1_280, 128, 51_866, 2, 1),
        ])
    func sizes(name: String, width: Int, mels: Int, tokens: Int, encoderLayers: Int, decoderLayers: Int) throws {
        // Only the index is read: the data may lie in a hole of the file.
        let builder = ModelFileBuilder.whisper(
            width: width, layers: encoderLayers, decoderLayers: decoderLayers, mels: mels, tokens: tokens,
            isHollow: true)
        try withFile([]) { path in
            try builder.writeHollow(to: path)
            let model = try CTranslate2File(path: path)
            let sizes = try WhisperDimensions(model)
            try VariableInventory.check(model, sizes)
            #expect(sizes.width == width && sizes.heads == width / 64 && sizes.mels == mels && sizes.tokens == tokens)
            #expect(sizes.encoderLayers == encoderLayers && sizes.decoderLayers == decoderLayers, "\(name)")
        }
    }

    @Test("No cut and no flipped bit of an index makes the reader trap or read beyond the file")
    func mutations() throws {
        let whole = small().file()
        for count in 0..<whole.count {
            try withFile(Array(whole[..<count])) { path in
                _ = #expect(throws: WhisperError.self) { _ = try CTranslate2File(path: path) }
            }
        }
        for index in whole.indices {
            for bit in [0, 3, 7] {
                var mutant = whole
                mutant[index] ^= 1 << UInt8(bit)
                try withFile(mutant) { path in
                    do throws(WhisperError) {
                        let model = try CTranslate2File(path: path)
                        for (name, variable) in model.variables where variable.type == .float16 {
                            _ = try model.floats(variable, named: name, 0..<variable.elementCount)
                        }
                    } catch {
                        #expect(!error.description.isEmpty)
                    }
                }
            }
        }
    }

    @Test(
        "Files of other kinds are refused in words",
        arguments: [
            ("GGUF\u{3}\0\0\0and some more bytes", "not 4 to 6"), ("", "0 bytes"), ("{\"a\": 1}", "8 bytes"),
        ])
    func foreign(content: String, reason: String) throws {
        try withFile(Array(content.utf8)) { path in
            let error = #expect(throws: WhisperError.self) { _ = try CTranslate2File(path: path) }
            #expect(
                error?.code == .foreign && error?.description.contains(reason) == true, "\(error?.description ?? "")")
        }
        var translator = small()
        translator.specification = "TransformerSpec"
        try withFile(translator.file()) { path in
            let error = #expect(throws: WhisperError.self) { _ = try CTranslate2File(path: path) }
            #expect(error?.description.contains("WhisperSpec") == true)
        }
        let missing = #expect(throws: WhisperError.self) { _ = try CTranslate2File(path: "/nonexistent/model.bin") }
        #expect(missing?.code == .unreadable)
        #expect(throws: WhisperError.self) { _ = try CTranslate2File(path: "/tmp") }
    }

    @Test("A model of other sizes is read and runs")
    func otherSizes() throws {
        let pool = try WorkerPool(threads: 2)
        let weights = try withFile(ModelFileBuilder.whisper(width: 128, layers: 2).file()) { path in
            try WhisperWeights(CTranslate2File(path: path), pool: pool)
        }
        let sizes = weights.dimensions
        #expect(sizes.width == 128 && sizes.heads == 2 && sizes.encoderLayers == 2 && sizes.decoderLayers == 2)
        #expect(sizes.audioPositions == 100 && sizes.textPositions == 64 && sizes.tokens == 51_864)
        let encoder = try SpeechEncoder(weights, pool: pool)
        let tail = try SilentTail(weights, encoder: encoder, pool: pool)
        let decoder = try SpeechDecoder(weights, pool: pool)
        for positions in [1, 99, 100] {
            let encoded = try #require(encoder.encode(MelWindow(silence: -1), positions: positions, tail: tail))
            decoder.begin(encoded, tail: tail)
            let row = decoder.step([50_257]).withRow(0) { row in row.indices.map { row[$0] } }
            #expect(row.count == 51_864 && row.allSatisfy(\.isFinite))
        }
    }

    @Test(
        "Weights that nothing would compute with are refused by their name",
        arguments: [
            "decoder/projection/weight", "encoder/layer_0/self_attention/relative_position_keys/weight",
            "encoder/layer_2/ffn/linear_1/weight", "decoder/layer_0/ffn/linear_0_noact/weight",
            "decoder/projection/bias",
        ])
    func strangers(name: String) throws {
        let pool = try WorkerPool(threads: 1)
        var builder = ModelFileBuilder.whisper(width: 64, layers: 1, positions: 20)
        builder.aliases.removeAll { $0.0 == name }
        builder.add(name, [4])
        let error = try withFile(builder.file()) { path in
            #expect(throws: WhisperError.self) { try WhisperWeights(CTranslate2File(path: path), pool: pool) }
        }
        #expect(error?.code == .unsupported && error?.description.contains(name) == true)
    }

    @Test(
        "A model that lacks a variable, has one of another shape or a weight that is no number, is refused by its name")
    func damaged() throws {
        let pool = try WorkerPool(threads: 2)
        let sound = ModelFileBuilder.whisper(width: 64, layers: 1, positions: 20)
        func refusal(_ change: (inout ModelFileBuilder) -> Void) throws -> WhisperError? {
            var builder = sound
            change(&builder)
            return try withFile(builder.file()) { path in
                #expect(throws: WhisperError.self) { try WhisperWeights(CTranslate2File(path: path), pool: pool) }
            }
        }
        let name = "encoder/layer_0/ffn/linear_1/weight"
        let place = try #require(sound.variables.firstIndex { $0.name == name })
        let lacking = try refusal { $0.variables.remove(at: place) }
        #expect(lacking?.description.contains("\(name) is missing") == true)
        let turned = try refusal { $0.variables[place].shape.reverse() }
        #expect(turned?.description.contains(name) == true && turned?.code == .malformed)
        let infinite = try refusal { $0.variables[place].bytes[3] = 0x7C }
        #expect(infinite?.description.contains(name) == true && infinite?.code == .malformed)
        let integers = try refusal {
            $0.variables[place].type = 2
        }
        #expect(integers?.code == .unsupported)
        let norm = try #require(sound.variables.firstIndex { $0.name == "decoder/layer_norm/gamma" })
        let broken = try refusal { $0.variables[norm].bytes[1] = 0x7E }
        #expect(broken?.description.contains("decoder/layer_norm/gamma") == true)
        let none = try refusal { builder in builder.variables.removeAll { $0.name.hasPrefix("encoder/layer_0") } }
        #expect(none?.code == .unsupported)
    }
}
