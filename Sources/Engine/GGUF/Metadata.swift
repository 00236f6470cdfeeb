/// The key–value pairs of a GGUF file.
///
/// Every accessor answers `nil` where the key is absent and throws ``GGUFError`` with ``GGUFError/Code/wrongType``
/// where the value is of another kind. Values stay in the file until they are asked for. Any thread may call.
public struct Metadata: Sendable {
    /// What a value is, by the number that stands for it in a file.
    enum Kind: UInt32 {
        case uint8 = 0
        case int8, uint16, int16, uint32, int32, float32, bool, string, array, uint64, int64, float64

        /// Bytes of one value; `nil` for those that carry their own length.
        var size: Int? {
            switch self {
            case .uint8, .int8, .bool: 1
            case .uint16, .int16: 2
            case .uint32, .int32, .float32: 4
            case .uint64, .int64, .float64: 8
            case .string, .array: nil
            }
        }

        /// What several of them are called.
        var plural: String {
            switch self {
            case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: "integers"
            case .float32, .float64: "numbers"
            case .bool: "truth values"
            case .string: "strings"
            case .array: "arrays"
            }
        }
    }

    struct Value {
        /// What the value is, or what the elements of the array are.
        let kind: Kind
        /// Number of elements; `nil` for a single value.
        let elementCount: Int?
        /// Where the payload lies: the bytes of a string, the number, or the elements one after the other.
        let range: Range<Int>
    }

    let image: FileImage
    let values: [String: Value]
    /// All keys, in the order of the file.
    public let keys: [String]

    /// Whether there is a value of any kind.
    public func contains(_ key: String) -> Bool { values[key] != nil }

    /// How many elements the array of `key` has; `nil` where it is none.
    public func elementCount(of key: String) -> Int? { values[key]?.elementCount }

    /// The text of `key`; throws where it is not UTF-8.
    public func string(_ key: String) throws(GGUFError) -> String? {
        guard let value = try single(key, "text", { $0 == .string }) else { return nil }
        guard let text = image.text(in: value.range) else { throw wrongType(key, "is not UTF-8") }
        return text
    }

    /// The integer of `key`, stored in any width; throws where it does not fit `Int`.
    public func integer(_ key: String) throws(GGUFError) -> Int? {
        guard let value = try single(key, "an integer", { Self.isInteger($0) }) else { return nil }
        return try integer(at: value.range.lowerBound, value.kind, key)
    }

    /// The number of key, stored as a float of either width or as an integer.
    public func float(_ key: String) throws(GGUFError) -> Double? {
        guard let value = try single(key, "a number", { Self.isFloat($0) || Self.isInteger($0) }) else { return nil }
        return try float(at: value.range.lowerBound, value.kind, key)
    }

    /// The truth value of `key`.
    public func bool(_ key: String) throws(GGUFError) -> Bool? {
        guard let value = try single(key, "true or false", { $0 == .bool }) else { return nil }
        return image.load(UInt8.self, at: value.range.lowerBound) != 0
    }

    /// The array of integers of `key`, stored in any width.
    public func integers(_ key: String) throws(GGUFError) -> [Int]? {
        guard let value = try array(key, "integers", { Self.isInteger($0) }) else { return nil }
        var result: [Int] = []
        result.reserveCapacity(value.count)
        for index in 0..<value.count {
            result.append(try integer(at: value.start + index * value.stride, value.kind, key))
        }
        return result
    }

    /// The array of numbers of `key`, stored as floats of either width or as integers.
    public func floats(_ key: String) throws(GGUFError) -> [Double]? {
        guard let value = try array(key, "numbers", { Self.isFloat($0) || Self.isInteger($0) }) else { return nil }
        var result: [Double] = []
        result.reserveCapacity(value.count)
        for index in 0..<value.count {
            result.append(try float(at: value.start + index * value.stride, value.kind, key))
        }
        return result
    }

    /// The array of truth values of `key`.
    public func bools(_ key: String) throws(GGUFError) -> [Bool]? {
        guard let value = try array(key, "truth values", { $0 == .bool }) else { return nil }
        return (0..<value.count).map { image.load(UInt8.self, at: value.start + $0) != 0 }
    }

