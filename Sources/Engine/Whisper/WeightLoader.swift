internal import Kernels

/// Turns variables of a model file into matrices and vectors the kernels take.
struct WeightLoader {
    typealias Weights = WhisperWeights

    let pool: WorkerPool
    let feedForward: Int
    let width: Int

    /// Rows that are converted at a time: a few megabytes of floats, and whole panels.
    private static let rowsAtOnce = 4096
    /// Columns of a quantised matrix come in blocks of this many.
    static let block = 32

    /// A (rows, columns) variable in 8 bits.
    func matrix(
        _ name: String, rows: Int, columns: Int, _ model: borrowing CTranslate2File
    ) throws(WhisperError) -> WeightMatrix {
        let variable = try model.variable(name, [rows, columns])
        var parts: [WeightMatrix] = []
        for start in stride(from: 0, to: rows, by: Self.rowsAtOnce) {
            let count = min(Self.rowsAtOnce, rows - start)
            let values = try model.floats(variable, named: name, start * columns..<(start + count) * columns)
            parts.append(try quantised(values, rows: count, columns: columns, name, model))
        }
        return parts.count == 1 ? parts[0] : WeightMatrix(stacking: parts)
    }

    func vector(_ name: String, count: Int, _ model: borrowing CTranslate2File) throws(WhisperError) -> FloatVector {
        FloatVector(try model.floats(name, [count]))
    }

    func linear(
        _ name: String, rows: Int, columns: Int, _ model: borrowing CTranslate2File
    ) throws(WhisperError) -> Weights.Linear {
        Weights.Linear(
            weights: try matrix("\(name)/weight", rows: rows, columns: columns, model),
            bias: try vector("\(name)/bias", count: rows, model))
    }

    func norm(_ name: String, _ model: borrowing CTranslate2File) throws(WhisperError) -> Weights.Norm {
        Weights.Norm(
            weight: try vector("\(name)/gamma", count: width, model),
            bias: try vector("\(name)/beta", count: width, model))
    }

    func feedForward(_ name: String, _ model: borrowing CTranslate2File) throws(WhisperError) -> Weights.FeedForward {
        Weights.FeedForward(
            norm: try norm("\(name)/layer_norm", model),
            inner: try linear("\(name)/linear_0", rows: feedForward, columns: width, model),
            outer: try linear("\(name)/linear_1", rows: width, columns: feedForward, model))
    }

    func selfAttention(
        _ name: String, _ model: borrowing CTranslate2File
    ) throws(WhisperError) -> Weights.SelfAttention {
        Weights.SelfAttention(
            norm: try norm("\(name)/layer_norm", model),
            queryKeyValue: try linear("\(name)/linear_0", rows: 3 * width, columns: width, model),
            output: try linear("\(name)/linear_1", rows: width, columns: width, model))
    }

    func crossAttention(
        _ name: String, _ model: borrowing CTranslate2File
    ) throws(WhisperError) -> Weights.CrossAttention {
        Weights.CrossAttention(
            norm: try norm("\(name)/layer_norm", model),
            query: try linear("\(name)/linear_0", rows: width, columns: width, model),
            keyValue: try linear("\(name)/linear_1", rows: 2 * width, columns: width, model),
            output: try linear("\(name)/linear_2", rows: width, columns: width, model))
    }

    /// A (width, inputs, 3) variable, taken apart by neighbour; columns are filled up with zeros to whole blocks.
    func convolution(
        _ name: String, inputs: Int, _ model: borrowing CTranslate2File
    ) throws(WhisperError) -> Weights.Convolution {
        let values = try model.floats("\(name)/weight", [width, inputs, 3])
        let columns = Self.padded(inputs)
        var taps: [WeightMatrix] = []
        for tap in 0..<3 {
            var matrix = Array(repeating: Float(0), count: width * columns)
            for row in 0..<width {
                for input in 0..<inputs { matrix[row * columns + input] = values[(row * inputs + input) * 3 + tap] }
            }
            taps.append(try quantised(matrix, rows: width, columns: columns, name, model))
        }
        return Weights.Convolution(taps: taps, bias: try vector("\(name)/bias", count: width, model))
    }

    /// The next whole number of blocks.
    static func padded(_ columns: Int) -> Int { (columns + block - 1) / block * block }

    private func quantised(
        _ values: [Float], rows: Int, columns: Int, _ name: String, _ model: borrowing CTranslate2File
    ) throws(WhisperError) -> WeightMatrix {
        do throws(KernelError) {
            return try WeightMatrix(quantising: values.span, rows: rows, cols: columns, pool: pool)
        } catch {
            throw WhisperError(.malformed, model.file.path, "\(name): \(error)")
        }
    }
}
