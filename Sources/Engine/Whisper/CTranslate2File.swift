internal import Kernels

/// A model in CTranslate2's binary format (versions 4 to 6): an index of its variables, and their values on demand.
///
/// Layout, little-endian: `u32` version, string specification, `u32` revision, `u32` count, then per variable: string
/// name, `u8` rank, `u32` × rank sizes, `u8` element type, `u32` bytes, data; then `u32` count of aliases, each a pair of
/// strings. A string is a `u16` length that includes a final NUL. Source: CTranslate2, `src/models/model.cc`.
struct CTranslate2File: ~Copyable {
    /// Element types under CTranslate2's numbers.
    enum ElementType: UInt8 {
        case float32 = 0
        case int8, int16, int32
        case float16, bfloat16

        var byteCount: Int {
            switch self {
            case .int8: 1
            case .int16, .float16, .bfloat16: 2
            case .float32, .int32: 4
            }
        }
    }

    /// One variable: its shape, row-major, and where its bytes lie.
    struct Variable {
        var shape: [Int]
        var type: ElementType
        var offset: Int
        var elementCount: Int
    }

    /// Far above any real model: a count beyond is a damaged file.
    private enum Limit {
        static let variables = 1 << 16
        static let rank = 4
        static let nameBytes = 1 << 10
    }

    let file: RegularFile
    let variables: [String: Variable]

    /// Opens the file and reads its index; every length is checked against the size of the file.
    init(path: String) throws(WhisperError) {
        let file = try RegularFile(path: path)
        var cursor = Cursor()
        try Self.readHeader(file, &cursor)
        let variables = try Self.readIndex(file, &cursor)
        self.file = file
        self.variables = variables
    }

    private static func readHeader(_ file: borrowing RegularFile, _ cursor: inout Cursor) throws(WhisperError) {
        guard file.byteCount >= 16 else {
            throw WhisperError(.foreign, file.path, "it is only \(file.byteCount) bytes long")
        }
        let version = try cursor.word(file)
        guard 4...6 ~= version else {
            throw WhisperError(.foreign, file.path, "its first word is \(version), not 4 to 6")
        }
        let name = try cursor.string(file, limit: Limit.nameBytes)
        guard name == "WhisperSpec" else {
            throw WhisperError(.foreign, file.path, "its specification is not WhisperSpec")
        }
        let revision = try cursor.word(file)
        guard revision <= 3 else { throw WhisperError(.unsupported, file.path, "revision \(revision) is newer than 3") }
    }

    private static func readIndex(
        _ file: borrowing RegularFile, _ cursor: inout Cursor
    ) throws(WhisperError) -> [String: Variable] {
        let count = Int(try cursor.word(file))
        guard count <= Limit.variables else {
            throw WhisperError(.malformed, file.path, "it claims \(count) variables")
        }
        var variables: [String: Variable] = [:]
        for _ in 0..<count {
            let name = try cursor.string(file, limit: Limit.nameBytes)
            variables[name] = try readVariable(file, name, &cursor)
        }
        let aliases = Int(try cursor.word(file))
        guard aliases <= Limit.variables else {
            throw WhisperError(.malformed, file.path, "it claims \(aliases) aliases")
        }
        for _ in 0..<aliases {
            let alias = try cursor.string(file, limit: Limit.nameBytes)
            let name = try cursor.string(file, limit: Limit.nameBytes)
            guard let variable = variables[name] else {
                throw WhisperError(.malformed, file.path, "the alias \(alias) points to no variable")
            }
            variables[alias] = variable
        }
        return variables
    }

