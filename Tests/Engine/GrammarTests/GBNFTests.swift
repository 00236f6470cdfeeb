import Testing

@testable import Grammar

@Suite("Grammars in GBNF")
struct GBNFTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var grammar: String
        var fits: [String]
        var doesNot: [String]
        var testDescription: String { grammar }
    }

    static let cases = [
        Case(grammar: #"root ::= "yes" | "no""#, fits: ["yes", "no"], doesNot: ["", "y", "yesno", "No"]),
        Case(grammar: #"root ::= ("a" | "bc")* "d""#, fits: ["d", "abcd", "bcbcd"], doesNot: ["", "ab", "bd", "dd"]),
        Case(grammar: #"root ::= "a"+ "b"?"#, fits: ["a", "aaab"], doesNot: ["", "b", "abb"]),
        Case(grammar: #"root ::= "x"{3}"#, fits: ["xxx"], doesNot: ["xx", "xxxx"]),
        Case(grammar: #"root ::= "x"{2,}"#, fits: ["xx", "xxxxxx"], doesNot: ["x", ""]),
        Case(grammar: #"root ::= "x"{1,3} "y""#, fits: ["xy", "xxxy"], doesNot: ["y", "xxxxy"]),
        Case(grammar: #"root ::= "x"{0} "y"{0,2}"#, fits: ["", "yy"], doesNot: ["x", "yyy"]),
        Case(grammar: #"root ::= [a-c0-9_-]+"#, fits: ["a-_9"], doesNot: ["d", "^", ""]),
        Case(grammar: #"root ::= [^a-y\n"]+"#, fits: ["z", "Ä", "]"], doesNot: ["a", "\n", "\""]),
        Case(grammar: #"root ::= [\]\-\^\\]+"#, fits: ["]-^\\"], doesNot: ["a", "["]),
        Case(grammar: #"root ::= [ä-ü] . "\x21\u00e4\U0001F600""#, fits: ["öx!ä😀", "üä!ä😀"], doesNot: ["oä!ä😀"]),
        Case(grammar: "root::=[\\u4e00-\\u9fff]{2}", fits: ["中文"], doesNot: ["中", "ab"]),
        Case(
            grammar: """
                # A comment, and rules over lines.
                root ::=   item   # what is listed
                  ("," item)*
                item ::= "a"
                  | "b"   |
                  "c"
                """, fits: ["a", "b,c,a"], doesNot: [",", "a,", "d"]),
        Case(
            grammar: #"root ::= "(" root ")" | "."  "#, fits: [".", "((.))"], doesNot: ["(.", "()", "(.))"]),
        Case(
            grammar: """
                root ::= expr
                expr ::= term ([-+*/] term)*
                term ::= [0-9]+ | "(" expr ")"
                """, fits: ["1", "1+2*(3-44)", "((1))"], doesNot: ["1+", "()", "(1"]),
        // Ambiguous, nested, empty: what trips up machines with one stack.
        Case(grammar: #"root ::= ("a"* "b"?)* "c""#, fits: ["c", "ababbc"], doesNot: ["", "ab"]),
        Case(
            grammar: #"root ::= "a" root "b" | "a" root "c" | "a""#, fits: ["a", "aab", "aaabc", "aaaacbc"],
            doesNot: ["", "ab", "aa", "aabb"]),
        Case(
            grammar: """
                root ::= opt opt "x" opt
                opt ::= "a"? more
                more ::= "b"?
                """, fits: ["x", "abxab", "bxb", "aabx", "abbx"], doesNot: ["abab", "aaax", "xaa"]),
        Case(grammar: #"root ::= "" | "a""#, fits: ["", "a"], doesNot: ["aa"]),
        Case(grammar: #"root ::= list list ::= "a" | "a," list"#, fits: ["a", "a,a,a"], doesNot: ["a,", ""]),
    ]

    @Test("each says which texts are its own", arguments: cases)
    func telling(item: Case) throws {
        let grammar = try Grammar(gbnf: item.grammar)
        for text in item.fits { #expect(grammar.matches(text), "\(text)") }
        for text in item.doesNot { #expect(!grammar.matches(text), "\(text)") }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var grammar: String
        var code: GrammarError.Code
        var line: Int
        var column: Int
        var testDescription: String { String(grammar.prefix(60)) }

        init(_ grammar: String, _ code: GrammarError.Code, _ line: Int, _ column: Int) {
            (self.grammar, self.code, self.line, self.column) = (grammar, code, line, column)
        }
    }

    static let faults = [
        Fault(#"root ::= "a" missing"#, .missingRule, 1, 14),
        Fault("start ::= \"a\"", .missingRule, 1, 1),
        Fault("root ::= \"a\"\nroot ::= \"b\"", .repeatedRule, 2, 1),
        Fault("root ::= root \"a\" | \"b\"", .leftRecursion, 1, 1),
        Fault("root ::= a\na ::= b \"x\" | \"y\"\nb ::= c* a | \"z\"\nc ::= \"w\"", .leftRecursion, 2, 1),
        Fault("root ::= \"x\" a\na ::= \"y\"? a \"z\" | \"w\"", .leftRecursion, 2, 1),
        Fault("root ::= \"a\" root", .endless, 1, 1),
        Fault("root ::= \"x\" | a\na ::= \"y\" b\nb ::= \"z\" a", .endless, 2, 1),
        Fault("root ::= \"x\"\n\n  other ::= \"y\"", .unreachable, 3, 3),
        Fault("root ::= \"x", .malformed, 1, 10),
        Fault("root ::= \"x\ny\"", .malformed, 1, 10),
        Fault("root ::= [a-", .malformed, 1, 10),
        Fault("root ::= [z-a]", .malformed, 1, 11),
        Fault("root ::= []", .malformed, 1, 10),
        Fault("root ::= [\\ud800]", .malformed, 1, 11),
        Fault("root ::= \"\\q\"", .malformed, 1, 11),
        Fault("root ::= \"\\x4\"", .malformed, 1, 11),
        Fault("root ::= (\"a\" | (\"b\")", .malformed, 1, 10),
        Fault("root ::= \"a\")", .malformed, 1, 13),
        Fault("root ::= \"a\"{2,1}", .malformed, 1, 13),
        Fault("root ::= \"a\"{,1}", .malformed, 1, 14),
        Fault("root ::= \"a\"{x}", .malformed, 1, 14),
        Fault("root ::= \"a\"**", .malformed, 1, 14),
        Fault("root ::= \"a\"{99999999999999999999999}", .tooLarge, 1, 14),
        Fault("root ::= \"a\"{999999}", .tooLarge, 1, 14),
        Fault("root ::= ((\"a\"{10000}){10000}){10000}", .tooLarge, 1, 15),
        Fault("root = \"a\"", .malformed, 1, 6),
        Fault("root ::= \"a\" & \"b\"", .malformed, 1, 14),
        Fault("::= \"a\"", .malformed, 1, 1),
        Fault("root ::= [\\ud800-\\udfff]", .malformed, 1, 11),
        Fault(String(repeating: "(", count: 100_000), .malformed, 1, 1),
        Fault("root ::= " + String(repeating: "(", count: 100_000), .tooLarge, 1, 138),
    ]

    @Test("what is wrong is said with its place", arguments: faults)
    func isRefused(fault: Fault) {
        #expect {
            _ = try Grammar(gbnf: fault.grammar)
        } throws: { error in
            guard let error = error as? GrammarError else { return false }
            let isMeant = error.code == fault.code && error.place == Place(line: fault.line, column: fault.column)
            return isMeant && !error.description.contains("\n")
        }
    }

    @Test("an empty grammar has no root")
    func empty() {
        for text in ["", "  \n# nothing\n"] {
            #expect { _ = try Grammar(gbnf: text) } throws: { ($0 as? GrammarError)?.code == .missingRule }
        }
    }

    @Test("a chain of ten thousand rules is refused, one of a thousand is read")
    func manyRules() throws {
        func chain(_ count: Int) -> String {
            "root ::= r0\n" + (0..<count).map { "r\($0) ::= \"a\" r\($0 + 1)\n" }.joined() + "r\(count) ::= \"b\"\n"
        }
        #expect(try Grammar(gbnf: chain(1000)).matches(String(repeating: "a", count: 1000) + "b"))
        #expect { _ = try Grammar(gbnf: chain(10_000)) } throws: { ($0 as? GrammarError)?.code == .tooLarge }
    }

    @Test("nesting is only as deep as the text: twenty thousand open brackets are read")
    func depth() throws {
        let grammar = try Grammar(gbnf: #"root ::= "(" root ")" | ".""#)
        let count = 20_000
        let open = String(repeating: "(", count: count)
        #expect(grammar.matches(open + "." + String(repeating: ")", count: count)))
        #expect(!grammar.matches(open + "." + String(repeating: ")", count: count - 1)))
    }
}
