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
            temperature: 0.8, topK: 40, topP: 0.9, minP: 0.05, repetitionPenalty: 1.1, repetitionWindow: 100, seed: 3)
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

    @Test(
        "a token of any family allocates nothing", .enabled(if: allocations_of_this_thread() >= 0),
        arguments: Architecture.known)
    func families(_ family: Architecture) throws {
        let pool = try WorkerPool(threads: 1)
        let weights = try TinyModel(family).weights(quantised: true, pool: pool)
        let session = try Session(weights, pool: pool, contextLength: 300)
        try session.evaluate([1, 2, 3])
        try session.evaluate(4)
        let before = allocations_of_this_thread()
        // More than the rings of states hold.
        for number in 0..<290 { try session.evaluate(Int32(number % 96)) }
        #expect(allocations_of_this_thread() == before)
    }

    @Test("DRY allocates nothing for a token", .enabled(if: allocations_of_this_thread() >= 0))
    func dry() throws {
        let logits = try FloatMatrix(rows: 1, columns: 96)
        for id in 0..<96 { logits[0, id] = Float(id % 7) }
        let config = SamplerConfig(temperature: 0.8, dry: SamplerConfig.DRY(multiplier: 0.8), seed: 3)
        var sampler = try Sampler(config, vocabularySize: 96)
        func step() throws { sampler.observe(try sampler.choose(logits[rows: 0..<1]).id) }
        for _ in 0..<10 { try step() }
        let before = allocations_of_this_thread()
        for _ in 0..<200 { try step() }
        #expect(allocations_of_this_thread() == before)
    }

    @Test("looking for repetition allocates nothing for a token", .enabled(if: allocations_of_this_thread() >= 0))
    func loops() {
        var detector = LoopDetector(capacity: 600, tolerance: .copies(10_000))
        let pieces = [" one", " two", "\n", " 7", " three hundred"].map { Array($0.utf8) }
        func step(_ number: Int) {
            _ = detector.observe(Int32(number % 5), bytes: pieces[number % 5])
        }
        step(0)
        let before = allocations_of_this_thread()
        for number in 1..<600 { step(number) }
        #expect(allocations_of_this_thread() == before)
    }
}
