internal import Kernels

/// Whisper's encoder: log-mel frames in, one vector for every 20 ms out. For one thread at a time.
///
/// It runs over the positions that hold sound only. What Whisper was trained to see after them, silence up to 30 s, is
/// given by a ``SilentTail``.
final class SpeechEncoder {
    private let weights: WhisperWeights
    private let pool: WorkerPool
    private let precision: ActivationPrecision
    private let sizes: WhisperDimensions

    /// Mel frames, two to a row, after one row half empty: a stride of two is then a view of columns.
    private let frames: FloatMatrix
    /// The first convolution's output, laid out likewise.
    private let pairs: FloatMatrix
    /// (positions, width): the residual stream.
    private let stream: FloatMatrix
    private let normed: FloatMatrix
    /// (positions, 3 · width): queries, keys, values.
    private let queryKeyValue: FloatMatrix
    /// (positions, 4 · width)
    private let inner: FloatMatrix
    /// Keys and values of the layer at work, and of the tail's positions behind them.
    private let cache: KeyValueCache

    init(
        _ weights: WhisperWeights, pool: WorkerPool, precision: ActivationPrecision = .int16
    ) throws(KernelError) {
        sizes = weights.dimensions
        (self.weights, self.pool, self.precision) = (weights, pool, precision)
        let (positions, width) = (sizes.audioPositions, sizes.width)
        frames = try FloatMatrix(rows: positions + 1, columns: 2 * WeightLoader.padded(sizes.mels))
        pairs = try FloatMatrix(rows: positions + 1, columns: 2 * width)
        stream = try FloatMatrix(rows: positions, columns: width)
        normed = try FloatMatrix(rows: positions, columns: width)
        queryKeyValue = try FloatMatrix(rows: positions, columns: 3 * width)
        inner = try FloatMatrix(rows: positions, columns: sizes.feedForward)
        cache = try KeyValueCache(
            layers: 1, heads: sizes.heads, headSize: WhisperDimensions.headSize, capacity: positions)
    }

    /// Encodes a window.
    /// - Parameters:
    ///   - positions: how many, at most `audioPositions`; frames that the window does not have are silent.
    ///   - tail: stands for the silence behind them; `nil` when there is none, or none is wanted.
    ///   - isCancelled: is asked before every layer.
    /// - Returns: (positions, width), valid until the next call; `nil` when it was cancelled.
    func encode(
        _ window: MelWindow, positions: Int, tail: SilentTail?, isCancelled: () -> Bool = { false }
    ) -> FloatRows? {
        precondition(1...sizes.audioPositions ~= positions, "positions outside the encoder")
        load(window, positions: positions)
        convolve(positions)
        addPositions(0..<positions)
        for index in weights.encoder.indices {
            guard !isCancelled() else { return nil }
            runLayer(index, positions, tail: tail, visit: nil)
        }
        return normalised(positions)
    }

    /// Encodes pure silence at some positions only, each standing for its neighbours.
    /// - Parameter visit: is given each layer's keys and values, (positions.count, 2 · width).
    /// - Returns: (positions.count, width); valid until the next call.
    func encodeSilence(at positions: [Int], visit: @escaping (FloatRows) -> Void) -> FloatRows {
        let count = positions.count
        // Every convolved frame of silence is the same: that of a short stretch, clear of its edges.
        load(MelWindow(silence: MelWindow.evenSilence), positions: 4)
        convolve(4)
        let convolved = stream[rows: 2..<3].withRow(0) { row in row.indices.map { row[$0] } }
        for (index, position) in positions.enumerated() {
            stream[rows: index..<index + 1].withMutableRow(0) { row in
                for column in row.indices { row[column] = convolved[column] }
            }
            addPosition(position, to: index)
        }
        for index in weights.encoder.indices { runLayer(index, count, tail: nil, visit: visit) }
        return normalised(count)
    }

    /// Row `r` holds frames `2 r − 1` and `2 r`; the frame before the first is zero, as is one behind a full window.
    private func load(_ window: MelWindow, positions: Int) {
        let bands = sizes.mels
        let half = frames.columnCount / 2
        let end = 2 * positions
        for index in -1...end {
            let row = frames[rows: (index + 1) / 2..<(index + 1) / 2 + 1]
            let first = (index + 1) % 2 * half
            let isOutside = index < 0 || index >= 2 * sizes.audioPositions
            row.withMutableRow(0) { output in
                for band in 0..<bands {
                    let at = index * bands + band
                    output[first + band] = isOutside ? 0 : at < window.values.count ? window.values[at] : window.silence
                }
            }
        }
    }

