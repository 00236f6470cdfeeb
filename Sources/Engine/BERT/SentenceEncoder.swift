public import Kernels

/// Makes of a text the vector that texts of like meaning are near to. For one thread at a time, which it blocks while it
/// computes.
public final class SentenceEncoder {
    /// Pieces of words that are looked at; what follows them counts for nothing. The model was trained with so many.
    public static let pieceLimit = 256

    private let model: BERTModel
    private let pool: WorkerPool
    private let precision: ActivationPrecision
    private let limit: Int
    /// (pieces, width): what becomes of each piece, layer by layer.
    private let stream: FloatMatrix
    private let attended: FloatMatrix
    private let queryKeyValue: FloatMatrix
    private let inner: FloatMatrix
    /// Keys and values of the layer at work.
    private let cache: KeyValueCache

    /// - Parameter pool: threads that compute.
    /// - Throws: `outOfResources`.
    public init(
        _ model: BERTModel, pool: WorkerPool, precision: ActivationPrecision = .mixed
    ) throws(KernelError) {
        (self.model, self.pool, self.precision) = (model, pool, precision)
        limit = max(2, min(Self.pieceLimit, model.positionCount))
        stream = try FloatMatrix(rows: limit, columns: model.width)
        attended = try FloatMatrix(rows: limit, columns: model.width)
        queryKeyValue = try FloatMatrix(rows: limit, columns: 3 * model.width)
        inner = try FloatMatrix(rows: limit, columns: model.feedForward)
        cache = try KeyValueCache(
            layers: 1, heads: model.width / BERTModel.headSize, headSize: BERTModel.headSize, capacity: limit)
    }

    /// ``BERTModel/width`` numbers, of length 1: the mean over the text's pieces. The product of two is their likeness, -1 … 1.
    public func vector(of text: String) -> [Float] {
        let pieces = model.vocabulary.numbers(of: text, limit: limit)
        let x = stream[rows: 0..<pieces.count]
        embed(pieces, into: x)
        for layer in model.layers { run(layer, x) }
        var sum = Array(repeating: Float(0), count: model.width)
        for row in 0..<x.count {
            x.withRow(row) { row in for column in row.indices { sum[column] += row[column] } }
        }
        let length = sum.reduce(0) { $0 + $1 * $1 }.squareRoot()
        // What no number can be made of is like nothing.
        return length > 0 && length.isFinite ? sum.map { $0 / length } : sum.map { _ in 0 }
    }

    private func embed(_ pieces: [Int], into x: FloatRows) {
        let width = model.width
        for (row, piece) in pieces.enumerated() {
            model.words.copyRow(piece, to: x[rows: row..<row + 1])
            x.withMutableRow(row) { values in
                for column in values.indices { values[column] += model.positions[row * width + column] }
            }
        }
        normalise(x, model.norm)
    }

    /// x = norm(x + attention(x)); x = norm(x + outer(GELU(inner(x)))). Every piece sees all others.
    private func run(_ layer: BERTModel.Layer, _ x: FloatRows) {
        let (width, count) = (model.width, x.count)
        let projected = queryKeyValue[rows: 0..<count]
        let y = attended[rows: 0..<count]
        multiply(layer.queryKeyValue, x, into: projected)
        cache.store(
            keys: projected[columns: width..<2 * width], values: projected[columns: 2 * width..<3 * width], layer: 0,
            position: 0, pool: pool)
        pool.attend(
            projected[columns: 0..<width], cache: cache, layer: 0, mask: .full(length: count),
            scale: 1 / Float(BERTModel.headSize).squareRoot(), into: y)
        multiply(layer.output, y, into: x, adding: true)
        normalise(x, layer.attentionNorm)

        let hidden = inner[rows: 0..<count]
        multiply(layer.inner, x, into: hidden)
        pool.gelu(hidden, into: hidden)
        multiply(layer.outer, hidden, into: x, adding: true)
        normalise(x, layer.feedForwardNorm)
    }

    private func multiply(_ linear: BERTModel.Linear, _ x: FloatRows, into output: FloatRows, adding: Bool = false) {
        pool.multiply(linear.weights, x, into: output, bias: linear.bias, adding: adding, activations: precision)
    }

    private func normalise(_ x: FloatRows, _ norm: BERTModel.Norm) {
        pool.layerNorm(x, weight: norm.weight, bias: norm.bias, epsilon: 1e-12, into: x)
    }
}
