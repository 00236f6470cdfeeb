internal import Glibc
internal import Kernels

/// Cosines and sines of RoPE for the rows of one batch.
struct RotaryAngles {
    /// (batch, rotary / 2) each.
    let cosine: FloatMatrix
    let sine: FloatMatrix
    /// (rotary / 2), radians a position.
    private let frequencies: [Double]
    private let magnitude: Double

    /// - Parameter factors: (rotary / 2), what frequencies are divided by.
    init(_ config: RotaryConfig, factors: FloatVector?, batch: Int) throws(KernelError) {
        let half = config.dimension / 2
        frequencies = config.frequencies(
            factors: factors?.withSpan { span in span.indices.map { Double(span[$0]) } } ?? [])
        magnitude = config.magnitude
        cosine = try FloatMatrix(rows: batch, columns: half)
        sine = try FloatMatrix(rows: batch, columns: half)
    }

    /// Fills rows with the angles of positions `position`, `position + 1`, …
    func fill(rows: Range<Int>, from position: Int) {
        fill(rows: rows, from: position, magnitude: magnitude)
    }

    /// Fills row 0 with what turns a key on or back by `distance` positions: a rotation alone, whatever the magnitude.
    func fillTurn(by distance: Int) {
        fill(rows: 0..<1, from: distance, magnitude: 1)
    }

    private func fill(rows: Range<Int>, from position: Int, magnitude: Double) {
        let (cosines, sines) = (cosine[rows: rows], sine[rows: rows])
        for row in 0..<rows.count {
            cosines.withMutableRow(row) { cosines in
                sines.withMutableRow(row) { sines in
                    for pair in frequencies.indices {
                        let angle = Double(position + row) * frequencies[pair]
                        cosines[pair] = Float(cos(angle) * magnitude)
                        sines[pair] = Float(sin(angle) * magnitude)
                    }
                }
            }
        }
    }
}
