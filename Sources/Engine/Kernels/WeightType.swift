internal import CKernels

/// How weights are stored. The raw values are GGML's type numbers.
public enum WeightType: UInt32, Sendable, CaseIterable {
    case f32 = 0
    case f16 = 1
    case q4_0 = 2
    case q4_1 = 3
    case q5_0 = 6
    case q5_1 = 7
    case q8_0 = 8
    case q2_K = 10
    case q3_K = 11
    case q4_K = 12
    case q5_K = 13
    case q6_K = 14
    case iq4_nl = 20
    case iq4_xs = 23
    case bf16 = 30
    case mxfp4 = 39

    /// The name as the field has it, such as `Q4_1`.
    public var name: String { unsafe String(cString: format.pointee.name) }

    /// Bits of a weight, its share of the block's scales included.
    public var bitsPerWeight: Double { 8 * Double(blockBytes) / Double(blockElements) }

    /// Elements of a block: rows are a whole number of blocks. 1, 32 or 256.
    public var blockElements: Int { Int(unsafe format.pointee.block_elements) }

    /// Bytes of a block.
    public var blockBytes: Int { Int(unsafe format.pointee.block_bytes) }

    /// True for integers with scales, false for F32, F16 and BF16.
    public var isQuantised: Bool { unsafe format.pointee.quantised }

    /// Bytes of a row of `cols` elements; nil when that is not a whole number of blocks or too large to count.
    public func rowBytes(cols: Int) -> Int? {
        guard cols > 0, cols.isMultiple(of: blockElements) else { return nil }
        let (bytes, overflow) = (cols / blockElements).multipliedReportingOverflow(by: blockBytes)
        return overflow ? nil : bytes
    }

    /// Index of the first block whose scale (for float types: value) is NaN or infinite, nil when all are finite.
    /// Whatever follows the last whole block is not looked at.
    public func firstInvalidBlock(in bytes: RawSpan) -> Int? {
        let count = bytes.byteCount / blockBytes
        let first = unsafe bytes.withUnsafeBytes { buffer in
            guard let start = buffer.baseAddress else { return 0 }
            return Int(unsafe ck_first_invalid_block(format, start.assumingMemoryBound(to: UInt8.self), count))
        }
        return first < count ? first : nil
    }

    /// Dequantises whole blocks in GGML's layout.
    /// - Precondition: `bytes` is a whole number of blocks, as many as fill `output`.
    public func dequantise(_ bytes: RawSpan, into output: inout MutableSpan<Float>) {
        precondition(bytes.byteCount.isMultiple(of: blockBytes), "not a whole number of blocks")
        let count = bytes.byteCount / blockBytes * blockElements
        precondition(output.count == count, "output has another size than the blocks")
        unsafe bytes.withUnsafeBytes { input in
            unsafe output.withUnsafeMutableBufferPointer { floats in
                guard let from = input.baseAddress, let to = floats.baseAddress else { return }
                unsafe ck_dequantise_row(format, from.assumingMemoryBound(to: UInt8.self), to, count)
            }
        }
    }

    /// Whether ``quantise(_:)`` writes this type.
    public var canBeWritten: Bool { ck_can_quantise(rawValue) }

    /// Blocks of `values` in GGML's layout. A scale beyond F16 becomes infinite: ``firstInvalidBlock(in:)`` finds it.
    /// - Precondition: the type can be written, and values, all finite, are a whole number of blocks.
    public func quantise(_ values: Span<Float>) -> [UInt8] {
        precondition(canBeWritten, "\(self) cannot be written")
        precondition(values.count.isMultiple(of: blockElements), "not a whole number of blocks")
        let size = values.count / blockElements * blockBytes
        return unsafe [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
            unsafe values.withUnsafeBufferPointer { floats in
                if let from = floats.baseAddress, let to = buffer.baseAddress {
                    unsafe ck_quantise_row(rawValue, from, to, values.count)
                }
            }
            count = size
        }
    }

    var format: UnsafePointer<ck_format> {
        guard let format = unsafe ck_format_of(rawValue) else { preconditionFailure("the C table lacks \(self)") }
        return unsafe format
    }
}
