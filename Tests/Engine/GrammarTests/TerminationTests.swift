import Testing

@testable import Grammar

@Suite("Grammars that would take for ever")
struct TerminationTests {
    private static func nested(_ inner: String, _ repetition: String, depth: Int) -> String {
        (0..<depth).reduce(inner) { body, _ in "(\(body))\(repetition)" }
    }

    @Test(
        "Repetitions within repetitions of what is empty are read or refused, and at once", .timeLimit(.minutes(10)),
        arguments: [
            nested(#""""#, "{1000}", depth: 6), nested(#""""#, "{0,1000}", depth: 6),
            nested(#""" | """#, "{500,}", depth: 8),
            nested(#""a"?"#, "{100}", depth: 8), nested(#""""#, "+", depth: 40), nested(#""a"*"#, "{2}", depth: 40),
            nested("empty", "{1000}", depth: 5),
        ])
    func refused(body: String) {
        let rule = body.contains("empty") ? "\n" + #"empty ::= """# : ""
        let clock = ContinuousClock()
        let spent = clock.measure {
            let error = #expect(throws: GrammarError.self) {
                _ = try Grammar(gbnf: "root ::= \(body) \"b\"\(rule)")
            }
            #expect(error?.code == .tooLarge)
        }
        #expect(spent < .seconds(30))
    }

    @Test("Stars within stars are read, and the text is followed", arguments: [1, 8, 30])
    func stars(depth: Int) throws {
        let grammar = try Grammar(gbnf: "root ::= \(Self.nested(#""a"?"#, "*", depth: depth)) \"b\"")
        #expect(grammar.matches("aaab") && grammar.matches("b"))
        #expect(!grammar.matches("aac") && !grammar.matches("aaa"))
    }
}
