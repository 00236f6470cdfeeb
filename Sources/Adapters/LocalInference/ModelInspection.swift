internal import Foundation
internal import GGUF
internal import Kernels
internal import Tokenizers
internal import Transformer

/// What a model's file holds, and what this device could do with it, found without loading it.
package struct ModelInspection: Sendable {
    /// Tensors of one type.
    package struct TypeShare: Sendable, Hashable {
        package let type: String
        package let tensors: Int
        package let bytes: Int
    }

    /// A value of the file's metadata in a few words, safe to show.
    package struct Entry: Sendable, Hashable {
        package let key: String
        package let value: String
    }

    package struct Tensor: Sendable, Hashable {
        package let name: String
        package let type: String
        /// Fastest-running first.
        package let dimensions: [Int]
        package let bytes: Int
    }

    /// What runs the model, where this engine can.
    package struct Shape: Sendable, Hashable {
        package let layers: Int
        package let modelDimension: Int
        package let heads: Int
        package let kvHeads: Int
        package let headDimension: Int
        package let feedForwardDimension: Int
        package let vocabulary: Int
        /// Tokens the model was trained to attend to.
        package let trainedContext: Int
        /// Tokens of the context that the figures below are for.
        package let context: Int
        /// Weights that one generated token reads.
        package let bytesPerToken: Int
        /// Keys and values that it reads besides when the context is full.
        package let cacheBytes: Int
        /// Weights, cache and buffers together.
        package let memoryBytes: Int
    }

    package let path: String
    package let bytes: Int
    package let version: Int
    package let parameters: Int
    package let metadata: [Entry]
    package let types: [TypeShare]
    package let tensors: [Tensor]
    package let shape: Shape?
    /// Whether the file says how a conversation is laid out, in a way that is known.
    package let hasChatTemplate: Bool
    /// Why this device cannot run the model; empty where it can.
    package let obstacles: [String]
    package let availableMemoryBytes: Int?
    /// Bytes a second that this device reads from memory, as measured; `nil` where that was not asked for.
    package let readBandwidth: Double?

    /// Tokens a second that this device cannot exceed: it would do nothing but read weights.
    package var speedLimit: Double? {
        guard let readBandwidth, let shape, shape.bytesPerToken > 0 else { return nil }
        return readBandwidth / Double(shape.bytesPerToken)
    }

    /// The same with a full context.
    package var fullContextSpeedLimit: Double? {
        guard let readBandwidth, let shape else { return nil }
        return readBandwidth / Double(shape.bytesPerToken + shape.cacheBytes)
    }

    /// Reads the header of the file at `path` and, for the last figures, some memory. Blocks for a fraction of a second.
    ///
    /// - Parameters:
    ///   - contextLength: tokens of the context; the model's own, ``LocalModel/defaultContextLength`` at most, where `nil`.
    ///   - threads: that would compute.
    ///   - availableMemoryBytes: what the device has left; unknown where `nil`.
    ///   - measuresBandwidth: whether to measure how fast memory is read.
    /// - Throws: ``LocalInferenceError/Code/unusableModel`` where the file is no GGUF file.
    package init(
        path: String, contextLength: Int?, threads: Int, availableMemoryBytes: Int?, measuresBandwidth: Bool
    ) throws {
        let file: GGUFFile
        do {
            file = try GGUFFile(path: path)
        } catch {
            throw LocalInferenceError(.unusableModel, "\(error)", underlying: error)
        }
        self.path = path
        self.availableMemoryBytes = availableMemoryBytes
        bytes = file.byteCount
        version = file.version
        metadata = file.metadata.keys.map { Entry(key: $0, value: file.metadata.summary(of: $0) ?? "") }
        tensors = file.tensorsInOrder.map {
            Tensor(name: $0.name, type: $0.type.name, dimensions: $0.dimensions, bytes: $0.byteRange.count)
        }
        parameters = file.tensors.values.reduce(0) { $0 + $1.elementCount }
        types = Self.shares(tensors)
        var obstacles: [String] = []
        shape = Self.shape(file, contextLength, &obstacles)
        hasChatTemplate = Self.checkTokenizer(file, &obstacles)
        if let needed = shape?.memoryBytes, let available = availableMemoryBytes, needed > available {
            obstacles.append(
                "It needs \(needed / 1_000_000) MB of memory, and \(available / 1_000_000) MB are free; use a shorter "
                    + "context or a smaller type.")
        }
        self.obstacles = obstacles
        readBandwidth = measuresBandwidth ? try Self.measureBandwidth(threads) : nil
    }

    private static func shares(_ tensors: [Tensor]) -> [TypeShare] {
        Dictionary(grouping: tensors, by: \.type)
            .map { TypeShare(type: $0, tensors: $1.count, bytes: $1.reduce(0) { $0 + $1.bytes }) }
            .sorted { ($0.bytes, $0.type) > ($1.bytes, $1.type) }
    }

    private static func shape(_ file: GGUFFile, _ contextLength: Int?, _ obstacles: inout [String]) -> Shape? {
        for type in Set(file.tensors.values.map(\.type)) where WeightType(rawValue: type.id) == nil {
            obstacles.append("Its \(type.name) tensors are of a type that cannot be computed with.")
        }
        let config: ModelConfig
        do throws(TransformerError) {
            config = try ModelConfig(file)
        } catch {
            obstacles.append(error.description)
            return nil
        }
        do throws(TransformerError) { try config.checkTensors(of: file) } catch { obstacles.append(error.description) }
        let context = contextLength ?? min(config.contextLength, LocalModel.defaultContextLength)
        if context > config.contextLength {
            obstacles.append("It takes \(config.contextLength) tokens of context at most, not \(context).")
        }
        let footprint = ModelFootprint(config, file)
        return Shape(
            layers: config.layerCount, modelDimension: config.modelDimension, heads: config.headCount,
            kvHeads: config.kvHeadCount, headDimension: config.headDimension,
            feedForwardDimension: config.feedForwardDimension, vocabulary: config.vocabularySize,
            trainedContext: config.contextLength, context: context, bytesPerToken: footprint.bytesPerToken,
            cacheBytes: footprint.cacheBytes(context),
            memoryBytes: footprint.weightBytes + footprint.cacheBytes(context) + footprint.stateBytes
                + footprint.bufferBytes)
    }

    private static func checkTokenizer(_ file: GGUFFile, _ obstacles: inout [String]) -> Bool {
        do {
            let tokenizer = try Tokenizer(file.metadata)
            do {
                _ = try ChatTemplate(file.metadata, for: tokenizer)
                return true
            } catch {
                return false
            }
        } catch {
            obstacles.append("\(error)")
            return false
        }
    }

    private static func measureBandwidth(_ threads: Int) throws -> Double {
        do {
            return try WorkerPool(threads: threads).measuredReadBandwidth()
        } catch {
            throw LocalInferenceError(.failed, "\(error)", underlying: error)
        }
    }
}
