public import Kernels

/// A BERT model that makes one vector of a text, as Sentence Transformers keeps it: read once and shared. Immutable.
public final class BERTModel: Sendable {
    /// A layer of the encoder.
    struct Layer: Sendable {
        /// Queries, keys and values: (3 · width, width).
        var queryKeyValue: Linear
        var output: Linear
        var attentionNorm: Norm
        var inner: Linear
        var outer: Linear
        var feedForwardNorm: Norm
    }

    struct Linear: Sendable {
        var weights: WeightMatrix
        var bias: FloatVector
    }

    struct Norm: Sendable {
        var weight: FloatVector
        var bias: FloatVector
    }

    let vocabulary: WordPieceVocabulary
    /// (pieces, width)
    let words: WeightMatrix
    /// (positions, width): what is added for the place in the text, that of a text's kind included.
    let positions: [Float]
    let norm: Norm
    let layers: [Layer]
    let positionCount: Int
    let feedForward: Int

    /// Numbers in a vector.
    public let width: Int

    /// Elements of an attention head: the same in every model of this size.
    static let headSize = 32
    private enum Limit {
        static let width = 1_024
        static let layers = 24
    }

    /// Reads the weights and the list of pieces. Blocks for as long as that takes.
    /// - Parameters:
    ///   - weights: path of `model.safetensors`, in the names that BERT's authors gave the tensors.
    ///   - vocabulary: path of `vocab.txt`.
    ///   - weightType: Q8_0, or F32, a yardstick.
    ///   - pool: threads that pack the weights.
    /// - Throws: ``BERTError``: `unsupported` for any other graph.
    public init(
        weights path: String, vocabulary: String, weightType: WeightType = .q8_0, pool: WorkerPool
    ) throws(BERTError) {
        precondition([.q8_0, .f32].contains(weightType), "sentence encoders have weights in Q8_0 or F32")
        let file = try SafetensorsFile(path: path)
        self.vocabulary = try WordPieceVocabulary(path: vocabulary)
        guard let shape = file.shape(of: "embeddings.word_embeddings.weight"), shape.count == 2,
            let positions = file.shape(of: "embeddings.position_embeddings.weight"), positions.count == 2,
            let inner = file.shape(of: "encoder.layer.0.intermediate.dense.weight"), inner.count == 2
        else { throw BERTError(.foreign, path, "it has no tensors with the names of BERT's") }
        let width = shape[1]
        guard width <= Limit.width, width.isMultiple(of: Self.headSize), inner[0].isMultiple(of: 32) else {
            throw BERTError(.unsupported, path, "its vectors have \(width) numbers, its layers \(inner[0])")
        }
        guard shape[0] == self.vocabulary.count else {
            throw BERTError(.malformed, vocabulary, "the model knows \(shape[0]) pieces and not so many")
        }
        (self.width, positionCount, feedForward) = (width, positions[0], inner[0])
        let loader = BERTWeightLoader(file: file, width: width, type: weightType, pool: pool)
        words = try loader.matrix("embeddings.word_embeddings.weight", rows: shape[0], columns: width)
        let kind = try file.floats("embeddings.token_type_embeddings.weight", [2, width])
        var places = try file.floats("embeddings.position_embeddings.weight", [positions[0], width])
        for index in places.indices { places[index] += kind[index % width] }
        self.positions = places
        norm = try loader.norm("embeddings.LayerNorm")
        var layers: [Layer] = []
        while layers.count < Limit.layers,
            file.shape(of: "encoder.layer.\(layers.count).output.dense.weight") != nil
        {
            layers.append(try loader.layer(layers.count, feedForward: inner[0]))
        }
        self.layers = layers
    }

    /// Bytes of its matrices.
    public var byteCount: Int {
        words.byteCount
            + layers.reduce(0) { sum, layer in
                [layer.queryKeyValue, layer.output, layer.inner, layer.outer].reduce(sum) {
                    $0 + $1.weights.byteCount
                }
            }
    }
}

/// Turns tensors of a file into what the kernels take.
private struct BERTWeightLoader {
    let file: SafetensorsFile
    let width: Int
    let type: WeightType
    let pool: WorkerPool

    /// A few megabytes of floats, and whole panels.
    private static let rowsAtOnce = 2_048

    func layer(_ index: Int, feedForward: Int) throws(BERTError) -> BERTModel.Layer {
        let name = "encoder.layer.\(index)"
        var matrices: [WeightMatrix] = []
        var biases: [Float] = []
        for part in ["query", "key", "value"] {
            let tensor = "\(name).attention.self.\(part)"
            matrices.append(try matrix(tensor + ".weight", rows: width, columns: width))
            biases += try file.floats(tensor + ".bias", [width])
        }
        return BERTModel.Layer(
            queryKeyValue: BERTModel.Linear(weights: WeightMatrix(stacking: matrices), bias: FloatVector(biases)),
            output: try linear("\(name).attention.output.dense", rows: width, columns: width),
            attentionNorm: try norm("\(name).attention.output.LayerNorm"),
            inner: try linear("\(name).intermediate.dense", rows: feedForward, columns: width),
            outer: try linear("\(name).output.dense", rows: width, columns: feedForward),
            feedForwardNorm: try norm("\(name).output.LayerNorm"))
    }

    func norm(_ name: String) throws(BERTError) -> BERTModel.Norm {
        BERTModel.Norm(
            weight: FloatVector(try file.floats(name + ".weight", [width])),
            bias: FloatVector(try file.floats(name + ".bias", [width])))
    }

    private func linear(_ name: String, rows: Int, columns: Int) throws(BERTError) -> BERTModel.Linear {
        BERTModel.Linear(
            weights: try matrix(name + ".weight", rows: rows, columns: columns),
            bias: FloatVector(try file.floats(name + ".bias", [rows])))
    }

    /// Read some rows at a time: a matrix does not stand in memory twice.
    func matrix(_ name: String, rows: Int, columns: Int) throws(BERTError) -> WeightMatrix {
        var parts: [WeightMatrix] = []
        for first in stride(from: 0, to: rows, by: Self.rowsAtOnce) {
            let range = first..<min(rows, first + Self.rowsAtOnce)
            let values = try file.floats(name, [rows, columns], rows: range)
            do throws(KernelError) {
                parts.append(try packed(values, rows: range.count, columns: columns))
            } catch {
                throw BERTError(.malformed, file.path, "\(name): \(error)")
            }
        }
        return parts.count == 1 ? parts[0] : WeightMatrix(stacking: parts)
    }

    private func packed(_ values: [Float], rows: Int, columns: Int) throws(KernelError) -> WeightMatrix {
        guard type == .f32 else {
            return try WeightMatrix(quantising: values.span, rows: rows, cols: columns, pool: pool)
        }
        return unsafe try WeightMatrix(type: .f32, rows: rows, cols: columns, bytes: values.span.bytes, pool: pool)
    }
}
