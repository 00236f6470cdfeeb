internal import Kernels

/// Whisper's decoder: tokens in, logits of the next token out, while it looks at what the encoder heard. For one thread
/// at a time.
///
/// Keys and values of the tokens so far are kept; ``rewind(to:)`` forgets the latest.
final class SpeechDecoder {
    private let weights: WhisperWeights
    private let pool: WorkerPool
    private let sizes: WhisperDimensions

    /// Tokens whose keys and values are kept.
    private(set) var length = 0
    private let selfCache: KeyValueCache
    private let crossCache: KeyValueCache
    private var crossMask = AttentionMask.full(length: 0)

    /// (tokens at once, width): the residual stream, and what is made of it.
    private let stream: FloatMatrix
    private let normed: FloatMatrix
    private let queryKeyValue: FloatMatrix
    private let inner: FloatMatrix
    private let logits: FloatMatrix
    /// (audioPositions, 2 · width): keys and values of one layer's look at the encoder.
    private let heard: FloatMatrix

    /// Is given each layer's queries to the speech, (tokens, width), where somebody wants to know.
    var visitQueries: ((Int, FloatRows) -> Void)?

    /// Tokens that go through at once, at most.
    static let tokensAtOnce = 16

    init(_ weights: WhisperWeights, pool: WorkerPool) throws(KernelError) {
        sizes = weights.dimensions
        (self.weights, self.pool) = (weights, pool)
        let (rows, width) = (Self.tokensAtOnce, sizes.width)
        stream = try FloatMatrix(rows: rows, columns: width)
        normed = try FloatMatrix(rows: rows, columns: width)
        queryKeyValue = try FloatMatrix(rows: rows, columns: 3 * width)
        inner = try FloatMatrix(rows: rows, columns: sizes.feedForward)
        logits = try FloatMatrix(rows: rows, columns: sizes.tokens)
        heard = try FloatMatrix(rows: sizes.audioPositions, columns: 2 * width)
        let (heads, size) = (sizes.heads, WhisperDimensions.headSize)
        selfCache = try KeyValueCache(
            layers: sizes.decoderLayers, heads: heads, headSize: size, capacity: sizes.textPositions)
        crossCache = try KeyValueCache(
            layers: sizes.decoderLayers, heads: heads, headSize: size, capacity: sizes.audioPositions)
    }

    /// Tokens there is room for.
    var capacity: Int { sizes.textPositions }

    /// Starts a new text about what was heard.
    /// - Parameter encoded: (positions, width) from the encoder.
    func begin(_ encoded: FloatRows, tail: SilentTail?) {
        length = 0
        let (count, width) = (encoded.count, sizes.width)
        let output = heard[rows: 0..<count]
        for (index, layer) in weights.decoder.enumerated() {
            multiply(layer.crossAttention.keyValue, encoded, into: output)
            crossCache.store(
                keys: output[columns: 0..<width], values: output[columns: width..<2 * width], layer: index, position: 0,
                pool: pool)
            crossMask = .full(length: count)
            if let tail {
                crossMask = tail.append(tail.decoder[index], to: crossCache, layer: index, after: count, pool: pool)
            }
        }
    }

    /// Forgets all but the first `length` tokens.
    func rewind(to length: Int) {
        precondition(0...self.length ~= length, "more tokens than there are")
        self.length = length
    }

    /// Takes the next tokens.
    /// - Parameter tokens: 1 to ``tokensAtOnce``, with room for them in ``capacity``; ids below the vocabulary's size.
    /// - Returns: (tokens.count, vocabulary) logits, each row those of what follows its token; valid until the next call,
    ///   and free to be changed.
    func step(_ tokens: [WhisperVocabulary.Token]) -> FloatRows {
        read(tokens)
        let (x, y, output) = (
            stream[rows: 0..<tokens.count], normed[rows: 0..<tokens.count], logits[rows: 0..<tokens.count]
        )
        norm(x, weights.decoderNorm, into: y)
        pool.multiply(weights.embeddings, y, into: output)
        return output
    }

