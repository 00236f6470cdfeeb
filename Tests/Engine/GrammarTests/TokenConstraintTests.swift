import Testing

@testable import Grammar

/// A vocabulary of texts, given by their bytes; ids are their numbers, and the last one ends an answer.
struct TestVocabulary {
    var tokens: [[UInt8]]
    var end: Int32 { Int32(tokens.count) }

    var trie: TokenTrie {
        TokenTrie(vocabularySize: tokens.count + 1) { $0 < end ? tokens[Int($0)] : [] }
    }

    /// Every byte, and these texts.
    static func bytes(and texts: [String]) -> TestVocabulary {
        TestVocabulary(tokens: (0...255).map { [UInt8($0)] } + texts.map { Array($0.utf8) })
    }

    func text(_ ids: [Int32]) -> String {
        String(decoding: ids.filter { $0 != end }.flatMap { tokens[Int($0)] }, as: UTF8.self)
    }
}

/// A text that is written by a grammar.
private final class Writer {
    private var constraint: TokenConstraint

    init(_ grammar: String, _ vocabulary: TestVocabulary) throws {
        constraint = try TokenConstraint(try Grammar(gbnf: grammar), vocabulary.trie, ends: [vocabulary.end])
    }

    var isComplete: Bool { constraint.isComplete }
    var isExhausted: Bool { constraint.isExhausted }
    var closingTokens: Int { constraint.closingTokens }
    func allowed(closingWithin count: Int? = nil) -> TokenMask {
        count.map { constraint.allowed(closingWithin: $0) } ?? constraint.allowed()
    }
    func canClose(after text: String, within count: Int) -> Bool {
        constraint.canClose(after: Array(text.utf8), within: count)
    }
    func take(_ bytes: [UInt8]) -> Bool { constraint.take(bytes) }
    func take(_ text: String) -> Bool { constraint.take(text.utf8) }
}

@Suite("Writing by a grammar, token by token")
struct TokenConstraintTests {
    private let vocabulary = TestVocabulary.bytes(and: [
        "ye", "yes", "no", "not", "{\"", "\":", "\": ", "true", "tr", "ue", " \"", "}", "}}", "aa", "aaaa", "é", "中",
    ])

    private func texts(_ mask: TokenMask) -> Set<String> {
        Set((0..<vocabulary.end).filter { mask.contains($0) }.map { vocabulary.text([$0]) })
    }

    @Test("the tokens that may come are those that some text begins with")
    func mask() throws {
        let constraint = try Writer(#"root ::= "yes" | "no" "ne"?"#, vocabulary)
        #expect(texts(constraint.allowed()) == ["y", "ye", "yes", "n", "no"])
        #expect(!constraint.isComplete && constraint.closingTokens == 2)
        #expect(!constraint.take("not"))
        #expect(constraint.take("no"))
        #expect(constraint.isComplete && !constraint.isExhausted && constraint.closingTokens == 0)
        let mask = constraint.allowed()
        #expect(texts(mask) == ["n"] && mask.contains(vocabulary.end) && mask.count == 2)
        #expect(constraint.take("n"))
        #expect(constraint.allowed().only == Int32(UInt8(ascii: "e")))
        #expect(constraint.take("e"))
        #expect(constraint.isExhausted && constraint.allowed().only == vocabulary.end)
    }

    @Test("a character that is split over tokens is written byte by byte, and never broken off")
    func splitCharacters() throws {
        let constraint = try Writer("root ::= [äé中😀]{2}", vocabulary)
        #expect(constraint.closingTokens == 4)
        var allowed = Set((0..<256).filter { constraint.allowed().contains($0) })
        #expect(
            allowed == [0xC3, 0xE4, 0xF0] && constraint.allowed().contains(271) && constraint.allowed().contains(272))
        #expect(constraint.take([0xF0]))
        #expect(constraint.allowed().only == 0x9F && constraint.closingTokens == 5)
        #expect(constraint.take([0x9F, 0x98]))
        #expect(constraint.take([0x80]) && !constraint.isComplete)
        #expect(constraint.take([0xC3]))
        allowed = Set((0..<256).filter { constraint.allowed().contains($0) })
        #expect(allowed == [0xA4, 0xA9] && !constraint.isComplete)
    }

