public import GGUF
public import Kernels

/// The memory a model takes, from its header alone.
public struct ModelFootprint: Sendable, Hashable {
    /// All weights in memory: an embedding that is not the head as well stays in the file.
    public let weightBytes: Int
    /// Those that one generated token reads: all matrices, but the embedding only where it is the head as well.
    public let bytesPerToken: Int
    /// Activations of a batch, and logits.
    public let bufferBytes: Int
    /// What layers that do not attend keep of a sequence, whatever its length.
    public let stateBytes: Int
    private let config: ModelConfig

    /// Computes it from the hyperparameters and the file's tensors.
    public init(_ config: ModelConfig, _ file: GGUFFile) {
        let isTied = file.tensors["output.weight"] == nil
        let tensors = file.tensors.values.filter { !TensorInventory.isUnused($0.name, config) }
        weightBytes = tensors.reduce(0) { sum, tensor in
            sum + (isTied || tensor.name != "token_embd.weight" ? tensor.byteRange.count : 0)
        }
        bytesPerToken = tensors.reduce(0) { sum, tensor in
            let isRead = tensor.rows > 1 && (isTied || tensor.name != "token_embd.weight")
            guard isRead else { return sum }
            guard let experts = config.experts, tensor.name.contains("_exps.") else {
                return sum + tensor.byteRange.count
            }
            return sum + tensor.byteRange.count / experts.count * experts.used
        }
        self.config = config
        stateBytes = config.stateShape?.byteCount(passLength: Session.batchSize) ?? 0
        let wide = config.widest
        bufferBytes =
            4 * (Session.batchSize * (2 * config.modelDimension + wide) + Session.logitBatch * config.vocabularySize)
    }

    /// Keys and values of so many positions.
    public func cacheBytes(_ positions: Int, _ type: KeyValueType = .f16) -> Int {
        2 * config.attendingLayerCount * config.kvHeadCount * type.byteCount(headSize: config.headDimension) * positions
    }
}
