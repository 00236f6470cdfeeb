internal import Kernels

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// The index of a safetensors file: tensors by name, with their place in the file.
struct SafetensorsFile {
    /// A tensor as the header describes it.
    struct Tensor: Sendable, Decodable {
        var type: String
        var shape: [Int]
        /// Where its values begin and end, counted from the end of the header.
        var offsets: [Int]

        private enum CodingKeys: String, CodingKey {
            case shape
            case type = "dtype"
            case offsets = "data_offsets"
        }
    }

    /// A line of the header; what describes the whole file is no tensor.
    private struct Line: Decodable {
        var tensor: Tensor?

        init(from decoder: any Decoder) throws { tensor = try? Tensor(from: decoder) }
    }

    /// Far above any sentence encoder, far below what hurts.
    private enum Limit {
        static let headerBytes = 1 << 20
        static let elements = 1 << 28
    }

    let path: String
    private let file: InputFile
    private let tensors: [String: Tensor]
    private let start: Int

    /// - Throws: ``BERTError`` where it is no such file, or ends within its header.
    init(path: String) throws(BERTError) {
        self.path = path
        file = try InputFile(path: path)
        guard file.byteCount > 8 else { throw BERTError(.foreign, path, "it is too short") }
        let length = try file.bytes(at: 0, count: 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        guard length <= Limit.headerBytes, try file.byte(at: 8) == UInt8(ascii: "{") else {
            throw BERTError(.foreign, path, "it does not begin with a table of tensors")
        }
        let header = try file.bytes(at: 8, count: Int(length))
        guard let lines = try? JSONDecoder().decode([String: Line].self, from: Data(header)) else {
            throw BERTError(.malformed, path, "its table of tensors cannot be read")
        }
        start = 8 + Int(length)
        tensors = lines.compactMapValues(\.tensor)
    }

    /// The sizes of the tensor `name`, each positive; `nil` where there is none, or its sizes are no sizes.
    func shape(of name: String) -> [Int]? {
        guard let shape = tensors[name]?.shape, shape.allSatisfy({ $0 > 0 }) else { return nil }
        return shape
    }

    /// Values of the tensor `name`, which must have this shape; each is finite.
    ///
    /// - Parameter rows: of the first dimension; `nil` for all.
    func floats(_ name: String, _ shape: [Int], rows: Range<Int>? = nil) throws(BERTError) -> [Float] {
        guard let tensor = tensors[name] else { throw BERTError(.unsupported, path, "it has no \(name)") }
        guard tensor.shape == shape else {
            throw BERTError(.unsupported, path, "\(name) has shape \(tensor.shape), \(shape) was due")
        }
        let type: WeightType
        switch tensor.type {
        case "F32": type = .f32
        case "F16": type = .f16
        case "BF16": type = .bf16
        default: throw BERTError(.unsupported, path, "\(name) does not hold floating-point numbers")
        }
        var count = 1
        for size in shape {
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            guard size > 0, !overflow, product <= Limit.elements else {
                throw BERTError(.malformed, path, "\(name) has a size that no tensor has")
            }
            count = product
        }
        guard tensor.offsets.count == 2, case let (first, end) = (tensor.offsets[0], tensor.offsets[1]), first >= 0,
            first <= file.byteCount, case (let length, false) = end.subtractingReportingOverflow(first),
            length == count * type.blockBytes
        else { throw BERTError(.malformed, path, "\(name) does not lie where its values have room") }
        let row = count / shape[0]
        let wanted = rows ?? 0..<shape[0]
        precondition(wanted.lowerBound >= 0 && wanted.upperBound <= shape[0], "rows outside the tensor")
        let bytes = try file.bytes(
            at: start + first + wanted.lowerBound * row * type.blockBytes, count: wanted.count * row * type.blockBytes)
        count = wanted.count * row
        guard unsafe type.firstInvalidBlock(in: bytes.span.bytes) == nil else {
            throw BERTError(.malformed, path, "\(name) holds a value that is not finite")
        }
        return unsafe [Float](unsafeUninitializedCapacity: count) { buffer, filled in
            var values = unsafe UnsafeMutableBufferPointer(rebasing: buffer[..<count]).mutableSpan
            unsafe type.dequantise(bytes.span.bytes, into: &values)
            filled = count
        }
    }
}
