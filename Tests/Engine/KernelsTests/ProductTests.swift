import Testing

@testable import Kernels

@Suite("Products") struct ProductTests {
    @Test("integer and float products agree with the definition for every quantised type, one column and many")
    func products() throws {
        let pool = try WorkerPool(threads: 2)
        var random = SystemRandomNumberGenerator()
        for type in WeightType.allCases {
            let (rows, cols) = (35, 512)
            var bytes = [UInt8](
                (0..<rows * (type.rowBytes(cols: cols) ?? 0)).map { _ in .random(in: 0...255, using: &random) })
            repeat {
                guard let bad = unsafe type.firstInvalidBlock(in: bytes.span.bytes) else { break }
                for i in 0..<type.blockBytes { bytes[bad * type.blockBytes + i] = 0 }
            } while true
            // Exponents: ordinary ones, or sums of products overflow.
            if type == .mxfp4 { for i in stride(from: 0, to: bytes.count, by: 17) { bytes[i] = 120 + bytes[i] % 8 } }
            if type.isQuantised == false { for i in bytes.indices { bytes[i] &= 0x3F } }
            var dense = [Float](repeating: 0, count: rows * cols)
            var span = dense.mutableSpan
            unsafe type.dequantise(bytes.span.bytes, into: &span)
            let weights = try unsafe WeightMatrix(
                type: type, rows: rows, cols: cols, bytes: bytes.span.bytes, pool: pool)
            for n in [1, 7] {
                let x = try FloatMatrix(rows: n, columns: cols)
                for i in 0..<n { for j in 0..<cols { x[i, j] = .random(in: -1...1, using: &random) } }
                for precision in ActivationPrecision.allCases {
                    let y = try FloatMatrix(rows: n, columns: rows)
                    pool.multiply(weights, x[rows: 0..<n], into: y[rows: 0..<n], activations: precision)
                    for i in 0..<n {
                        for r in 0..<rows {
                            var sum = 0.0, size = 0.0
                            for k in 0..<cols {
                                let term = Double(dense[r * cols + k]) * Double(x[i, k])
                                sum += term
                                size += term.magnitude
                            }
                            let error = (Double(y[i, r]) - sum).magnitude
                            #expect(
                                error <= (precision == .int8 || precision == .mixed ? 2e-2 : 2e-4) * size + 1e-30,
                                "\(type) n=\(n) \(precision) row \(r): \(y[i, r]) is not \(sum)")
                        }
                    }
                }
            }
        }
    }
}
