internal import Kernels
internal import Transformer

/// What the machine can do at most, measured, and what a token asks of it.
package struct Roofline: Sendable, Hashable {
    /// Bytes a second that all threads read together, from memory as large as the weights.
    package var readBytesPerSecond: Double
    /// Multiplications of 8-bit integers a second that all threads do together in registers.
    package var multiplicationsPerSecond: Double
    /// Bytes of weights that a generated token reads.
    package var bytesPerToken: Int
    /// Multiplications of weights that a token of a prompt takes.
    package var multiplicationsPerToken: Int

    /// Generated tokens a second that memory allows.
    package var decodeLimit: Double { readBytesPerSecond / Double(bytesPerToken) }
    /// Tokens of a prompt a second that arithmetic allows.
    package var prefillLimit: Double { multiplicationsPerSecond / Double(multiplicationsPerToken) }
}

extension LocalEngine {
    /// Measures the machine with the model's threads and kernels. Blocks for about a second.
    package func roofline() throws -> Roofline {
        do {
            // As much as a token reads: a large cache holds some of the weights from one token to the next.
            let size = max(model.bytesPerToken, 64 << 20)
            return Roofline(
                readBytesPerSecond: try model.pool.measuredReadBandwidth(byteCount: size),
                multiplicationsPerSecond: model.pool.measuredMultiplicationRate(), bytesPerToken: model.bytesPerToken,
                multiplicationsPerToken: model.weights.multiplicationsPerToken)
        } catch {
            throw LocalInferenceError(.failed, "\(error)", underlying: error)
        }
    }
}

/// How fast this device reads memory, which bounds how fast a model writes.
package enum MemoryBandwidth {
    /// Bytes a second that this many threads read together. Blocks for a fraction of a second.
    package static func measured(threads: Int) throws -> Double {
        do {
            return try WorkerPool(threads: threads).measuredReadBandwidth()
        } catch {
            throw LocalInferenceError(.failed, "\(error)", underlying: error)
        }
    }
}
