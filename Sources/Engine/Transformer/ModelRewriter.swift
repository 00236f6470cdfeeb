public import GGUF
public import Kernels

/// Writes a model's weights anew in another type; everything else of the file stays as it is.
///
/// Matrices take the type that is asked for; norms, biases and factors stay as they are. The head, which decides between
/// tokens and suffers most, gets at least 6 bits, unless the plan is pure. A matrix whose rows are no whole number of
/// blocks falls back to a type that fits.
public struct ModelRewriter {
    /// A tensor, and what becomes of it.
    public struct Step: Sendable {
        /// The tensor as the file has it.
        public let tensor: TensorInfo
        /// `nil`: copied as it is.
        public let type: WeightType?
        /// Whether `type` stands in for one that does not fit.
        public let isFallback: Bool

        var description: TensorDescription {
            let written = type.flatMap { TensorType(id: $0.rawValue) } ?? tensor.type
            return TensorDescription(name: tensor.name, type: written, dimensions: tensor.dimensions)
        }
    }

    /// Types that can be asked for, the smallest first.
    public static var types: [WeightType] {
        WeightType.allCases.filter(\.canBeWritten).sorted { $0.bitsPerWeight < $1.bitsPerWeight }
    }

    /// What is done with each tensor, in the order of the file.
    public let steps: [Step]
    private let file: GGUFFile
    private let header: [UInt8]

    /// - Parameters:
    ///   - type: what matrices become; `nil` leaves them as they are.
    ///   - isPure: whether the head becomes no better than the other matrices.
    ///   - head: what the matrix before the logits becomes in place of that.
    ///   - embedding: what the embedding becomes in place of that, where it is not the head as well.
    /// - Throws: `invalidConfiguration` where the file is a part of a model; `invalidTensor` where it holds no matrix, or
    ///   one of a type that is not known.
    /// - Precondition: the types are of ``types``.
    public init(
        _ file: GGUFFile, type: WeightType?, isPure: Bool = false, head headType: WeightType? = nil,
        embedding: WeightType? = nil
    ) throws(TransformerError) {
        for type in [type, headType, embedding].compactMap(\.self) {
            precondition(type.canBeWritten, "\(type) cannot be written")
        }
        self.file = file
        var steps: [Step] = []
        let head = file.tensors["output.weight"] == nil ? "token_embd.weight" : "output.weight"
        for tensor in file.tensorsInOrder {
            guard Self.isMatrix(tensor) else {
                steps.append(Step(tensor: tensor, type: nil, isFallback: false))
                continue
            }
            guard WeightType(rawValue: tensor.type.id) != nil else {
                throw Self.invalid(file, "the tensor \(tensor.name) is of type \(tensor.type), which cannot be read")
            }
            let named = tensor.name == head ? headType : tensor.name == "token_embd.weight" ? embedding : nil
            let spared = tensor.name == head && !isPure ? type.map(Self.spared) : type
            guard let wanted = named ?? spared else {
                steps.append(Step(tensor: tensor, type: nil, isFallback: false))
                continue
            }
            let fitting = Self.fitting(wanted, columns: tensor.columns)
            let isSame = fitting.rawValue == tensor.type.id
            steps.append(Step(tensor: tensor, type: isSame ? nil : fitting, isFallback: fitting != wanted))
        }
        guard steps.contains(where: { Self.isMatrix($0.tensor) }) else {
            throw Self.invalid(file, "holds no weights")
        }
        self.steps = steps
        var changes: [String: UInt32] = ["general.quantization_version": 2]
        if let type {
            guard let fileType = Self.fileTypes[type] else { preconditionFailure("\(type) has no number for files") }
            changes["general.file_type"] = fileType
        }
        header = file.header(of: steps.map(\.description), changing: changes)
    }

    /// Bytes of the file to be written.
    public var byteCount: Int {
        steps.reduce(header.count) { $0 + file.padded($1.description.byteCount) }
    }