    /// Both convolutions with GELU: frames to the first `positions` rows of the stream.
    private func convolve(_ positions: Int) {
        let (half, width) = (frames.columnCount / 2, sizes.width)
        let view = { (matrix: FloatMatrix, row: Int, right: Bool, half: Int) in
            matrix[rows: row..<row + positions, columns: right ? half..<2 * half : 0..<half]
        }
        // y[2 s] sees frames 2 s − 1, 2 s and 2 s + 1; y[2 s + 1] the next three. They are stored as the frames are.
        let even = view(pairs, 0, true, width)
        let odd = view(pairs, 1, false, width)
        let sounds = (view(frames, 0, false, half), view(frames, 0, true, half), view(frames, 1, false, half))
        apply(weights.convolutions[0], [sounds.0, sounds.1, sounds.2], into: even)
        apply(weights.convolutions[0], [sounds.1, sounds.2, view(frames, 1, true, half)], into: odd)
        pairs[rows: 0..<1, columns: 0..<width].withMutableRow(0) { row in for column in row.indices { row[column] = 0 }
        }
        apply(weights.convolutions[1], [view(pairs, 0, false, width), even, odd], into: stream[rows: 0..<positions])
    }

    /// output = GELU(Σ over the taps of neighbour · tapᵀ + bias)
    private func apply(_ convolution: WhisperWeights.Convolution, _ neighbours: [FloatRows], into output: FloatRows) {
        for (tap, neighbour) in neighbours.enumerated() {
            pool.multiply(
                convolution.taps[tap], neighbour, into: output, bias: tap == 0 ? convolution.bias : nil,
                adding: tap > 0,
                activations: precision)
        }
        pool.gelu(output, into: output)
    }

    private func addPositions(_ positions: Range<Int>) {
        for position in positions { addPosition(position, to: position) }
    }

    private func addPosition(_ position: Int, to row: Int) {
        stream[rows: row..<row + 1].withMutableRow(0) { row in
            for column in row.indices { row[column] += weights.audioPositions[position * sizes.width + column] }
        }
    }

    private func runLayer(_ index: Int, _ count: Int, tail: SilentTail?, visit: ((FloatRows) -> Void)?) {
        let (x, y) = (stream[rows: 0..<count], normed[rows: 0..<count])
        let layer = weights.encoder[index]
        attend(layer.attention, count, tail?.encoder[index], tail, visit)
        // x += outer(GELU(inner(norm(x))))
        let (feedForward, hidden) = (layer.feedForward, inner[rows: 0..<count])
        norm(x, feedForward.norm, into: y)
        multiply(feedForward.inner, y, into: hidden)
        pool.gelu(hidden, into: hidden)
        multiply(feedForward.outer, hidden, into: x, adding: true)
    }

    /// x += output(attention(norm(x))); every position sees all others, and the tail.
    private func attend(
        _ layer: WhisperWeights.SelfAttention, _ count: Int, _ silent: FloatMatrix?, _ tail: SilentTail?,
        _ visit: ((FloatRows) -> Void)?
    ) {
        let width = sizes.width
        let (x, y, projected) = (stream[rows: 0..<count], normed[rows: 0..<count], queryKeyValue[rows: 0..<count])
        norm(x, layer.norm, into: y)
        multiply(layer.queryKeyValue, y, into: projected)
        visit?(projected[columns: width..<3 * width])
        cache.store(
            keys: projected[columns: width..<2 * width], values: projected[columns: 2 * width..<3 * width], layer: 0,
            position: 0, pool: pool)
        var mask = AttentionMask.full(length: count)
        if let silent, let tail { mask = tail.append(silent, to: cache, layer: 0, after: count, pool: pool) }
        pool.attend(projected[columns: 0..<width], cache: cache, layer: 0, mask: mask, scale: 0.125, into: y)
        multiply(layer.output, y, into: x, adding: true)
    }

    private func normalised(_ count: Int) -> FloatRows {
        norm(stream[rows: 0..<count], weights.encoderNorm, into: normed[rows: 0..<count])
        return normed[rows: 0..<count]
    }

    private func norm(_ x: FloatRows, _ norm: WhisperWeights.Norm, into output: FloatRows) {
        pool.layerNorm(x, weight: norm.weight, bias: norm.bias, epsilon: 1e-5, into: output)
    }

    private func multiply(_ linear: WhisperWeights.Linear, _ x: FloatRows, into output: FloatRows, adding: Bool = false)
    {
        pool.multiply(
            linear.weights, x, into: output, bias: linear.bias, adding: adding, activations: precision)
    }
}
