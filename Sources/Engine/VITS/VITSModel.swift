public import Kernels

/// A VITS voice with one speaker as Piper exports it to ONNX, read once and shared. Immutable.
public final class VITSModel: Sendable {
    let weights: VoiceWeights
    /// Where it was read from, for messages.
    let path: String

    /// Reads the weights of an ONNX file. Blocks for as long as that takes.
    /// - Parameters:
    ///   - path: of the file.
    ///   - weightType: Q8_0 for integers where the most work is and nobody hears them, F16 elsewhere; F16, or F32, a yardstick,
    ///     throughout.
    ///   - pool: threads that pack the weights.
    /// - Throws: ``VITSError``: `unsupported` for any other graph.
    public init(path: String, weightType: WeightType = .q8_0, pool: WorkerPool) throws(VITSError) {
        precondition([.q8_0, .f16, .f32].contains(weightType), "voices have weights in Q8_0, F16 or F32")
        self.path = path
        weights = try VoiceWeights(try ONNXFile(path: path), type: weightType, pool: pool)
    }

    /// Phoneme numbers are below this.
    public var symbolCount: Int { weights.symbolCount }
    /// Samples of sound for one frame of the voice's own time.
    public var samplesPerFrame: Int { weights.samplesPerFrame }
}
