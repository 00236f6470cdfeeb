import Kernels
import Testing

@testable import Whisper

@Suite("Decoding rules") struct DecodingRulesTests {
    typealias Token = WhisperVocabulary.Token
    let vocabulary: WhisperVocabulary
    /// The first timestamp of the small vocabulary, 0.00 s.
    let zero: Token = 15
    let end: Token = 6

    init() throws { vocabulary = try SmallVocabulary.make() }

    /// Tokens that may follow, given logits that are all equal but for some.
    private func allowed(
        after tokens: [Token], timestamps: Bool = true, favoured: [Token: Float] = [:]
    ) throws -> Set<Token> {
        let rules = DecodingRules(
            vocabulary, suppressed: [2, 99_999, -1], suppressedAtStart: [4, 6], timestamps: timestamps)
        let logits = try FloatMatrix(rows: 1, columns: vocabulary.count)
        // A timestamp each is improbable, so that all together do not outweigh the text.
        for token in 0..<vocabulary.count { logits[0, token] = token >= 15 ? -20 : 0 }
        for (token, logit) in favoured { logits[0, Int(token)] = logit }
        rules.apply(to: logits[rows: 0..<1], after: tokens)
        return Set((0..<vocabulary.count).filter { logits[0, $0] > -.infinity }.map(Token.init))
    }

    @Test("Without timestamps none may come, nor a suppressed or special token; nothing is no beginning")
    func plain() throws {
        #expect(try allowed(after: [], timestamps: false) == [0, 1, 3, 5])
        #expect(try allowed(after: [0], timestamps: false) == [0, 1, 3, 4, 5, end])
    }

    @Test("With timestamps the text begins with one within the first second")
    func initial() throws {
        #expect(try allowed(after: []) == Set(zero...zero + 50))
    }

    @Test("After the opening timestamp comes text, not another timestamp")
    func opening() throws {
        #expect(try allowed(after: [zero]) == [0, 1, 3, 4, 5, end])
    }

    @Test("After text comes text, the end, or a later timestamp")
    func text() throws {
        let next = try allowed(after: [zero + 5, 0])
        #expect(next.isSuperset(of: [0, 1, end, zero + 6, zero + 1500]))
        #expect(next.isDisjoint(with: zero...zero + 5))
    }

    @Test("After a segment's end comes its twin, a later start, or the end of all")
    func closing() throws {
        let next = try allowed(after: [zero, 0, zero + 9])
        #expect(next == Set(zero + 9...zero + 1500).union([end]))
    }

    @Test("After the twin comes text again")
    func twin() throws {
        #expect(try allowed(after: [zero, 0, zero + 9, zero + 9]) == [0, 1, 3, 4, 5, end])
    }

    @Test("A timestamp is due when all together are more probable than the best text token")
    func mass() throws {
        let many = Dictionary(uniqueKeysWithValues: (zero + 10...zero + 40).map { ($0, Float(-3)) })
        #expect(try allowed(after: [zero, 0], favoured: many) == Set(zero + 1...zero + 1500))
        let few = Dictionary(uniqueKeysWithValues: (zero + 10...zero + 12).map { ($0, Float(-3)) })
        #expect(try allowed(after: [zero, 0], favoured: few).contains(0))
    }

    @Test("The prompt asks for timestamps by leaving <|notimestamps|> out")
    func prompt() {
        let rules = { DecodingRules(vocabulary, suppressed: [], suppressedAtStart: [], timestamps: $0) }
        #expect(rules(true).prompt == [7] && rules(false).prompt == [7, 14])
    }
}

@Suite("Repetition") struct RepetitionTests {
    @Test("A run said four times and for twelve tokens is a loop; where it began to repeat is known")
    func loops() {
        #expect(Repetition.loopStart(in: [5, 6] + Array(repeating: 9, count: 12)) == 3)
        #expect(Repetition.loopStart(in: [1] + Array(repeating: [7, 8, 9, 4], count: 4).flatMap { $0 }) == 5)
        #expect(Repetition.loopStart(in: Array(repeating: 9, count: 11)) == nil)
        #expect(Repetition.loopStart(in: Array(repeating: [7, 8, 9, 4], count: 3).flatMap { $0 }) == nil)
        #expect(Repetition.loopStart(in: Array(0..<300)) == nil)
        #expect(Repetition.loopStart(in: []) == nil)
    }

    @Test("Two texts share a run where so many tokens in a row are the same in both, wherever they stand")
    func sharedRuns() {
        let said: [WhisperVocabulary.Token] = [1, 2, 3, 4, 5, 6]
        #expect(Repetition.shareRun([9, 3, 4, 5], said[...], of: 3))
        #expect(!Repetition.shareRun([9, 3, 4, 5], said[...], of: 4))
        #expect(!Repetition.shareRun([3, 4, 9, 5], said[...], of: 3))
        #expect(!Repetition.shareRun([3, 4, 5], said.suffix(3), of: 3))
        #expect(!Repetition.shareRun([], said[...], of: 1))
        #expect(!Repetition.shareRun([1], [], of: 1))
    }

    @Test("Timestamps between the rounds do not hide a loop")
    func timedLoops() {
        let rounds = (0..<5).flatMap { [100 + 2 * $0, 7, 8, 9, 101 + 2 * $0] } as [WhisperVocabulary.Token]
        let spoken = Array(rounds.dropLast())
        #expect(Repetition.loopStart(in: spoken, isTimestamp: { $0 >= 100 }) == 6)
        #expect(Repetition.loopStart(in: spoken) == nil)
        #expect(Repetition.loopStart(in: rounds, isTimestamp: { $0 >= 100 }) == nil, "judged when it was said")
    }

    @Test("Text that repeats itself compresses more than 2.4 times, speech does not")
    func compression() {
        let loop = String(repeating: " The conference has been extended.", count: 6)
        #expect(Repetition.compressionRatio(of: loop) > 2.4)
        let speech =
            "The meeting has been moved to Thursday afternoon because two people are ill. No, no, no. Side left. Side right."
        #expect(Repetition.compressionRatio(of: speech) < 1.6)
        #expect(Repetition.compressionRatio(of: "") == 0)
        #expect(Repetition.compressionRatio(of: "no no no no no") < 2.4)
    }
}
