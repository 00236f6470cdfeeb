/// Writes small GGUF files (version 3) in memory, sound or deliberately wrong ones.
///
/// Source: the GGUF specification, https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
struct GGUFBuilder {
    enum Value {
        case uint32(UInt32)
        case float32(Float)
        case bool(Bool)
        case string(String)
        case strings([String])
        case floats([Float])
        case int32s([Int32])
    }

    struct Tensor {
        var name: String
        /// Fastest-running dimension first.
        var dimensions: [Int]
        var type: UInt32
        var bytes: [UInt8]
    }

    /// Written in the order of their keys.
    var metadata: [String: Value] = [:]
    var tensors: [Tensor] = []

    private static let alignment = 32

    func build() -> [UInt8] {
        var file: [UInt8] = Array("GGUF".utf8)
        file.append(UInt32(3))
        file.append(UInt64(tensors.count))
        file.append(UInt64(metadata.count))
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }) {
            file.append(key)
            file.append(value)
        }
        var offset = 0
        for tensor in tensors {
            file.append(tensor.name)
            file.append(UInt32(tensor.dimensions.count))
            for dimension in tensor.dimensions { file.append(UInt64(dimension)) }
            file.append(tensor.type)
            file.append(UInt64(offset))
            offset += Self.padded(tensor.bytes.count)
        }
        file.pad(to: Self.padded(file.count))
        for tensor in tensors {
            file.append(contentsOf: tensor.bytes)
            file.pad(to: Self.padded(file.count))
        }
        return file
    }

    private static func padded(_ count: Int) -> Int {
        (count + alignment - 1) / alignment * alignment
    }
}

extension [UInt8] {
    fileprivate mutating func append<T: FixedWidthInteger>(_ integer: T) {
        var rest = integer
        for _ in 0..<T.bitWidth / 8 {
            append(UInt8(truncatingIfNeeded: rest))
            rest >>= 8
        }
    }

    fileprivate mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        append(contentsOf: Array(text.utf8))
    }

    fileprivate mutating func append(_ value: GGUFBuilder.Value) {
        switch value {
        case .uint32(let number):
            append(UInt32(4))
            append(number)
        case .float32(let number):
            append(UInt32(6))
            append(number.bitPattern)
        case .bool(let flag):
            append(UInt32(7))
            append(UInt8(flag ? 1 : 0))
        case .string(let text):
            append(UInt32(8))
            append(text)
        case .strings(let texts):
            append(UInt32(9))
            append(UInt32(8))
            append(UInt64(texts.count))
            for text in texts { append(text) }
        case .floats(let numbers):
            append(UInt32(9))
            append(UInt32(6))
            append(UInt64(numbers.count))
            for number in numbers { append(number.bitPattern) }
        case .int32s(let numbers):
            append(UInt32(9))
            append(UInt32(5))
            append(UInt64(numbers.count))
            for number in numbers { append(number) }
        }
    }

    fileprivate mutating func pad(to count: Int) {
        append(contentsOf: [UInt8](repeating: 0, count: count - self.count))
    }
}