    /// Takes the next tokens, where nobody wants to know what follows them.
    /// - Parameter tokens: as for ``step(_:)``.
    func read(_ tokens: [WhisperVocabulary.Token]) {
        precondition(1...Self.tokensAtOnce ~= tokens.count && length + tokens.count <= capacity, "too many tokens")
        let count = tokens.count
        let (x, y) = (stream[rows: 0..<count], normed[rows: 0..<count])
        for (row, token) in tokens.enumerated() { embed(token, position: length + row, into: x[rows: row..<row + 1]) }
        for (index, layer) in weights.decoder.enumerated() {
            attendToTokens(layer.attention, index, x, y)
            attendToSpeech(layer.crossAttention, index, x, y)
            // x += outer(GELU(inner(norm(x))))
            let hidden = inner[rows: 0..<count]
            norm(x, layer.feedForward.norm, into: y)
            multiply(layer.feedForward.inner, y, into: hidden)
            pool.gelu(hidden, into: hidden)
            multiply(layer.feedForward.outer, hidden, into: x, adding: true)
        }
        length += count
    }

    /// A layer's keys of what was heard, one for each position that holds sound.
    /// - Parameter encoded: what was given to ``begin(_:tail:)``, still valid.
    func keys(of layer: Int, _ encoded: FloatRows) -> [[Float]] {
        let output = heard[rows: 0..<encoded.count]
        multiply(weights.decoder[layer].crossAttention.keyValue, encoded, into: output)
        return (0..<encoded.count).map { row in output.withRow(row) { row in (0..<sizes.width).map { row[$0] } } }
    }

    private func embed(_ token: WhisperVocabulary.Token, position: Int, into row: FloatRows) {
        weights.embeddings.copyRow(Int(token), to: row)
        row.withMutableRow(0) { row in
            for column in row.indices { row[column] += weights.textPositions[position * sizes.width + column] }
        }
    }

    /// x += output(attention(norm(x))) over the tokens so far.
    private func attendToTokens(
        _ layer: WhisperWeights.SelfAttention, _ index: Int, _ x: FloatRows, _ y: FloatRows
    ) {
        let width = sizes.width
        let projected = queryKeyValue[rows: 0..<x.count]
        norm(x, layer.norm, into: y)
        multiply(layer.queryKeyValue, y, into: projected)
        selfCache.store(
            keys: projected[columns: width..<2 * width], values: projected[columns: 2 * width..<3 * width],
            layer: index,
            position: length, pool: pool)
        pool.attend(
            projected[columns: 0..<width], cache: selfCache, layer: index, mask: .causal(position: length),
            scale: 0.125,
            into: y)
        multiply(layer.output, y, into: x, adding: true)
    }

    /// x += output(attention(norm(x))) over what the encoder heard.
    private func attendToSpeech(
        _ layer: WhisperWeights.CrossAttention, _ index: Int, _ x: FloatRows, _ y: FloatRows
    ) {
        let query = queryKeyValue[rows: 0..<x.count, columns: 0..<sizes.width]
        norm(x, layer.norm, into: y)
        multiply(layer.query, y, into: query)
        visitQueries?(index, query)
        pool.attend(query, cache: crossCache, layer: index, mask: crossMask, scale: 0.125, into: y)
        multiply(layer.output, y, into: x, adding: true)
    }

    private func norm(_ x: FloatRows, _ norm: WhisperWeights.Norm, into output: FloatRows) {
        pool.layerNorm(x, weight: norm.weight, bias: norm.bias, epsilon: 1e-5, into: output)
    }

    private func multiply(_ linear: WhisperWeights.Linear, _ x: FloatRows, into output: FloatRows, adding: Bool = false)
    {
        pool.multiply(linear.weights, x, into: output, bias: linear.bias, adding: adding)
    }
}
