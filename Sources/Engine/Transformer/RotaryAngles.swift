internal import Glibc
internal import Kernels

/// Cosines and sines of RoPE for the rows of one batch.
struct RotaryAngles {
    /// (batch, rotary / 2) each.
    let cosine: FloatMatrix
    let sine: FloatMatrix
    /// (rotary / 2), radians a position.
    private let frequencies: [Double]

    init(_ config: ModelConfig, factors: FloatVector?, batch: Int) throws(KernelError) {
        let half = config.rotaryDimension / 2
        var frequencies = (0..<half).map { pair in
            pow(config.rotaryBase, -Double(pair) / Double(half)) / config.rotaryPositionScale
        }
        factors?.withSpan { factors in
            for pair in 0..<half { frequencies[pair] /= Double(factors[pair]) }
        }
        self.frequencies = frequencies
        cosine = try FloatMatrix(rows: batch, columns: half)
        sine = try FloatMatrix(rows: batch, columns: half)
    }

    /// Fills rows 0 ..< count with the angles of positions `position`, `position + 1`, …
    func fill(count: Int, from position: Int) {
        let (cosines, sines) = (cosine[rows: 0..<count], sine[rows: 0..<count])
        for row in 0..<count {
            cosines.withMutableRow(row) { cosines in
                sines.withMutableRow(row) { sines in
                    for pair in frequencies.indices {
                        let angle = Double(position + row) * frequencies[pair]
                        cosines[pair] = Float(cos(angle))
                        sines[pair] = Float(sin(angle))
                    }
                }
            }
        }
    }
}
