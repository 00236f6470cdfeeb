import Kernels
import Testing

@Suite("Weighted attention") struct WeightedAttentionTests {
    /// Attention of `queries` to `distinct` positions, of which the last `tail` stand for, or are stored, `copies` times.
    private func attention(
        _ rows: FloatMatrix, queries: FloatRows, tail: Int, copies: Int, stored: Bool, pool: WorkerPool
    ) throws -> FloatMatrix {
        let distinct = rows.rowCount
        let length = stored ? distinct + tail * (copies - 1) : distinct
        let cache = try KeyValueCache(layers: 1, heads: 2, headSize: 16, capacity: length)
        let store = { (from: Range<Int>, position: Int) in
            cache.store(
                keys: rows[rows: from, columns: 0..<32], values: rows[rows: from, columns: 32..<64], layer: 0,
                position: position, pool: pool)
        }
        store(0..<distinct, 0)
        if stored {
            for copy in 0..<copies - 1 { store(distinct - tail..<distinct, distinct + copy * tail) }
        }
        let output = try FloatMatrix(rows: queries.count, columns: 32)
        let mask: AttentionMask =
            stored ? .full(length: length) : .weighted(length: length, tail: tail, copies: Float(copies))
        pool.attend(queries, cache: cache, layer: 0, mask: mask, scale: 0.25, into: output[rows: 0..<queries.count])
        return output
    }

    @Test("A position with a weight of n counts as n equal positions do", arguments: [1, 7, 40])
    func weights(tail: Int) throws {
        let pool = try WorkerPool(threads: 2)
        let rows = try FloatMatrix(rows: 100, columns: 64)
        let queries = try FloatMatrix(rows: 9, columns: 32)
        for row in 0..<100 { for column in 0..<64 { rows[row, column] = Float.random(in: -2...2) } }
        for row in 0..<9 { for column in 0..<32 { queries[row, column] = Float.random(in: -2...2) } }
        let view = queries[rows: 0..<9]
        let weighted = try attention(rows, queries: view, tail: tail, copies: 8, stored: false, pool: pool)
        let repeated = try attention(rows, queries: view, tail: tail, copies: 8, stored: true, pool: pool)
        for row in 0..<9 {
            for column in 0..<32 { #expect(abs(weighted[row, column] - repeated[row, column]) < 1e-5) }
        }
    }
}