    /// The array of strings of `key`, without copying their bytes.
    public func strings(_ key: String) throws(GGUFError) -> StringArray? {
        guard let value = try array(key, "strings", { $0 == .string }) else { return nil }
        return try StringArray(image, count: value.count, from: value.start)
    }

    /// The value of `key` in a few words, free of control characters: text shortened, arrays by number and kind of elements;
    /// `nil` where the key is absent.
    public func summary(of key: String, textLimit: Int = 64) -> String? {
        guard let value = values[key] else { return nil }
        let start = value.range.lowerBound
        if let count = value.elementCount { return "[\(count) \(value.kind.plural)]" }
        switch value.kind {
        case .string: return (image.text(in: value.range) ?? "not UTF-8").quoted(upTo: textLimit)
        case .bool: return image.load(UInt8.self, at: start) != 0 ? "true" : "false"
        case .float32: return "\(Float(bitPattern: image.load(UInt32.self, at: start)))"
        case .float64: return "\(Double(bitPattern: image.load(UInt64.self, at: start)))"
        case .uint64: return "\(image.load(UInt64.self, at: start))"
        case .array: return nil
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .int64:
            // None of these is too large for an `Int`.
            return (try? integer(at: start, value.kind, key)).map(String.init)
        }
    }

    /// Names the key that a caller cannot do without and did not find.
    public func missing(_ key: String) -> GGUFError {
        GGUFError(.missing, path: image.path, "has no metadata key \(key.quoted()); this model cannot be used")
    }

    // MARK: Inside

    private static func isInteger(_ kind: Kind) -> Bool {
        switch kind {
        case .uint8, .int8, .uint16, .int16, .uint32, .int32, .uint64, .int64: true
        case .float32, .float64, .bool, .string, .array: false
        }
    }

    private static func isFloat(_ kind: Kind) -> Bool { kind == .float32 || kind == .float64 }

    private func wrongType(_ key: String, _ problem: String) -> GGUFError {
        GGUFError(.wrongType, path: image.path, "metadata \(key.quoted()) \(problem); this model cannot be used")
    }

    private func single(
        _ key: String, _ expected: String, _ accepts: (Kind) -> Bool
    ) throws(GGUFError) -> Value? {
        guard let value = values[key] else { return nil }
        guard value.elementCount == nil, accepts(value.kind) else { throw wrongType(key, "is not \(expected)") }
        return value
    }

    private func array(
        _ key: String, _ expected: String, _ accepts: (Kind) -> Bool
    ) throws(GGUFError) -> (kind: Kind, count: Int, start: Int, stride: Int)? {
        guard let value = values[key] else { return nil }
        guard let count = value.elementCount, accepts(value.kind) else {
            throw wrongType(key, "is not an array of \(expected)")
        }
        return (value.kind, count, value.range.lowerBound, value.kind.size ?? 0)
    }

    private func integer(at offset: Int, _ kind: Kind, _ key: String) throws(GGUFError) -> Int {
        switch kind {
        case .uint8: return Int(image.load(UInt8.self, at: offset))
        case .int8: return Int(image.load(Int8.self, at: offset))
        case .uint16: return Int(image.load(UInt16.self, at: offset))
        case .int16: return Int(image.load(Int16.self, at: offset))
        case .uint32: return Int(image.load(UInt32.self, at: offset))
        case .int32: return Int(image.load(Int32.self, at: offset))
        case .int64: return Int(image.load(Int64.self, at: offset))
        default:
            guard let value = Int(exactly: image.load(UInt64.self, at: offset)) else {
                throw wrongType(key, "is larger than any size this program can handle")
            }
            return value
        }
    }

    private func float(at offset: Int, _ kind: Kind, _ key: String) throws(GGUFError) -> Double {
        switch kind {
        case .float32: return Double(Float(bitPattern: image.load(UInt32.self, at: offset)))
        case .float64: return Double(bitPattern: image.load(UInt64.self, at: offset))
        default: return Double(try integer(at: offset, kind, key))
        }
    }
}