    @Test("what the vocabulary cannot write is not begun, and a grammar that is all of that is refused")
    func unwritable() throws {
        let narrow = TestVocabulary(tokens: ["a", "b", "bx", "q"].map { Array($0.utf8) })
        let constraint = try Writer(#"root ::= "ab" | "bz" | "bxa""#, narrow)
        // "b" alone could only go on to "bz" or "bxa", for which single bytes are missing.
        #expect((0..<4).filter { constraint.allowed().contains($0) } == [0, 2])
        #expect(throws: GrammarError.self) {
            _ = try Writer(#"root ::= "z""#, narrow)
        }
    }

    @Test("near the limit only what can be closed in time is allowed")
    func closing() throws {
        let grammar = """
            root ::= "{" pair ("," pair)* "}"
            pair ::= ["] [a-z]* ["] ":" value
            value ::= root | "true" | "[" (value ("," value)*)? "]"
            """
        let constraint = try Writer(grammar, vocabulary)
        // {"":[]}
        #expect(constraint.closingTokens == 7)
        #expect(constraint.take("{\"aaaa\":") && constraint.closingTokens == 3)
        #expect(constraint.canClose(after: "[", within: 2))
        #expect(!constraint.canClose(after: "true", within: 0))
        #expect(!constraint.canClose(after: "{", within: 5))
        #expect(texts(constraint.allowed(closingWithin: 2)) == ["[", "true"])
        #expect(constraint.take("["))
        #expect(texts(constraint.allowed(closingWithin: 1)) == ["]"])
    }

    private static let grammars = [
        #"root ::= "a" root "b" | "a" root "c" | [xyé]"#,
        #"root ::= ("a" | "aa" | "aaa"){2,9} ("yes" | "no")?"#,
        """
        root ::= value
        value ::= "{" (member ("," " "? member)*)? "}" | "[" (value ("," value)*)? "]" | "true" | string | [0-9]{1,4}
        member ::= string ":" " "? value
        string ::= ["] [^"\\\\]* ["]
        """,
        #"root ::= (("a"? "b"?)* | "中"*){3} "."  "#,
        #"root ::= s s s s ::= "no" | "not" | "" | "yes" s"#,
    ]

    @Test("whoever follows what is allowed never gets stuck, and what they write fits", arguments: grammars)
    func neverStuck(text: String) throws {
        let grammar = try Grammar(gbnf: text)
        var random = SystemRandomNumberGenerator()
        for limit in Array(8...40) + [200] {
            let constraint = try Writer(text, vocabulary)
            var written: [Int32] = []
            while written.count < limit, written.last != vocabulary.end, !constraint.isExhausted {
                let room = limit - written.count
                let mask = constraint.allowed(closingWithin: room - 1)
                let choices = (0...vocabulary.end).filter { mask.contains($0) }
                #expect(choices.count == mask.count)
                let free = constraint.allowed()
                #expect(choices.allSatisfy { free.contains($0) })
                let token = try #require(
                    choices.randomElement(using: &random), "stuck after \(vocabulary.text(written))")
                if token != vocabulary.end { #expect(constraint.take(vocabulary.tokens[Int(token)])) }
                written.append(token)
            }
            #expect(constraint.isComplete)
            #expect(grammar.matches(vocabulary.text(written)), "\(vocabulary.text(written))")
        }
    }

    @Test("a mask is what trying every token by itself gives", arguments: grammars)
    func maskIsExact(text: String) throws {
        let grammar = try Grammar(gbnf: text)
        let constraint = try Writer(text, vocabulary)
        var random = SystemRandomNumberGenerator()
        var written: [UInt8] = []
        for _ in 0..<40 {
            let mask = constraint.allowed()
            for id in 0..<vocabulary.end {
                var trial = Automaton(grammar.program)
                var state = trial.start()
                for byte in written + vocabulary.tokens[Int(id)] where state != Automaton.dead {
                    state = trial.next(state, byte)
                }
                #expect(mask.contains(id) == (state != Automaton.dead))
            }
            guard let next = (0..<vocabulary.end).filter({ mask.contains($0) }).randomElement(using: &random) else {
                break
            }
            #expect(constraint.take(vocabulary.tokens[Int(next)]))
            written += vocabulary.tokens[Int(next)]
        }
    }

    @Test("states that are forgotten change nothing: a long text of a deep grammar")
    func tidying() throws {
        let grammar = #"root ::= "[" (root ("," root)*)? "]" | [0-9]{1,3}"#
        let constraint = try Writer(grammar, vocabulary)
        let depth = 6_000
        for _ in 0..<depth {
            #expect(constraint.take([UInt8(ascii: "[")]))
            #expect(constraint.take("12,"))
        }
        #expect(constraint.closingTokens == 2 * depth - depth + 1)
        #expect(constraint.take([UInt8(ascii: "7")]))
        for _ in 0..<depth { #expect(constraint.take([UInt8(ascii: "]")])) }
        #expect(constraint.isExhausted)
    }
}
