internal import Kernels
internal import Transformer

/// What the machine can do at most, measured, and what a token asks of it.
public struct Roofline: Sendable, Hashable {
    /// Bytes a second that all threads read together, from memory as large as the weights.
    public var readBytesPerSecond: Double
    /// Multiplications of 8-bit integers a second that all threads do together in registers.
    public var multiplicationsPerSecond: Double
    /// Bytes of weights that a generated token reads.
    public var bytesPerToken: Int
    /// Multiplications of weights that a token of a prompt takes.
    public var multiplicationsPerToken: Int

    /// Generated tokens a second that memory allows.
    public var decodeLimit: Double { readBytesPerSecond / Double(bytesPerToken) }
    /// Tokens of a prompt a second that arithmetic allows.
    public var prefillLimit: Double { multiplicationsPerSecond / Double(multiplicationsPerToken) }
}

extension LocalEngine {
    /// Measures the machine with the model's threads and kernels. Blocks for about a second.
    public func roofline() throws -> Roofline {
        do {
            // As much as a token reads: a large cache holds some of the weights from one token to the next.
            let size = max(model.bytesPerToken, 64 << 20)
            return Roofline(
                readBytesPerSecond: try model.pool.measuredReadBandwidth(byteCount: size),
                multiplicationsPerSecond: model.pool.measuredMultiplicationRate(), bytesPerToken: model.bytesPerToken,
                multiplicationsPerToken: model.weights.multiplicationsPerToken)
        } catch {
            throw LocalInferenceError(.failed, "\(error)")
        }
    }
}
