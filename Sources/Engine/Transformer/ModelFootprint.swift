public import GGUF
internal import Kernels

/// The memory a model takes, from its header alone.
public struct ModelFootprint: Sendable, Hashable {
    /// All weights.
    public let weightBytes: Int
    /// Those that one generated token reads: all matrices, but the embedding only where it is the head as well.
    public let bytesPerToken: Int
    /// Activations of a batch, and logits.
    public let bufferBytes: Int
    /// What layers that do not attend keep of a sequence, whatever its length.
    public let stateBytes: Int
    private let bytesPerPosition: Int

    /// Computes it from the hyperparameters and the file's tensors.
    public init(_ config: ModelConfig, _ file: GGUFFile) {
        let isTied = file.tensors["output.weight"] == nil
        let tensors = file.tensors.values.filter { !TensorInventory.isUnused($0.name, config) }
        weightBytes = tensors.reduce(0) { $0 + $1.byteRange.count }
        bytesPerToken = tensors.reduce(0) { sum, tensor in
            let isRead = tensor.rows > 1 && (isTied || tensor.name != "token_embd.weight")
            return sum + (isRead ? tensor.byteRange.count : 0)
        }
        // Keys and values in half precision.
        bytesPerPosition = 4 * config.attendingLayerCount * config.kvDimension
        stateBytes = config.stateShape?.byteCount(passLength: Session.batchSize) ?? 0
        let wide = config.widest
        bufferBytes =
            4 * (Session.batchSize * (2 * config.modelDimension + wide) + Session.logitBatch * config.vocabularySize)
    }

    /// Keys and values of so many positions.
    public func cacheBytes(_ positions: Int) -> Int { bytesPerPosition * positions }
}
