import Kernels
import Testing

@testable import Transformer

/// Sessions of models with layers that do not attend: what these keep of a text goes with everything a session does.
@Suite("Sessions of hybrid models")
struct RecurrentSessionTests {
    private static let families = Architecture.known.filter { $0.recurrence != nil }

    private let pool: WorkerPool

    init() throws { pool = try WorkerPool(threads: 2) }

    private func weights(_ family: Architecture) throws -> ModelWeights {
        try TinyModel(family).weights(quantised: true, pool: pool)
    }

    private func session(_ weights: ModelWeights, _ tokens: some Sequence<Int32> = []) throws -> Session {
        let session = try Session(weights, pool: pool, contextLength: 700)
        let tokens = Array(tokens)
        if !tokens.isEmpty { try session.evaluate(tokens[...]) }
        return session
    }

    private func tokens(_ count: Int, seed: UInt64 = 9) -> [Int32] {
        var generator = SplitMix64(seed: seed)
        return (0..<count).map { _ in Int32(generator.next() % 96) }
    }

    private func values(_ session: Session) -> [Float] {
        session.logits.withRow(0) { row in row.indices.map { row[$0] } }
    }

    @Test("read in batches, token by token or beside each other, the bits are the same", arguments: families)
    func batches(_ family: Architecture) throws {
        let weights = try weights(family)
        let text = tokens(300)
        let (whole, single, beside) = (try session(weights, text), try session(weights), try session(weights))
        for token in text { try single.evaluate(token) }
        var done = 0
        for size in [1, 5, 16, 3, 16].cycled(to: text.count) {
            try beside.evaluateBeside(text[done..<done + size])
            done += size
        }
        #expect(values(whole) == values(single))
        try whole.evaluate(1)
        try beside.evaluate(1)
        #expect(values(whole) == values(beside))
    }

    @Test(
        "a prompt that shares its beginning with what was read gives the bits of a fresh one, wherever they part",
        arguments: families, [0, 1, 5, 63, 64, 65, 150, 199, 200, 203, 209, 210])
    func prefix(_ family: Architecture, _ common: Int) throws {
        let weights = try weights(family)
        let prompt = tokens(200)
        let reused = try session(weights, prompt)
        // An answer, token by token.
        let answer = tokens(10, seed: 3)
        for token in answer { try reused.evaluate(token) }
        let next = Array((prompt + answer)[..<common] + tokens(60, seed: 4))
        let kept = reused.truncate(to: common)
        #expect(kept <= common && reused.tokens == Array(next[..<kept]))
        if weights.config.canTakeBack, common > 100 { #expect(kept == common) }
        // What was kept saves most of the reading.
        #expect(kept >= common / 2 - Session.batchSize)
        try reused.evaluate(next[kept...])
        #expect(try values(reused) == values(session(weights, next)))
    }

    @Test("going back again and again gives the bits of a fresh reading", arguments: families)
    func wandering(_ family: Architecture) throws {
        let weights = try weights(family)
        let session = try session(weights)
        var generator = SplitMix64(seed: 77)
        for round in 0..<60 {
            let added = tokens(1 + Int(generator.next() % 90), seed: UInt64(round))
            if session.tokens.count + added.count > 700 { session.truncate(to: 0) }
            if round.isMultiple(of: 3) {
                for token in added { try session.evaluate(token) }
            } else {
                try session.evaluate(added[...])
            }
            if round.isMultiple(of: 5) {
                #expect(try values(session) == values(self.session(weights, session.tokens)), "round \(round)")
            }
            session.truncate(to: Int(generator.next() % UInt64(session.tokens.count + 1)))
        }
    }

    @Test("after a shift nothing is lost: copies move along, and those of the gap go", arguments: families)
    func shift(_ family: Architecture) throws {
        let weights = try weights(family)
        let text = tokens(400)
        let session = try session(weights, text)
        let before = values(session)
        session.remove(100..<250)
        #expect(session.tokens == Array(text[..<100] + text[250...]))
        #expect(values(session) == before)
        for token in tokens(30, seed: 5) { try session.evaluate(token) }
        #expect(values(session).allSatisfy { $0.isFinite })
        // Before the gap everything is as it was.
        let kept = session.truncate(to: 90)
        try session.evaluate(text[kept..<90])
        #expect(try values(session) == values(self.session(weights, text[..<90])))
        // A gap at the end is a truncation.
        session.remove(70..<90)
        #expect(session.tokens.count <= 70 && session.tokens.elementsEqual(text[..<session.tokens.count]))
    }

    @Test("a stopped reading leaves a session that goes on as if it had not been", arguments: families)
    func cancelled(_ family: Architecture) throws {
        let weights = try weights(family)
        let text = tokens(300)
        let session = try session(weights, text[..<20])
        for token in text[20..<30] { try session.evaluate(token) }
        let flag = CancelFlag()
        #expect(throws: TransformerError.self) {
            try session.evaluate(text[30...], cancel: flag) { if $0 > 64 { flag.raise() } }
        }
        let kept = session.tokens.count
        #expect(kept >= 30 && session.tokens == Array(text[..<kept]))
        try session.evaluate(text[kept...])
        #expect(try values(session) == values(self.session(weights, text)))
    }

    @Test("guesses that did not come true are forgotten", arguments: families.filter { $0 == .lfm2 })
    func guesses(_ family: Architecture) throws {
        let weights = try weights(family)
        let (guessing, plain) = (try session(weights, tokens(30)), try session(weights, tokens(30)))
        for round in 0..<40 {
            let token = Int32(round)
            try guessing.evaluateBeside(([token] + tokens(15, seed: UInt64(round)))[...])
            let kept = 1 + round % 3
            for token in guessing.tokens.suffix(16).prefix(kept) { try plain.evaluate(token) }
            #expect(guessing.truncate(to: plain.tokens.count) == plain.tokens.count)
        }
        try guessing.evaluate(7)
        try plain.evaluate(7)
        #expect(values(guessing) == values(plain))
    }
}

extension [Int] {
    /// These sizes again and again until they make `total`.
    fileprivate func cycled(to total: Int) -> [Int] {
        var (sizes, left) = ([Int](), total)
        while left > 0 {
            let next = Swift.min(left, self[sizes.count % count])
            sizes.append(next)
            left -= next
        }
        return sizes
    }
}
