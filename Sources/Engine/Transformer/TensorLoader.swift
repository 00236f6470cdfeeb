internal import GGUF
internal import Kernels

/// Turns tensors of a model file into weights: checks name, shape and type, packs, and gives the file's pages back.
struct TensorLoader {
    let file: GGUFFile
    let pool: WorkerPool
    let arena = WeightArena()

    func contains(_ name: String) -> Bool { file.tensors[name] != nil }

    /// A matrix (rows, columns), packed.
    func matrix(_ name: String, rows: Int, columns: Int) throws(TransformerError) -> WeightMatrix {
        try load(name, dimensions: [columns, rows]) { (type, bytes) throws(KernelError) in
            try WeightMatrix(type: type, rows: rows, cols: columns, bytes: bytes, pool: pool, arena: arena)
        }
    }

    /// A matrix of `2 · heads · size` rows in which the rows of each head are followed by as many of its gate: those of all heads, and
    /// those of all gates, packed.
    func gatedHeads(
        _ name: String, heads: Int, size: Int, columns: Int
    ) throws(TransformerError) -> (heads: WeightMatrix, gates: WeightMatrix) {
        func half(_ number: Int) throws(TransformerError) -> WeightMatrix {
            try load(name, dimensions: [columns, 2 * heads * size]) { (type, bytes) throws(KernelError) in
                let part = bytes.byteCount / (2 * heads)
                var gathered: [UInt8] = []
                gathered.reserveCapacity(part * heads)
                for head in 0..<heads {
                    let from = (2 * head + number) * part
                    let rows = bytes.extracting(from..<from + part)
                    unsafe rows.withUnsafeBytes { rows in unsafe gathered.append(contentsOf: rows) }
                }
                return try unsafe WeightMatrix(
                    type: type, rows: heads * size, cols: columns, bytes: gathered.span.bytes, pool: pool, arena: arena)
            }
        }
        return (try half(0), try half(1))
    }

    /// The matrices (rows, columns) that lie one behind the other in a tensor, packed each for itself.
    func matrices(_ name: String, count: Int, rows: Int, columns: Int) throws(TransformerError) -> [WeightMatrix] {
        try load(name, dimensions: [columns, rows, count]) { (type, bytes) throws(KernelError) in
            let size = bytes.byteCount / count
            var matrices: [WeightMatrix] = []
            for number in 0..<count {
                matrices.append(
                    try WeightMatrix(
                        type: type, rows: rows, cols: columns,
                        bytes: bytes.extracting(number * size..<(number + 1) * size), pool: pool, arena: arena))
            }
            return matrices
        }
    }

    /// Matrices that share their columns, stacked in this order.
    func stack(_ parts: [(name: String, rows: Int)], columns: Int) throws(TransformerError) -> WeightMatrix {
        var matrices: [WeightMatrix] = []
        for part in parts { matrices.append(try matrix(part.name, rows: part.rows, columns: columns)) }
        return WeightMatrix(stacking: matrices)
    }

    /// A vector of `count` elements, as floats.
    func vector(_ name: String, count: Int) throws(TransformerError) -> FloatVector {
        try load(name, dimensions: [count]) { (type, bytes) throws(KernelError) in
            try FloatVector(type: type, count: count, bytes: bytes)
        }
    }

    /// A vector of `count` elements that lie one below the other, as floats.
    func column(_ name: String, count: Int) throws(TransformerError) -> FloatVector {
        try load(name, dimensions: [1, count]) { (type, bytes) throws(KernelError) in
            try FloatVector(type: type, count: count, bytes: bytes)
        }
    }

    /// As many vectors as there are `parts`, one after the other in one tensor: `count` elements each.
    func vectors(_ name: String, count: Int, parts: Int) throws(TransformerError) -> [FloatVector] {
        let all = try load(name, dimensions: [count, parts]) { (type, bytes) throws(KernelError) in
            try FloatVector(type: type, count: count * parts, bytes: bytes)
        }
        return all.withSpan { span in
            (0..<parts).map { FloatVector(span.extracting($0 * count..<($0 + 1) * count)) }
        }
    }

