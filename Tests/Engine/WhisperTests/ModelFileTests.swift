import Foundation
import Kernels
import Testing

@testable import Whisper

/// Builds CTranslate2 files byte by byte: a Whisper model of any size with small random weights.
struct ModelFileBuilder {
    var version: UInt32 = 6
    var specification = "WhisperSpec"
    var variables: [(name: String, shape: [Int], type: UInt8, bytes: [UInt8])] = []
    var aliases: [(String, String)] = [("decoder/projection/weight", "decoder/embeddings/weight")]
    private var random = SplitMix64(seed: 11)

    /// A variable of float16 values between −1/16 and 1/16.
    mutating func add(_ name: String, _ shape: [Int]) {
        var bytes: [UInt8] = []
        let count = shape.reduce(1, *)
        bytes.reserveCapacity(2 * count)
        for _ in 0..<count {
            let bits = UInt16(truncatingIfNeeded: random.next()) & 0x83FF | 0x2800
            bytes.append(UInt8(bits & 0xFF))
            bytes.append(UInt8(bits >> 8))
        }
        variables.append((name, shape, 4, bytes))
    }

    private mutating func addLinear(_ name: String, _ rows: Int, _ columns: Int) {
        add("\(name)/weight", [rows, columns])
        add("\(name)/bias", [rows])
    }

    private mutating func addNorm(_ name: String, _ width: Int) {
        add("\(name)/gamma", [width])
        add("\(name)/beta", [width])
    }

    private mutating func addLayer(_ name: String, _ width: Int, attention: String) {
        addNorm("\(name)/\(attention)/layer_norm", width)
        addLinear("\(name)/\(attention)/linear_0", 3 * width, width)
        addLinear("\(name)/\(attention)/linear_1", width, width)
        addNorm("\(name)/ffn/layer_norm", width)
        addLinear("\(name)/ffn/linear_0", 4 * width, width)
        addLinear("\(name)/ffn/linear_1", width, 4 * width)
    }

    /// A whole model.
    static func whisper(width: Int, layers: Int, positions: Int = 100) -> Self {
        var builder = Self()
        builder.add("encoder/conv1/weight", [width, 80, 3])
        builder.add("encoder/conv1/bias", [width])
        builder.add("encoder/conv2/weight", [width, width, 3])
        builder.add("encoder/conv2/bias", [width])
        builder.add("encoder/position_encodings/encodings", [positions, width])
        builder.addNorm("encoder/layer_norm", width)
        builder.add("decoder/embeddings/weight", [51_864, width])
        builder.add("decoder/position_encodings/encodings", [64, width])
        builder.addNorm("decoder/layer_norm", width)
        for layer in 0..<layers {
            builder.addLayer("encoder/layer_\(layer)", width, attention: "self_attention")
            builder.addLayer("decoder/layer_\(layer)", width, attention: "self_attention")
            let cross = "decoder/layer_\(layer)/attention"
            builder.addNorm("\(cross)/layer_norm", width)
            builder.addLinear("\(cross)/linear_0", width, width)
            builder.addLinear("\(cross)/linear_1", 2 * width, width)
            builder.addLinear("\(cross)/linear_2", width, width)
        }
        return builder
    }

    func file() -> [UInt8] {
        func little(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) } }
        func string(_ text: String) -> [UInt8] { little(text.utf8.count + 1, 2) + Array(text.utf8) + [0] }
        var bytes = little(Int(version), 4) + string(specification) + little(3, 4) + little(variables.count, 4)
        for variable in variables {
            bytes += string(variable.name) + [UInt8(variable.shape.count)]
            bytes += variable.shape.flatMap { little($0, 4) } + [variable.type] + little(variable.bytes.count, 4)
            bytes += variable.bytes
        }
        bytes += little(aliases.count, 4)
        for (alias, name) in aliases { bytes += string(alias) + string(name) }
        return bytes
    }
}

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
            decoder.begin(encoder.encode(MelWindow(silence: -1), positions: positions, tail: tail), tail: tail)
            let row = decoder.step([50_257]).withRow(0) { row in row.indices.map { row[$0] } }
            #expect(row.count == 51_864 && row.allSatisfy(\.isFinite))
        }
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
