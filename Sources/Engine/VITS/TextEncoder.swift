internal import Kernels

/// Phonemes to what is to be said: states, and mean and deviation of each one's latents.
final class TextEncoder {
    private let weights: VoiceWeights
    private let pool: WorkerPool
    private let (stream, projected, attended, inner, statistics) = (
        RowBuffer(), RowBuffer(), RowBuffer(), RowBuffer(), RowBuffer()
    )

    init(_ weights: VoiceWeights, pool: WorkerPool) {
        self.weights = weights
        self.pool = pool
    }

    /// States (n, width), and (n, 2 · width) means and logarithms of deviations. Valid until the next call.
    func run(_ symbols: [Int]) throws(KernelError) -> (states: FloatRows, statistics: FloatRows) {
        let width = weights.width
        let x = try stream.rows(symbols.count, width: width)
        for (row, symbol) in symbols.enumerated() {
            x.withMutableRow(row) { row in
                for column in 0..<width { row[column] = weights.embedding[symbol * width + column] }
            }
        }
        for layer in weights.encoder { try run(layer, x) }
        let statistics = try statistics.rows(symbols.count, width: 2 * width)
        pool.convolve(weights.statistics, x, into: statistics)
        return (x, statistics)
    }

    /// x = norm(x + attention(x)); x = norm(x + outer(ReLU(inner(x))))
    private func run(_ layer: VoiceWeights.EncoderLayer, _ x: FloatRows) throws(KernelError) {
        let width = weights.width
        let all = try projected.rows(x.count, width: 3 * width)
        let query = all[columns: 0..<width]
        let (key, value) = (all[columns: width..<2 * width], all[columns: 2 * width..<3 * width])
        pool.convolve(layer.query, x, into: query)
        pool.convolve(layer.key, x, into: key)
        pool.convolve(layer.value, x, into: value)
        let headSize = width / weights.heads
        let output = try attended.rows(x.count, width: width)
        pool.attend(
            query, keys: key, values: value, headSize: headSize, keyOffsets: layer.keyOffsets,
            valueOffsets: layer.valueOffsets, scale: 1 / Float(headSize).squareRoot(), into: output)
        pool.convolve(layer.output, output, into: x, adding: true)
        pool.normalise(x, layer.attentionNorm)

        let hidden = try inner.rows(x.count, width: layer.inner.weights.rows)
        pool.convolve(layer.inner, x, into: hidden)
        pool.convolve(layer.outer, hidden, slope: 0, into: x, adding: true)
        pool.normalise(x, layer.feedForwardNorm)
    }
}

extension WorkerPool {
    /// As many results as `x` has moments.
    func convolve(
        _ layer: DenseConvolution, _ x: FloatRows, slope: Float = 1, into output: FloatRows,
        residual: FloatRows? = nil, adding: Bool = false
    ) {
        convolve(
            layer.weights, taps: layer.taps, dilation: layer.dilation, x, before: layer.reach, slope: slope,
            into: output, bias: layer.bias, residual: residual, adding: adding)
    }

    func normalise(_ x: FloatRows, _ norm: Norm) {
        layerNorm(x, weight: norm.weight, bias: norm.bias, epsilon: 1e-5, into: x)
    }
}
