import Kernels
import Testing

@testable import Transformer

@Suite("Keys and values in bytes")
struct KeyValueTypeTests {
    private static let tokens = (0..<90).map { Int32(($0 * 7919 + 13) % 30_000 + 20) }

    private func session(_ type: KeyValueType, isExact: Bool = false) throws -> Session {
        try Session(
            DefaultModel.weights.get(), pool: DefaultModel.pool.get(), contextLength: 128,
            activations: isExact ? .f32 : .mixed, keyValues: type)
    }

    private func values(_ session: Session) -> [Float] {
        session.logits.withRow(0) { row in row.indices.map { row[$0] } }
    }

    @Test("take little more than half the memory")
    func memory() throws {
        #expect(KeyValueType.q8_0.byteCount(headSize: 64) == 68 && KeyValueType.f16.byteCount(headSize: 64) == 128)
        let cache = try KeyValueCache(layers: 2, heads: 3, headSize: 64, capacity: 40, type: .q8_0)
        #expect(cache.byteCount(length: 10) == 2 * 2 * 3 * 68 * 10)
    }

    @Test("change the distribution hardly, whether activations are exact or not", arguments: [true, false])
    func divergence(isExact: Bool) throws {
        let (half, bytes) = (try session(.f16, isExact: isExact), try session(.q8_0, isExact: isExact))
        var total = 0.0
        for token in Self.tokens {
            try half.evaluate(token)
            try bytes.evaluate(token)
            total += relativeEntropy(of: half.logits, from: bytes.logits)
        }
        let mean = total / Double(Self.tokens.count)
        #expect(mean > 0 && mean < 0.01, "\(mean) nats")
    }

    @Test("give the same bits however many tokens a pass has, and after tokens were taken back")
    func batches() throws {
        let (batched, single) = (try session(.q8_0), try session(.q8_0))
        try batched.evaluate(Self.tokens[...])
        for token in Self.tokens { try single.evaluate(token) }
        let expected = values(single)
        #expect(values(batched) == expected)
        // Guesses that did not come true.
        batched.truncate(to: 70)
        try batched.evaluateBeside([5, 6, 7])
        batched.truncate(to: 70)
        try batched.evaluate(Self.tokens[70...])
        #expect(values(batched) == expected)
    }

    @Test("move down when the context shifts, as keys and values in half precision do")
    func shift() throws {
        let (half, bytes) = (try session(.f16), try session(.q8_0))
        for session in [half, bytes] {
            try session.evaluate(Self.tokens[..<60])
            session.remove(10..<35)
            try session.evaluate(Self.tokens[60..<80])
            #expect(session.tokens == Array(Self.tokens[..<10] + Self.tokens[35..<80]))
        }
        #expect(relativeEntropy(of: half.logits, from: bytes.logits) < 0.05)
    }

    @Test("need heads of whole blocks")
    func heads() throws {
        let pool = try WorkerPool(threads: 1)
        let weights = try TinyModel().weights(pool: pool)
        #expect(weights.config.headDimension == 8)
        #expect {
            _ = try Session(weights, pool: pool, contextLength: 16, keyValues: .q8_0)
        } throws: {
            ($0 as? TransformerError)?.code == .invalidConfiguration
        }
    }
}
