/// What a GGUF file says about itself, read once and checked: the parser of outside input.
struct Header {
    let version: Int
    let metadata: Metadata
    let tensors: [String: TensorInfo]
    /// What offsets of tensors are multiples of.
    let alignment: Int
    /// Where the tensors' bytes begin.
    let dataOffset: Int

    init(reading image: FileImage) throws(GGUFError) {
        version = try Self.version(of: image)
        var reader = HeaderReader(image, from: 8)
        // The shortest tensor description takes 8+1 name, 4+8 dimensions, 4 type, 8 offset bytes; the shortest
        // pair 8+1 key, 4 type, 1 value bytes. Claims beyond the bytes that are there fail before any memory is taken.
        let tensorCount = try reader.count(of: "tensors", atMost: GGUFFile.Limits.tensors, bytesEach: 33)
        let keyCount = try reader.count(of: "metadata keys", atMost: GGUFFile.Limits.keys, bytesEach: 14)
        metadata = try Self.metadata(count: keyCount, &reader)
        let descriptions = try Self.descriptions(count: tensorCount, &reader)
        alignment = try Self.alignment(metadata, reader)
        // The header ends inside the file, so that rounding up cannot overflow.
        dataOffset = (reader.offset + alignment - 1) / alignment * alignment
        tensors = try Self.place(descriptions, from: dataOffset, alignment: alignment, reader)
    }

    // MARK: Preamble

    private static func version(of image: FileImage) throws(GGUFError) -> Int {
        let magic = "GGUF"
        guard image.count >= 4, image.load(UInt32.self, at: 0) == 0x4655_4747 else {
            throw GGUFError(.foreign, path: image.path, "\(ForeignFormat.describe(image)); a \(magic) file is needed")
        }
        var reader = HeaderReader(image, from: 4)
        let version = try reader.integer(UInt32.self, "the version of the format")
        switch version {
        case 2, 3:
            return Int(version)
        case 1:
            throw GGUFError(
                .unsupported, path: image.path,
                "is a \(magic) file of version 1, which is no longer in use; fetch a newer file of the model")
        case let other where (1...3).contains(other.byteSwapped):
            throw GGUFError(
                .unsupported, path: image.path,
                "is a big-endian \(magic) file; fetch the little-endian file of the model")
        default:
            throw GGUFError(
                .unsupported, path: image.path,
                "is a \(magic) file of version \(version); this program reads versions 2 and 3")
        }
    }

    // MARK: Metadata

    private static func metadata(count: Int, _ reader: inout HeaderReader) throws(GGUFError) -> Metadata {
        var values: [String: Metadata.Value] = [:]
        var keys: [String] = []
        for index in 0..<count {
            let key = try reader.text("metadata key \(index + 1)", atMost: GGUFFile.Limits.keyBytes)
            guard !key.isEmpty else { throw reader.malformed("metadata key \(index + 1) is empty") }
            guard values[key] == nil else { throw reader.malformed("metadata \(key.quoted()) is there twice") }
            values[key] = try value(of: key, &reader)
            keys.append(key)
        }
        return Metadata(image: reader.image, values: values, keys: keys)
    }

    private static func kind(of key: String, _ reader: inout HeaderReader) throws(GGUFError) -> Metadata.Kind {
        let number = try reader.integer(UInt32.self, "the type of metadata \(key.quoted())")
        guard let kind = Metadata.Kind(rawValue: number) else {
            throw reader.malformed("metadata \(key.quoted()) is of unknown type \(number)")
        }
        return kind
    }

    private static func value(of key: String, _ reader: inout HeaderReader) throws(GGUFError) -> Metadata.Value {
        let kind = try kind(of: key, &reader)
        if kind == .array { return try array(of: key, &reader) }
        if kind == .string {
            let range = try reader.bytes("metadata \(key.quoted())", atMost: GGUFFile.Limits.stringBytes)
            return Metadata.Value(kind: kind, elementCount: nil, range: range)
        }
        let start = reader.offset
        try reader.skip(kind.size ?? 0, "metadata \(key.quoted())")
        try checkTruth(kind, start..<reader.offset, key, reader)
        return Metadata.Value(kind: kind, elementCount: nil, range: start..<reader.offset)
    }

    private static func array(of key: String, _ reader: inout HeaderReader) throws(GGUFError) -> Metadata.Value {
        let kind = try kind(of: key, &reader)
        guard kind != .array else {
            throw GGUFError(
                .unsupported, path: reader.image.path,
                "metadata \(key.quoted()) is an array of arrays, which no known model needs")
        }
        let count = try reader.count(of: "elements of \(key.quoted())", atMost: Int.max, bytesEach: kind.size ?? 8)
        let start = reader.offset
        if let size = kind.size {
            try reader.skip(count * size, "metadata \(key.quoted())")
            try checkTruth(kind, start..<reader.offset, key, reader)
        } else {
            try reader.strings(count, "a string of \(key.quoted())", atMost: GGUFFile.Limits.stringBytes)
        }
        return Metadata.Value(kind: kind, elementCount: count, range: start..<reader.offset)
    }

