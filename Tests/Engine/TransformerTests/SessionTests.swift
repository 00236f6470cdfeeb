import GGUF
import Kernels
import Testing

@testable import Transformer

@Suite("Session")
struct SessionTests {
    private let pool: WorkerPool
    private let weights: ModelWeights
    private let quantised: ModelWeights

    init() throws {
        pool = try WorkerPool(threads: 2)
        weights = try TinyModel().weights(pool: pool)
        quantised = try TinyModel().weights(quantised: true, pool: pool)
    }

    private func session(
        _ weights: ModelWeights? = nil, contextLength: Int = 600, isExact: Bool = false, pool: WorkerPool? = nil
    ) throws -> Session {
        let (weights, pool) = (weights ?? quantised, pool ?? self.pool)
        return isExact
            ? try Session(weights, pool: pool, contextLength: contextLength, activations: .f32)
            : try Session(weights, pool: pool, contextLength: contextLength)
    }

    private func tokens(_ count: Int, seed: UInt64 = 9) -> [Int32] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in Int32(generator.next() % 96) }
    }

    private func values(_ logits: FloatRows) -> [Float] {
        logits.withRow(0) { row in row.indices.map { row[$0] } }
    }

    @Test("the graph computes what the plain forward pass computes", arguments: Architecture.known, [true, false])
    func reference(_ family: Architecture, isTied: Bool) throws {
        let model = TinyModel(family, isTied: isTied, seed: 5)
        let session = try session(model.weights(pool: pool), isExact: true)
        let tokens = tokens(40)
        let expected = ReferenceForward(model: model).logits(tokens.map(Int.init))
        var worst = 0.0
        try session.evaluateAll(tokens[...]) { index, logits in
            for (logit, reference) in zip(values(logits), expected[index]) {
                worst = max(worst, abs(Double(logit) - reference))
            }
        }
        // Logits reach ±30; keys and values are kept in half precision.
        #expect(worst < 0.03)
        #expect(values(session.logits).count == 96)
    }

    @Test("integer activations stay close to F32 ones")
    func precision() throws {
        let (exact, fast) = (try session(isExact: true), try session())
        let tokens = tokens(50)
        try exact.evaluate(tokens[...])
        try fast.evaluate(tokens[...])
        for (a, b) in zip(values(exact.logits), values(fast.logits)) { #expect(abs(a - b) < 0.2) }
    }

    @Test("prefill in batches gives the bits that token by token gives", arguments: [1, 2, 17, 127, 128, 129, 300])
    func batches(_ count: Int) throws {
        let (batched, single) = (try session(), try session())
        let tokens = tokens(count)
        try batched.evaluate(tokens[...])
        for token in tokens { try single.evaluate(token) }
        #expect(values(batched.logits) == values(single.logits))
        #expect(batched.tokens == single.tokens && batched.tokens == tokens)
    }

    @Test("the logits of all tokens are those that each alone would have had")
    func allLogits() throws {
        let (all, single) = (try session(), try session())
        let tokens = tokens(45)
        var rows: [[Float]] = []
        try all.evaluateAll(tokens[...]) { index, logits in
            #expect(index == rows.count)
            rows.append(values(logits))
        }
        for (token, row) in zip(tokens, rows) {
            try single.evaluate(token)
            #expect(values(single.logits) == row)
        }
        #expect(rows.count == tokens.count)
    }

    @Test("several sequences in one pass get the bits that each would get alone", arguments: Architecture.known)
    func sequences(_ family: Architecture) throws {
        let weights = try TinyModel(family).weights(quantised: true, pool: pool)
        let lengths = [3, 40, 1, 17, 200]
        let together = try lengths.map { _ in try session(weights) }
        let alone = try lengths.map { _ in try session(weights) }
        for (index, length) in lengths.enumerated() {
            let prompt = tokens(length, seed: UInt64(index))
            try together[index].evaluate(prompt[...])
            try alone[index].evaluate(prompt[...])
        }
        for step in 0..<20 {
            // One after the other leaves, as answers end.
            let count = max(1, lengths.count - step / 4)
            let next = tokens(count, seed: UInt64(100 + step))
            try Session.evaluate(next, in: Array(together.suffix(count)))
            for (token, session) in zip(next, alone.suffix(count)) { try session.evaluate(token) }
            for (a, b) in zip(together, alone) {
                #expect(values(a.logits) == values(b.logits))
                #expect(a.tokens == b.tokens)
            }
        }
    }

    @Test("a pass of several sequences that cannot be made changes none of them")
    func refusedSequences() throws {
        let (short, long) = (try session(contextLength: 4), try session(contextLength: 40))
        try short.evaluate(tokens(4)[...])
        try long.evaluate(tokens(4)[...])
        #expect { try Session.evaluate([1, 2], in: [long, short]) } throws: {
            ($0 as? TransformerError)?.code == .contextOverflow
        }
        short.truncate(to: 2)
        #expect { try Session.evaluate([1, 96], in: [long, short]) } throws: {
            ($0 as? TransformerError)?.code == .invalidToken
        }
        #expect(long.tokens.count == 4 && short.tokens.count == 2)
        // A context of four tokens has four rows.
        let five = try [short] + (0..<4).map { _ in try session(contextLength: 40) }
        try Session.evaluate([1, 2, 3, 4, 5], in: five)
        #expect(five.map(\.tokens.count) == [3, 1, 1, 1, 1])
    }

    @Test("one thread or three give the same bits", arguments: [1, 3])
    func threads(_ count: Int) throws {
        let other = try WorkerPool(threads: count)
        let (two, some) = (try session(), try session(pool: other))
        let tokens = tokens(200)
        try two.evaluate(tokens[...])
        try some.evaluate(tokens[...])
        #expect(values(two.logits) == values(some.logits))
    }

    @Test("a prompt that shares its beginning with the cache gives the bits of a fresh one")
    func prefix() throws {
        let (reused, fresh) = (try session(), try session())
        let first = tokens(180)
        let second = first[..<150] + tokens(60, seed: 4)
        try reused.evaluate(first[...])
        #expect(reused.commonPrefix(with: Array(second)) == 150)
        reused.truncate(to: 150)
        try reused.evaluate(second[150...])
        try fresh.evaluate(second[...])
        #expect(values(reused.logits) == values(fresh.logits))
        #expect(reused.tokens == Array(second))
    }

    @Test("after a shift the cache holds what is left, and the next token sees it at its new place")
    func shift() throws {
        let model = TinyModel(seed: 5)
        let session = try session(model.weights(pool: pool), isExact: true)
        let tokens = tokens(60)
        try session.evaluate(tokens[...])
        session.remove(10..<25)
        #expect(session.tokens == Array(tokens[..<10] + tokens[25...]))
        #expect(session.commonPrefix(with: tokens) == 10)
    }

    @Test("a shift turns the keys of each layer as that layer turns them", arguments: Architecture.known)
    func turnedShift(_ family: Architecture) throws {
        let tokens = tokens(60)
        // In a single layer keys and values depend on their own token alone: a shift changes nothing but their places.
        var shallow = TinyModel(family, seed: 5)
        shallow.layers = 1
        let weights = try shallow.weights(pool: pool)
        let (shifted, fresh) = (
            try self.session(weights, isExact: true), try self.session(weights, isExact: true)
        )
        try shifted.evaluate(tokens[...])
        shifted.remove(10..<25)
        try fresh.evaluate(tokens[..<10] + tokens[25...])
        for token in tokens[..<20] {
            try shifted.evaluate(token)
            try fresh.evaluate(token)
        }
        for (a, b) in zip(values(shifted.logits), values(fresh.logits)) { #expect(abs(a - b) < 0.02) }
    }

    @Test("a raised flag stops before anything is kept, and between batches keeps what is whole")
    func cancel() throws {
        let session = try session()
        let tokens = tokens(400)
        let raised = CancelFlag()
        raised.raise()
        #expect { try session.evaluate(tokens[...], cancel: raised) } throws: {
            ($0 as? TransformerError)?.code == .cancelled
        }
        #expect(session.tokens.isEmpty)

        let flag = CancelFlag()
        var progress: [Int] = []
        #expect {
            try session.evaluate(tokens[...], cancel: flag) { done in
                progress.append(done)
                if done >= 2 * Session.batchSize { flag.raise() }
            }
        } throws: {
            ($0 as? TransformerError)?.code == .cancelled
        }
        #expect(progress == [Session.batchSize, 2 * Session.batchSize])
        #expect(session.tokens == Array(tokens[..<(2 * Session.batchSize)]))

        let whole = try self.session()
        try session.evaluate(tokens[(2 * Session.batchSize)...])
        try whole.evaluate(tokens[...])
        #expect(values(session.logits) == values(whole.logits))
    }

    @Test("tokens beyond the context are an error that says how many fit, and change nothing")
    func overflow() throws {
        let session = try session(contextLength: 20)
        try session.evaluate(tokens(15)[...])
        #expect { try session.evaluate(tokens(6)[...]) } throws: {
            ($0 as? TransformerError)?.code == .contextOverflow && "\($0)".contains("15 of 20")
        }
        try session.evaluate(tokens(5)[...])
        #expect { try session.evaluate(1) } throws: { ($0 as? TransformerError)?.code == .contextOverflow }
        #expect(session.tokens.count == 20)
    }

    @Test("ids outside the vocabulary are an error", arguments: [-1, 96, .max, .min] as [Int32])
    func foreignTokens(_ id: Int32) throws {
        let session = try session()
        for tokens in [[id], [1, 2, id], [id, 3]] {
            #expect { try session.evaluate(tokens[...]) } throws: { ($0 as? TransformerError)?.code == .invalidToken }
        }
        #expect { try session.evaluate(id) } throws: { ($0 as? TransformerError)?.code == .invalidToken }
        #expect(session.tokens.isEmpty)
    }

    @Test("nothing to evaluate is no error")
    func nothing() throws {
        let session = try session()
        try session.evaluate([])
        try session.evaluateAll([]) { _, _ in Issue.record("no row was asked for") }
        #expect(session.tokens.isEmpty)
    }
}