    /// Hands the new file out, piece by piece. Blocks while it is read, converted and taken.
    ///
    /// - Parameters:
    ///   - progress: called with the share that is done, 0 … 1; returns false to stop.
    ///   - write: takes the next bytes.
    /// - Throws: `invalidTensor` where a value is not finite or too large; `cancelled`; whatever `write` throws.
    public func write(
        pool: WorkerPool, progress: (Double) -> Bool = { _ in true }, _ write: (Span<UInt8>) throws -> Void
    ) throws {
        try write(header.span)
        let all = max(1, steps.reduce(0) { $0 + $1.tensor.byteRange.count })
        var done = 0
        for step in steps {
            for rows in Self.slabs(of: step.tensor) {
                guard progress(Double(done) / Double(all)) else {
                    throw TransformerError(.cancelled, "Quantising was stopped.")
                }
                try self.write(rows, of: step, pool, write)
                done += rows.count * step.tensor.bytesPerRow
            }
            file.adviseUnneeded(step.tensor)
            let size = step.description.byteCount
            try write([UInt8](repeating: 0, count: file.padded(size) - size).span)
        }
        _ = progress(1)
    }

    private func write(
        _ rows: Range<Int>, of step: Step, _ pool: WorkerPool, _ write: (Span<UInt8>) throws -> Void
    ) throws {
        let tensor = step.tensor
        let bytes = rows.lowerBound * tensor.bytesPerRow..<rows.upperBound * tensor.bytesPerRow
        try unsafe file.withUnsafeBytes(of: tensor) { all in
            let slab = unsafe UnsafeRawBufferPointer(rebasing: all[bytes])
            guard let type = step.type, let from = WeightType(rawValue: tensor.type.id) else {
                try write(unsafe Span(_unsafeElements: slab.assumingMemoryBound(to: UInt8.self)))
                return
            }
            let written: [UInt8]
            do throws(KernelError) {
                written = try unsafe pool.requantise(
                    slab.bytes, count: rows.count * tensor.columns, from: from, to: type)
            } catch {
                throw Self.invalid(file, "the tensor \(tensor.name): \(error)")
            }
            try write(written.span)
        }
    }

    // MARK: What becomes what

    /// Weights that are multiplied with; norms, biases, filters and RoPE's factors are not, and what chooses among experts is too
    /// small to be worth it.
    private static func isMatrix(_ tensor: TensorInfo) -> Bool {
        let isFilter = [".conv.weight", "conv1d.weight", "ffn_gate_inp.weight"].contains { tensor.name.hasSuffix($0) }
        return tensor.rows > 1 && tensor.name.hasSuffix(".weight") && !tensor.name.contains("norm") && !isFilter
    }

    /// What the head takes instead: the best type of the same kind.
    private static func spared(_ type: WeightType) -> WeightType {
        guard type.bitsPerWeight < WeightType.q8_0.bitsPerWeight else { return type }
        return type.blockElements == 256 ? .q6_K : .q8_0
    }

    /// The type itself, or, where rows of so many columns are no whole number of its blocks, one of as many bits or more.
    private static func fitting(_ type: WeightType, columns: Int) -> WeightType {
        let next: WeightType =
            switch type {
            case .q4_K: .q5_0
            case .q5_K: .q5_1
            default: .q8_0
            }
        return [type, next, .f16].first { columns.isMultiple(of: $0.blockElements) } ?? .f16
    }

    /// Rows of a tensor in pieces of some megabytes.
    private static func slabs(of tensor: TensorInfo) -> [Range<Int>] {
        let step = max(1, (4 << 20) / max(1, tensor.bytesPerRow))
        return stride(from: 0, to: tensor.rows, by: step).map { $0..<min($0 + step, tensor.rows) }
    }

    /// The numbers of `general.file_type` (`llama_ftype`).
    private static let fileTypes: [WeightType: UInt32] = [
        .f32: 0, .f16: 1, .q4_0: 2, .q4_1: 3, .q8_0: 7, .q5_0: 8, .q5_1: 9, .q4_K: 14, .q5_K: 16, .q6_K: 18,
    ]

    private static func invalid(_ file: GGUFFile, _ reason: String) -> TransformerError {
        TransformerError(.invalidTensor, "\(file.path): \(reason).")
    }
}