    /// Booleans are a byte of 0 or 1; anything else means that the reader lost its way.
    private static func checkTruth(
        _ kind: Metadata.Kind, _ range: Range<Int>, _ key: String, _ reader: HeaderReader
    ) throws(GGUFError) {
        guard kind == .bool else { return }
        guard range.allSatisfy({ reader.image.load(UInt8.self, at: $0) <= 1 }) else {
            throw reader.malformed("metadata \(key.quoted()) is neither true nor false")
        }
    }

    private static func alignment(_ metadata: Metadata, _ reader: HeaderReader) throws(GGUFError) -> Int {
        let alignment = try metadata.integer("general.alignment") ?? 32
        guard GGUFFile.Limits.alignment.contains(alignment), alignment.nonzeroBitCount == 1 else {
            throw reader.malformed("the alignment of \(alignment) bytes is not a power of two from 8 to 1048576")
        }
        return alignment
    }

    // MARK: Tensors

    /// A tensor as the header describes it, its offset counted from the start of the data and not yet checked.
    private struct Description {
        let name: String
        let type: TensorType
        let dimensions: [Int]
        let elementCount: Int
        let offset: UInt64
    }

    private static func descriptions(
        count: Int, _ reader: inout HeaderReader
    ) throws(GGUFError) -> [Description] {
        var names: Set<String> = []
        var descriptions: [Description] = []
        for index in 0..<count {
            let name = try reader.text("the name of tensor \(index + 1)", atMost: GGUFFile.Limits.tensorNameBytes)
            guard names.insert(name).inserted else { throw reader.malformed("tensor \(name.quoted()) is there twice") }
            descriptions.append(try description(of: name, &reader))
        }
        return descriptions
    }

    private static func description(of name: String, _ reader: inout HeaderReader) throws(GGUFError) -> Description {
        let dimensionCount = try reader.integer(UInt32.self, "the shape of tensor \(name.quoted())")
        guard (1...UInt32(GGUFFile.Limits.dimensions)).contains(dimensionCount) else {
            throw reader.malformed("tensor \(name.quoted()) has \(dimensionCount) dimensions")
        }
        var dimensions: [Int] = []
        var elementCount = 1
        for _ in 0..<dimensionCount {
            let size = try reader.integer(UInt64.self, "the shape of tensor \(name.quoted())")
            let (product, overflow) = elementCount.multipliedReportingOverflow(by: Int(clamping: size))
            guard size > 0, !overflow else {
                throw reader.malformed("tensor \(name.quoted()) has an impossible dimension, \(size)")
            }
            dimensions.append(Int(clamping: size))
            elementCount = product
        }
        let number = try reader.integer(UInt32.self, "the type of tensor \(name.quoted())")
        guard let type = TensorType(id: number) else {
            throw GGUFError(
                .unsupported, path: reader.image.path,
                "tensor \(name.quoted()) is of type \(number), which this program does not know; "
                    + "use another quantisation of the model")
        }
        guard dimensions[0].isMultiple(of: type.elementsPerBlock) else {
            throw reader.malformed(
                "tensor \(name.quoted()) has rows of \(dimensions[0]) elements, no multiple of the "
                    + "\(type.elementsPerBlock) in a block of \(type)")
        }
        let offset = try reader.integer(UInt64.self, "the offset of tensor \(name.quoted())")
        return Description(
            name: name, type: type, dimensions: dimensions, elementCount: elementCount, offset: offset)
    }

    /// Turns offsets into ranges of the file, all of them inside it and apart from each other.
    private static func place(
        _ descriptions: [Description], from dataOffset: Int, alignment: Int, _ reader: HeaderReader
    ) throws(GGUFError) -> [String: TensorInfo] {
        let fileSize = reader.image.count
        var tensors: [String: TensorInfo] = [:]
        tensors.reserveCapacity(descriptions.count)
        var end = dataOffset
        for description in descriptions.sorted(by: { $0.offset < $1.offset }) {
            let (blocks, type) = (description.elementCount / description.type.elementsPerBlock, description.type)
            let (size, overflow) = blocks.multipliedReportingOverflow(by: type.bytesPerBlock)
            guard description.offset.isMultiple(of: UInt64(alignment)) else {
                throw reader.malformed(
                    "tensor \(description.name.quoted()) does not start at a multiple of \(alignment)")
            }
            guard !overflow, dataOffset <= fileSize, size <= fileSize - dataOffset,
                description.offset <= UInt64(fileSize - dataOffset - size)
            else {
                throw GGUFError(
                    .truncated, path: reader.image.path,
                    "tensor \(description.name.quoted()) runs past the end of the file (\(fileSize) bytes); "
                        + "it is cut short or damaged: fetch it again")
            }
            let start = dataOffset + Int(description.offset)
            guard start >= end else {
                throw reader.malformed("tensor \(description.name.quoted()) overlaps another")
            }
            end = start + size
            tensors[description.name] = TensorInfo(
                name: description.name, type: type, dimensions: description.dimensions,
                elementCount: description.elementCount, byteRange: start..<end)
        }
        return tensors
    }
}
