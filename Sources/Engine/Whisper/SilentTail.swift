internal import Kernels

/// What the encoder and the decoder see behind a short recording: the silence up to the end of Whisper's 30 s window.
///
/// Whisper hears every recording filled up with silence to 30 s, and only then knows where to stop: with a shorter context
/// it says its words over and over. But the states of silent positions hardly depend on what was said, and hardly differ
/// from their neighbours'. So they are computed once, for every eighth position, from silence alone; every one weighs as
/// much in attention as the positions it stands for. A recording of two seconds then costs what two seconds cost, and on
/// 200 recordings the words were as right as with the full window.
///
/// For one thread at a time.
final class SilentTail {
    /// Positions that are computed, one of so many.
    private static let stride = 8

    /// Keys and values (count, 2 · width) of the positions, for each layer of the encoder.
    let encoder: [FloatMatrix]
    /// The same for each layer of the decoder that looks at the encoder's output.
    let decoder: [FloatMatrix]
    private let positions: [Int]
    private let audioPositions: Int
    private let width: Int

    init(_ weights: WhisperWeights, encoder speech: SpeechEncoder, pool: WorkerPool) throws(KernelError) {
        let sizes = weights.dimensions
        audioPositions = sizes.audioPositions
        width = sizes.width
        positions = Array(
            Swift.stride(from: (sizes.audioPositions - 1) % Self.stride, to: sizes.audioPositions, by: Self.stride))
        let make = { (count: Int, rows: Int) throws(KernelError) in
            var matrices: [FloatMatrix] = []
            for _ in 0..<count { matrices.append(try FloatMatrix(rows: rows, columns: 2 * sizes.width)) }
            return matrices
        }
        let encoder = try make(sizes.encoderLayers, positions.count)
        decoder = try make(sizes.decoderLayers, positions.count)
        let all = 0..<positions.count
        var layer = 0
        let silence = speech.encodeSilence(at: positions) { keyValue in
            for row in all {
                keyValue.withRow(row) { from in
                    encoder[layer][rows: row..<row + 1].withMutableRow(0) { to in
                        for column in from.indices { to[column] = from[column] }
                    }
                }
            }
            layer += 1
        }
        self.encoder = encoder
        for (matrix, layer) in zip(decoder, weights.decoder) {
            let keyValue = layer.crossAttention.keyValue
            pool.multiply(keyValue.weights, silence, into: matrix[rows: all], bias: keyValue.bias)
        }
    }

    /// Stores the keys and values of all silent positions from `count` on behind the first `count` positions of a cache.
    /// - Parameter keyValue: one of ``encoder`` or ``decoder``.
    /// - Returns: how attention has to look at the cache.
    func append(
        _ keyValue: FloatMatrix, to cache: KeyValueCache, layer: Int, after count: Int, pool: WorkerPool
    ) -> AttentionMask {
        guard let first = positions.firstIndex(where: { $0 >= count }) else { return .full(length: count) }
        let rows = keyValue[rows: first..<positions.count]
        cache.store(
            keys: rows[columns: 0..<width], values: rows[columns: width..<2 * width], layer: layer, position: count,
            pool: pool)
        let copies = Float(audioPositions - count) / Float(rows.count)
        return .weighted(length: count + rows.count, tail: rows.count, copies: copies)
    }
}
