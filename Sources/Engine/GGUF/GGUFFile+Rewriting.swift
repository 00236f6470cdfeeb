/// A tensor of a file to be written: as `TensorInfo`, but for where it lies.
public struct TensorDescription: Sendable, Hashable {
    /// The tensor's name in the file.
    public let name: String
    /// The type of its elements.
    public let type: TensorType
    /// Fastest-running first.
    public let dimensions: [Int]

    /// Describes a tensor that is to be written; `dimensions` with the fastest first.
    public init(name: String, type: TensorType, dimensions: [Int]) {
        self.name = name
        self.type = type
        self.dimensions = dimensions
    }

    /// Bytes of all its blocks.
    public var byteCount: Int {
        dimensions.reduce(1, *) / type.elementsPerBlock * type.bytesPerBlock
    }
}

extension GGUFFile {
    /// All tensors in the order in which they lie in the file.
    public var tensorsInOrder: [TensorInfo] {
        tensors.values.sorted { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
    }

    /// The header of a file of version 3 that says what this one says, with other tensors: what goes before their bytes,
    /// padding included. Tensors follow in this order, each padded to ``alignment``.
    ///
    /// - Parameter changes: numbers to take the place of this file's metadata of those keys, or to come after it.
    public func header(of descriptions: [TensorDescription], changing changes: [String: UInt32]) -> [UInt8] {
        var header = HeaderBytes()
        header.bytes += Array("GGUF".utf8)
        header.append(UInt32(3))
        header.append(UInt64(descriptions.count))
        // What is written is one file, whatever this one is made of.
        let kept = metadata.keys.filter { !$0.hasPrefix("split.") }
        let added = changes.keys.filter { !metadata.contains($0) }.sorted()
        header.append(UInt64(kept.count + added.count))
        for key in kept + added {
            header.append(key)
            if let number = changes[key] {
                header.append(Metadata.Kind.uint32.rawValue)
                header.append(number)
            } else {
                metadata.appendValue(of: key, to: &header)
            }
        }
        var offset = 0
        for tensor in descriptions {
            header.append(tensor.name)
            header.append(UInt32(tensor.dimensions.count))
            for dimension in tensor.dimensions { header.append(UInt64(dimension)) }
            header.append(tensor.type.id)
            header.append(UInt64(offset))
            offset += padded(tensor.byteCount)
        }
        header.bytes += [UInt8](repeating: 0, count: padded(header.bytes.count) - header.bytes.count)
        return header.bytes
    }

    /// `count` rounded up to a multiple of ``alignment``.
    public func padded(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }
}

/// A header while it is written.
struct HeaderBytes {
    var bytes: [UInt8] = []

    mutating func append(_ integer: some FixedWidthInteger) {
        unsafe withUnsafeBytes(of: integer.littleEndian) { unsafe bytes.append(contentsOf: $0) }
    }

    mutating func append(_ text: String) {
        append(UInt64(text.utf8.count))
        bytes += Array(text.utf8)
    }
}

extension Metadata {
    /// Appends type and value of `key`, which must be there, as a file has them.
    func appendValue(of key: String, to header: inout HeaderBytes) {
        guard let value = values[key] else { preconditionFailure("there is no \(key)") }
        if let count = value.elementCount {
            header.append(Kind.array.rawValue)
            header.append(value.kind.rawValue)
            header.append(UInt64(count))
        } else {
            header.append(value.kind.rawValue)
            if value.kind == .string { header.append(UInt64(value.range.count)) }
        }
        unsafe image.withUnsafeBytes(in: value.range) { unsafe header.bytes.append(contentsOf: $0) }
    }
}