    private static func readVariable(
        _ file: borrowing RegularFile, _ name: String, _ cursor: inout Cursor
    ) throws(WhisperError) -> Variable {
        let rank = Int(try cursor.byte(file))
        guard rank <= Limit.rank else { throw WhisperError(.malformed, file.path, "\(name) has rank \(rank)") }
        var shape: [Int] = []
        var elements = 1
        for _ in 0..<rank {
            let size = Int(try cursor.word(file))
            let (product, overflow) = elements.multipliedReportingOverflow(by: size)
            guard !overflow else { throw WhisperError(.malformed, file.path, "the size of \(name) overflows") }
            elements = product
            shape.append(size)
        }
        let code = try cursor.byte(file)
        guard let type = ElementType(rawValue: code) else {
            throw WhisperError(.malformed, file.path, "\(name) has the unknown element type \(code)")
        }
        let byteCount = Int(try cursor.word(file))
        let (due, overflow) = elements.multipliedReportingOverflow(by: type.byteCount)
        guard !overflow, due == byteCount else {
            throw WhisperError(.malformed, file.path, "\(name) \(shape) does not take \(byteCount) bytes")
        }
        let offset = cursor.offset
        guard byteCount <= file.byteCount - offset else {
            throw WhisperError(.malformed, file.path, "it ends within \(name)")
        }
        cursor.offset += byteCount
        return Variable(shape: shape, type: type, offset: offset, elementCount: elements)
    }
}

extension CTranslate2File {
    /// The variable `name`, which must have this shape.
    func variable(_ name: String, _ shape: [Int]) throws(WhisperError) -> Variable {
        guard let variable = variables[name] else { throw WhisperError(.malformed, file.path, "\(name) is missing") }
        guard variable.shape == shape else {
            throw WhisperError(.malformed, file.path, "\(name) has shape \(variable.shape), \(shape) was due")
        }
        return variable
    }

    /// Some values of a float variable, in their flat order, as f32. Whether they are finite is not looked at.
    /// - Parameter elements: must lie inside the variable.
    func floats(_ variable: Variable, named name: String, _ elements: Range<Int>) throws(WhisperError) -> [Float] {
        precondition(elements.lowerBound >= 0 && elements.upperBound <= variable.elementCount)
        let type: WeightType
        switch variable.type {
        case .float32: type = .f32
        case .float16: type = .f16
        case .bfloat16: type = .bf16
        case .int8, .int16, .int32:
            throw WhisperError(.unsupported, file.path, "\(name) holds integers; float16 or float32 weights are read")
        }
        let width = variable.type.byteCount
        let bytes = try file.bytes(at: variable.offset + elements.lowerBound * width, count: elements.count * width)
        return unsafe [Float](unsafeUninitializedCapacity: elements.count) { buffer, count in
            var values = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<elements.count]).mutableSpan
            unsafe type.dequantise(bytes.span.bytes, into: &values)
            count = elements.count
        }
    }

    /// All values of the float variable `name`, which must have this shape. One that is NaN or infinite is an error.
    func floats(_ name: String, _ shape: [Int]) throws(WhisperError) -> [Float] {
        let variable = try variable(name, shape)
        let values = try floats(variable, named: name, 0..<variable.elementCount)
        guard unsafe WeightType.f32.firstInvalidBlock(in: values.span.bytes) == nil else {
            throw WhisperError(.malformed, file.path, "\(name) holds a value that is not finite")
        }
        return values
    }
}

/// A place in the file, moving on as it is read.
private struct Cursor {
    var offset = 0

    mutating func byte(_ file: borrowing RegularFile) throws(WhisperError) -> UInt8 {
        let bytes = try file.bytes(at: offset, count: 1)
        offset += 1
        return bytes[0]
    }

    mutating func word(_ file: borrowing RegularFile) throws(WhisperError) -> UInt32 {
        let bytes = try file.bytes(at: offset, count: 4)
        offset += 4
        return bytes.reversed().reduce(0) { $0 << 8 | UInt32($1) }
    }

    /// A string with its NUL, which must be the only one.
    mutating func string(_ file: borrowing RegularFile, limit: Int) throws(WhisperError) -> String {
        let size = try file.bytes(at: offset, count: 2)
        let length = Int(size[0]) | Int(size[1]) << 8
        guard 1...limit ~= length else {
            throw WhisperError(.malformed, file.path, "the name at byte \(offset) is \(length) bytes long")
        }
        let bytes = try file.bytes(at: offset + 2, count: length)
        guard bytes.firstIndex(of: 0) == length - 1, let text = String(validating: bytes.dropLast(), as: UTF8.self)
        else {
            throw WhisperError(.malformed, file.path, "the name at byte \(offset) is no text")
        }
        offset += 2 + length
        return text
    }
}
