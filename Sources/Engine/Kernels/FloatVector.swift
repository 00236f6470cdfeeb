/// Immutable F32 weights: norm weights and biases. Shared freely between threads.
@safe public final class FloatVector: Sendable {
    public let count: Int
    // SAFETY: written in the initialiser alone, read-only afterwards.
    private nonisolated(unsafe) let memory: UnsafeMutablePointer<Float>

    /// Copies the values.
    public convenience init(_ values: [Float]) { self.init(values.span) }

    /// Copies the values.
    public init(_ values: Span<Float>) {
        count = values.count
        unsafe memory = .allocate(capacity: max(values.count, 1))
        for index in values.indices { unsafe memory[index] = values[index] }
    }

    /// Dequantises a tensor of any supported type.
    /// - Throws: `wrongShape` when the bytes are not `count` elements; `invalidScale` for NaN and infinite values.
    public init(type: WeightType, count: Int, bytes: RawSpan) throws(KernelError) {
        guard let expected = type.rowBytes(cols: count), bytes.byteCount == expected else {
            throw KernelError(.wrongShape, "\(bytes.byteCount) bytes are not \(count) elements of \(type)")
        }
        if let block = type.firstInvalidBlock(in: bytes) {
            throw KernelError(.invalidScale, "block \(block) holds a value that is not finite; fetch the model again")
        }
        self.count = count
        unsafe memory = .allocate(capacity: count)
        var floats = unsafe UnsafeMutableBufferPointer(start: memory, count: count).mutableSpan
        type.dequantise(bytes, into: &floats)
    }

    deinit { unsafe memory.deallocate() }

    /// Gives `body` the values to read; the span must not outlive the call.
    public func withSpan<Result, Failure: Error>(
        _ body: (Span<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        unsafe try body(UnsafeBufferPointer(start: pointer, count: count).span)
    }

    var pointer: UnsafePointer<Float> { unsafe UnsafePointer(memory) }
}