    /// A filter of `taps` for each of some channels, turned over: (taps, channels).
    func filter(_ name: String, taps: Int, channels: Int) throws(TransformerError) -> FloatVector {
        let plain = try load(name, dimensions: [taps, channels]) { (type, bytes) throws(KernelError) in
            try FloatVector(type: type, count: taps * channels, bytes: bytes)
        }
        return FloatVector(
            plain.withSpan { span in
                (0..<taps).flatMap { tap in (0..<channels).map { span[$0 * taps + tap] } }
            })
    }

    /// A vector of `count` elements, every one multiplied by `scale`.
    func vector(_ name: String, count: Int, scale: Float) throws(TransformerError) -> FloatVector {
        let plain = try vector(name, count: count)
        guard scale != 1 else { return plain }
        return FloatVector(plain.withSpan { span in span.indices.map { span[$0] * scale } })
    }

    /// Vectors one after the other, as one.
    func concatenation(_ parts: [(name: String, count: Int)]) throws(TransformerError) -> FloatVector {
        var values: [Float] = []
        for part in parts {
            try vector(part.name, count: part.count).withSpan { span in
                for index in span.indices { values.append(span[index]) }
            }
        }
        return FloatVector(values)
    }

    /// A vector whose elements are all positive; `nil` where the file has none of that name.
    func factors(_ name: String, count: Int) throws(TransformerError) -> FloatVector? {
        guard contains(name) else { return nil }
        let factors = try vector(name, count: count)
        let arePositive = factors.withSpan { span in span.indices.allSatisfy { span[$0] > 0 } }
        guard arePositive else { throw invalid("the tensor \(name) holds a factor that is not positive") }
        return factors
    }

    /// The rows of a matrix (rows, columns), left in the file.
    func rows(_ name: String, rows: Int, columns: Int) throws(TransformerError) -> FileRows {
        let (tensor, type) = try tensor(name, dimensions: [columns, rows])
        guard let rowByteCount = type.rowBytes(cols: columns) else {
            throw invalid("the tensor \(name) has rows that are no whole number of blocks of \(type)")
        }
        return FileRows(file: file, tensor: tensor, type: type, rowByteCount: rowByteCount)
    }

    private func load<Weights>(
        _ name: String, dimensions: [Int], _ body: (WeightType, RawSpan) throws(KernelError) -> Weights
    ) throws(TransformerError) -> Weights {
        let (tensor, type) = try tensor(name, dimensions: dimensions)
        defer { file.adviseUnneeded(tensor) }
        do {
            return unsafe try file.withUnsafeBytes(of: tensor) { unsafe try body(type, $0.bytes) }
        } catch {
            throw invalid("the tensor \(name): \(error)")
        }
    }

    private func tensor(
        _ name: String, dimensions: [Int]
    ) throws(TransformerError) -> (TensorInfo, WeightType) {
        guard let tensor = file.tensors[name] else { throw invalid("has no tensor \(name)") }
        guard tensor.dimensions.trimmingOnes == dimensions.trimmingOnes else {
            let found = tensor.dimensions.map(String.init).joined(separator: " x ")
            let wanted = dimensions.map(String.init).joined(separator: " x ")
            throw invalid("the tensor \(name) is \(found), but the metadata asks for \(wanted)")
        }
        guard let type = WeightType(rawValue: tensor.type.id) else {
            throw invalid("the tensor \(name) is of type \(tensor.type), which cannot be computed with")
        }
        return (tensor, type)
    }

    func invalid(_ reason: String) -> TransformerError {
        TransformerError(.invalidTensor, "\(file.path): \(reason). Fetch the model again or use another.")
    }
}

extension [Int] {
    /// Without the sizes of 1 at the end, which files may write out or leave out.
    fileprivate var trimmingOnes: ArraySlice<Int> {
        var kept = self[...]
        while kept.count > 1, kept.last == 1 { kept.removeLast() }
        return kept
    }
}
