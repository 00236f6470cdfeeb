/// Writes small GGUF files, sound ones and, where a test asks for it, unsound ones.
package struct GGUFBuilder: Sendable {
    /// A metadata value with the type number a file has for it.
    package enum Value: Sendable {
        case uint8(UInt8), int8(Int8), uint16(UInt16), int16(Int16), uint32(UInt32), int32(Int32)
        case uint64(UInt64), int64(Int64), float32(Float), float64(Double), bool(UInt8), string(String)
        case array(type: UInt32, count: UInt64, payload: [UInt8])

        package static func strings(_ strings: [String]) -> Value {
            .array(type: 8, count: UInt64(strings.count), payload: strings.flatMap { encoded($0) })
        }

        package static func int32s(_ numbers: [Int32]) -> Value {
            .array(type: 5, count: UInt64(numbers.count), payload: numbers.flatMap { littleEndian($0) })
        }

        package static func float32s(_ numbers: [Float]) -> Value {
            .array(type: 6, count: UInt64(numbers.count), payload: numbers.flatMap { littleEndian($0.bitPattern) })
        }
    }

    package struct Tensor: Sendable {
        package var name: String
        package var dimensions: [UInt64]
        package var type: UInt32
        package var bytes: [UInt8]
        /// Where it lies, counted from the start of the data; `nil` is after the one before.
        package var offset: UInt64?

        package init(name: String, dimensions: [UInt64], type: UInt32, bytes: [UInt8], offset: UInt64? = nil) {
            self.name = name
            self.dimensions = dimensions
            self.type = type
            self.bytes = bytes
            self.offset = offset
        }
    }

    package var magic = Array("GGUF".utf8)
    package var version: UInt32 = 3
    package var metadata: [(key: String, value: Value)] = []
    package var tensors: [Tensor] = []
    /// Counts to claim instead of the true ones.
    package var claimedTensors: UInt64?
    package var claimedKeys: UInt64?
    /// What the data is really aligned to; the metadata say what they say.
    package var alignment = 32

    package init() {}

    /// The value of a key, replaced where it stands, or added as the last; `nil` removes it.
    package subscript(key: String) -> Value? {
        get { metadata.first { $0.key == key }?.value }
        set {
            let index = metadata.firstIndex { $0.key == key }
            switch (index, newValue) {
            case (let index?, let value?): metadata[index].value = value
            case (let index?, nil): metadata.remove(at: index)
            case (nil, let value?): metadata.append((key, value))
            case (nil, nil): break
            }
        }
    }

    /// A sound file with every kind of value and four tensors.
    package static func sample() -> GGUFBuilder {
        var builder = GGUFBuilder()
        builder.metadata = [
            ("general.architecture", .string("llama")),
            ("general.alignment", .uint32(32)),
            ("a.uint8", .uint8(200)), ("a.int8", .int8(-100)), ("a.uint16", .uint16(60_000)),
            ("a.int16", .int16(-30_000)), ("a.uint32", .uint32(4_000_000_000)), ("a.int32", .int32(-2_000_000_000)),
            ("a.uint64", .uint64(1 << 40)), ("a.int64", .int64(-(1 << 40))), ("a.float32", .float32(0.5)),
            ("a.float64", .float64(-2.25)), ("a.bool", .bool(1)),
            ("a.numbers", .int32s([1, -2, 3])), ("a.floats", .float32s([0.25, -0.5])),
            ("a.words", .strings(["", "two", "drei", "četiri"])),
        ]
        builder.tensors = [
            Tensor(name: "norm.weight", dimensions: [16], type: 0, bytes: pattern(64, 1)),
            Tensor(name: "blk.0.weight", dimensions: [32, 3], type: 3, bytes: pattern(60, 2)),
            Tensor(name: "blk.1.weight", dimensions: [64, 2, 2], type: 8, bytes: pattern(272, 3)),
            Tensor(name: "output.weight", dimensions: [256, 1], type: 14, bytes: pattern(210, 4)),
        ]
        return builder
    }

    package static func pattern(_ count: Int, _ seed: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ seed &* 101) }
    }

    /// The bytes of the header: everything before the padding.
    package func header() -> [UInt8] {
        var out = magic + littleEndian(version)
        out += littleEndian(claimedTensors ?? UInt64(tensors.count))
        out += littleEndian(claimedKeys ?? UInt64(metadata.count))
        for (key, value) in metadata { out += encoded(key) + encodedValue(value) }
        var next: UInt64 = 0
        for tensor in tensors {
            out += encoded(tensor.name) + littleEndian(UInt32(tensor.dimensions.count))
            out += tensor.dimensions.flatMap { littleEndian($0) } + littleEndian(tensor.type)
            out += littleEndian(tensor.offset ?? next)
            next = padded(next + UInt64(tensor.bytes.count))
        }
        return out
    }

    /// The bytes of the whole file.
    package func build() -> [UInt8] {
        var out = header()
        for tensor in tensors {
            out += [UInt8](repeating: 0, count: Int(padded(UInt64(out.count))) - out.count)
            out += tensor.bytes
        }
        return out
    }

    private func padded(_ count: UInt64) -> UInt64 {
        (count + UInt64(alignment) - 1) / UInt64(alignment) * UInt64(alignment)
    }

    private func encodedValue(_ value: Value) -> [UInt8] {
        switch value {
        case .uint8(let number): littleEndian(UInt32(0)) + [number]
        case .int8(let number): littleEndian(UInt32(1)) + littleEndian(number)
        case .uint16(let number): littleEndian(UInt32(2)) + littleEndian(number)
        case .int16(let number): littleEndian(UInt32(3)) + littleEndian(number)
        case .uint32(let number): littleEndian(UInt32(4)) + littleEndian(number)
        case .int32(let number): littleEndian(UInt32(5)) + littleEndian(number)
        case .float32(let number): littleEndian(UInt32(6)) + littleEndian(number.bitPattern)
        case .bool(let number): littleEndian(UInt32(7)) + [number]
        case .string(let text): littleEndian(UInt32(8)) + encoded(text)
        case .array(let type, let count, let payload):
            littleEndian(UInt32(9)) + littleEndian(type) + littleEndian(count) + payload
        case .uint64(let number): littleEndian(UInt32(10)) + littleEndian(number)
        case .int64(let number): littleEndian(UInt32(11)) + littleEndian(number)
        case .float64(let number): littleEndian(UInt32(12)) + littleEndian(number.bitPattern)
        }
    }
}

package func littleEndian<T: FixedWidthInteger>(_ number: T) -> [UInt8] {
    (0..<(T.bitWidth / 8)).map { UInt8(truncatingIfNeeded: number >> T($0 * 8)) }
}

package func encoded(_ text: String) -> [UInt8] {
    littleEndian(UInt64(text.utf8.count)) + Array(text.utf8)
}
