import Foundation
import Kernels

/// Builds CTranslate2 files byte by byte: a Whisper model of any size with small random weights.
struct ModelFileBuilder {
    var version: UInt32 = 6
    var specification = "WhisperSpec"
    var variables: [(name: String, shape: [Int], type: UInt8, bytes: [UInt8])] = []
    var aliases: [(String, String)] = [("decoder/projection/weight", "decoder/embeddings/weight")]
    /// Variables have sizes but no values.
    private var isHollow = false
    private var random = SplitMix64(seed: 11)

    /// A variable of float16 values between −1/16 and 1/16.
    mutating func add(_ name: String, _ shape: [Int]) {
        var bytes: [UInt8] = []
        let count = isHollow ? 0 : shape.reduce(1, *)
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
    static func whisper(
        width: Int, layers: Int, decoderLayers: Int? = nil, positions: Int = 100, mels: Int = 80, tokens: Int = 51_864,
        isHollow: Bool = false
    ) -> Self {
        var builder = Self()
        builder.isHollow = isHollow
        builder.add("encoder/conv1/weight", [width, mels, 3])
        builder.add("encoder/conv1/bias", [width])
        builder.add("encoder/conv2/weight", [width, width, 3])
        builder.add("encoder/conv2/bias", [width])
        builder.add("encoder/position_encodings/encodings", [positions, width])
        builder.addNorm("encoder/layer_norm", width)
        builder.add("decoder/embeddings/weight", [tokens, width])
        builder.add("decoder/position_encodings/encodings", [64, width])
        builder.addNorm("decoder/layer_norm", width)
        for layer in 0..<layers {
            builder.addLayer("encoder/layer_\(layer)", width, attention: "self_attention")
        }
        for layer in 0..<(decoderLayers ?? layers) {
            builder.addLayer("decoder/layer_\(layer)", width, attention: "self_attention")
            let cross = "decoder/layer_\(layer)/attention"
            builder.addNorm("\(cross)/layer_norm", width)
            builder.addLinear("\(cross)/linear_0", width, width)
            builder.addLinear("\(cross)/linear_1", 2 * width, width)
            builder.addLinear("\(cross)/linear_2", width, width)
        }
        return builder
    }

    private func little(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(value >> (8 * $0) & 0xFF) }
    }

    private func string(_ text: String) -> [UInt8] { little(text.utf8.count + 1, 2) + Array(text.utf8) + [0] }

    /// Writes the file with a hole for the values of every variable, so that large models take no room.
    func writeHollow(to path: String) throws {
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        var offset: UInt64 = 0
        func put(_ bytes: [UInt8]) throws {
            try file.seek(toOffset: offset)
            try file.write(contentsOf: Data(bytes))
            offset += UInt64(bytes.count)
        }
        try put(little(Int(version), 4) + string(specification) + little(3, 4) + little(variables.count, 4))
        for variable in variables {
            let size = 2 * variable.shape.reduce(1, *)
            let shape = variable.shape.flatMap { little($0, 4) }
            let head = string(variable.name) + [UInt8(variable.shape.count)] + shape
            try put(head + [variable.type] + little(size, 4))
            offset += UInt64(size)
        }
        try put(little(aliases.count, 4) + aliases.flatMap { string($0) + string($1) })
        try file.close()
    }

    func file() -> [UInt8] {
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
