internal import Kernels

/// The weights of one transformer block. Immutable.
struct LayerWeights: Sendable {
    /// (model)
    let attentionNorm: FloatVector
    /// Q, K and V stacked: (query + 2 · kv, model)
    let queryKeyValue: WeightMatrix
    /// (query + 2 · kv), where the family has biases.
    let queryKeyValueBias: FloatVector?
    /// (head) each, where the family normalises the heads of Q and K.
    let headNorms: (query: FloatVector, key: FloatVector)?
    /// (model, query)
    let attentionOutput: WeightMatrix
    /// (model)
    let feedForwardNorm: FloatVector
    /// Gate and up stacked: (2 · feedForward, model)
    let gateUp: WeightMatrix
    /// (model, feedForward)
    let down: WeightMatrix
    /// (model) each, where the family normalises what attention and the feed-forward layer give.
    let postNorms: (attention: FloatVector, feedForward: FloatVector)?
}
