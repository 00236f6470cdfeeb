import CAllocations
import Kernels
import Testing

@testable import Transformer

@Suite("Heap allocations")
struct AllocationTests {
    @Test("the counter counts", .enabled(if: allocations_of_this_thread() >= 0))
    func counter() {
        let before = allocations_of_this_thread()
        let array = [Int](repeating: 1, count: Int.random(in: 100...200))
        #expect(array.count >= 100 && allocations_of_this_thread() > before)
    }

    @Test(
        "after the first token, evaluating and choosing tokens allocates nothing",
        .enabled(if: allocations_of_this_thread() >= 0), arguments: [true, false])
    func decode(quantised: Bool) throws {
        let pool = try WorkerPool(threads: 1)
        let weights = try TinyModel().weights(quantised: quantised, pool: pool)
        let session = try Session(weights, pool: pool, contextLength: 300)
        let config = SamplerConfig(
            temperature: 0.8, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, seed: 3)
        var sampler = try Sampler(config, vocabularySize: 96)
        try session.evaluate([1, 2, 3])
        func step() throws {
            let choice = try sampler.choose(session.logits)
            sampler.observe(choice.id)
            try session.evaluate(choice.id)
        }
        try step()
        let before = allocations_of_this_thread()
        for _ in 0..<200 { try step() }
        #expect(allocations_of_this_thread() == before)
    }
}
