import Foundation
import Testing

@testable import Grammar

/// Schemas and grammars as people and libraries write them, each a file with its outcome.
@Suite("Files of the field")
struct FieldFileTests {
    enum Outcome: Sendable {
        case fits([String], not: [String] = [])
        case isRefused(GrammarError.Code, String)
    }

    struct Case: Sendable, CustomTestStringConvertible {
        var file: String
        var outcome: Outcome
        var testDescription: String { file }

        init(_ file: String, fits: String..., not: [String] = []) {
            (self.file, outcome) = (file, .fits(fits, not: not))
        }

        init(_ file: String, _ code: GrammarError.Code, _ words: String) {
            (self.file, outcome) = (file, .isRefused(code, words))
        }
    }

    private static let longKey = String(repeating: "k", count: 200)

    static let schemas = [
        Case(
            "addl-quote-name", fits: #"{"a\"b": 1, "c\\d": 2, "é": 3, "": 4, "\u0001": 5}"#,
            #"{"a\"b": 1, "c\\d": 2, "é": 3, "": 4, "\u0001": 5, "x": true}"#,
            not: [#"{"a\"b": 1, "c\\d": 2, "é": 3, "": 4, "\u0001": 5, "é": true}"#]),
        Case("addl-schema", fits: "{}", #"{"x": 1}"#, not: [#"{"x": true}"#]),
        Case("addl-true", fits: #"{"a": 1}"#, #"{"a": 1, "b": [null]}"#, not: ["{}"]),
        Case("anyof-overlap", fits: #"{"a": 1}"#, #"{"a": "x"}"#, not: [#"{"a": true}"#]),
        Case("anyof-sibling", .unsupported, #""type" beside "anyOf""#), Case("big-int-enum", .malformed, "no JSON"),
        Case("bom", fits: "7", not: ["true"]), Case("boolean", fits: "true", not: ["1"]),
        Case("colon-next-line", fits: "7", not: ["true"]), Case("comma-lead", fits: "7"),
        Case("comment", .malformed, "no JSON"), Case("const-null", fits: "null", not: ["0"]),
        Case("const-obj", fits: #"{"b": [1, {"c": "ü"}]}"#), Case("crlf", fits: "7", not: ["true"]),
        Case("dup-key", .malformed, "line 1, column 19: this key is there already"),
        Case("empty-file", .malformed, "no JSON"), Case("empty", fits: "1", #"{"a": [null]}"#),
        Case("enum-dup", fits: #""a""#, not: [#""b""#]),
        Case("enum-emoji-escaped", fits: #""smile 😀""#, #""flag 🇩🇪""#, not: [#""smile ""#]),
        Case("enum-emoji-raw", fits: #""smile 😀""#), Case("enum-empty", .endless, "no value"),
        Case("enum-mixed", fits: "1", "1.5", #""1""#, "null", "true", "[1, 2]", #"{"a": 1}"#, not: ["false"]),
        Case("enum-prefix", fits: #""a""#, #""ab""#, #""abc""#),
        Case(
            "enum-quotes", fits: #""say \"hi\"""#, #""back\\slash""#, #""new\nline""#, #""tab\t""#, #""null\u0000""#,
            "\"del\u{7F}\""),
        Case("enum-type-mismatch", fits: #""a""#, not: ["null"]),
        Case(
            "escaped-ctrl", fits: #""a\u0000b""#, "\"a\u{85}b\"", "\"a\u{2028}b\"", "\"a\u{FEFF}b\"", #""\b\f""#),
        Case("escaped-lone", .malformed, "no JSON"), Case("false", .endless, "nothing fits"),
        Case("format-date", .unsupported, "\"format\""),
        Case("hash-in-string", fits: #""a #b: c""#, #""- x""#, #""%TAG""#, #""[1]""#, #""{a}""#, #""&a *b !c""#),
        Case("int-range", .unsupported, "\"minimum\""),
        Case("items-false", fits: "[]", not: ["[1]", "[null]"]),
        Case("items-list", .malformed, "a schema is an object"),
        Case("items-true", fits: "[1]", #"[null, "x"]"#, not: ["[]", "[1, 2, 3]"]),
        Case("many-optional", fits: "{}", #"{"p0": 1}"#, not: [#"{"p0": true}"#]),
        Case("maxlen-0", fits: #""""#, not: [#""a""#]), Case("maxlen-2000", fits: #"{"o": {"s": "x"}}"#),
        Case("minlen-big", fits: "\"" + String(repeating: "a", count: 1_000) + "\"", not: [#""a""#]),
        Case("minlen-float", fits: #""ab""#, #""abcd""#, not: [#""a""#, #""abcde""#]),
        Case("minlen", fits: "\"" + String(repeating: "a", count: 20) + "\"", not: [#""a""#]),
        Case("minprops", .unsupported, "\"minProperties\""),
        Case("nested-arrays", fits: "[[1, 2], [3, 4]]", not: ["[[1], [2]]"]), Case("not", .unsupported, "\"not\""),
        Case("null", fits: "null"), Case("nullable", .unsupported, "\"nullable\""), Case("number", fits: "1.5"),
        Case("oneof", fits: "1", #""abc""#, not: [#""abcd""#]), Case("openai-wrap", .unsupported, "\"name\""),
        Case("pattern", .unsupported, "\"pattern\""),
        Case("prop-false", fits: #"{"a": 1}"#, not: [#"{"a": 1, "b": 2}"#, #"{"a": 1, "b": false}"#]),
        Case("prop-named-ref", fits: #"{"$ref": 1, "type": "x", "enum": true}"#),
        Case("prop-named-yaml", fits: #"{"<<": 1, "~": 2, "null": true, "yes": false, "1": 3}"#),
        Case("pydantic-allof", .unsupported, "\"allOf\""), Case("pydantic-constr", .unsupported, "\"minimum\""),
        Case("pydantic-optional", fits: #"{"name": "x"}"#, #"{"name": "x", "nick": null}"#, not: ["{}"]),
        Case("raw-bomchar", fits: "\"a\u{FEFF}b\"", not: [#""ab""#]),
        Case("raw-del", fits: "\"a\u{7F}b\"", not: [#""ab""#]),
        Case("raw-ls", fits: "\"a\u{2028}b\"", not: [#""a b""#]),
        Case("raw-nel", fits: "\"a\u{85}b\"", not: [#""a b""#]),
        Case("raw-noncharacter", fits: "\"a\u{FFFF}b\"", not: [#""ab""#]),
        Case("recursive-array-min1", .endless, "never ends"), Case("recursive-array", fits: "[]", "[[], [[]]]"),
        Case("recursive-list", fits: #"{"v": 1, "next": {"v": 2, "next": null}}"#, not: [#"{"v": 1}"#]),
        Case("recursive-optional", fits: "{}", #"{"next": {"next": {}}}"#),
        Case("recursive-required", .endless, "never ends"), Case("ref-anchor", .unsupported, "the same schema"),
        Case("ref-array-index", fits: #"{"tree": {"left": "a", "right": {"left": "b", "right": "c"}}}"#),
        Case("ref-defs", fits: #"{"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 4}}"#),
        Case("ref-enum", fits: #"{"color": "red"}"#, not: [#"{"color": "blue"}"#]),
        Case("ref-id", .unsupported, "the same schema"), Case("ref-percent", fits: #"{"n": 1}"#, not: [#"{"n": "x"}"#]),
        Case("ref-self-loop", .endless, "never ends"), Case("ref-sibling-desc", fits: #"{"color": "green"}"#),
        Case("ref-tilde", fits: #"{"n": 1}"#, not: [#"{"n": "x"}"#]), Case("ref-two-loop", .endless, "never ends"),
        Case("required-dup-undeclared", fits: #"{"b": [1]}"#, not: ["{}"]),
        Case("required-dup", fits: #"{"a": 1}"#, not: ["{}"]),
        Case("required-undeclared-closed", .endless, "no property of it"),
        Case("required-undeclared", fits: #"{"a": 1, "b": "x"}"#, not: [#"{"a": 1}"#]),
        Case("single-quote", fits: #""it's""#, #""a: b""#, #""true""#, #""null""#, #""1""#, not: ["true", "1"]),
        Case("slash-escape", fits: #""a/b""#), Case("trailing-comma", .malformed, "no JSON"), Case("true", fits: "[1]"),
        Case("tuple", .unsupported, "\"prefixItems\""), Case("type-empty", .malformed, "at least one type"),
        Case("type-list", fits: #""a""#, "null", "1", not: ["1.5"]), Case("type-unknown", .malformed, "one of object"),
        Case("unique", .unsupported, "\"uniqueItems\""), Case("wide-anyof", fits: #""opt0""#, not: [#""opt""#]),
        Case("x-ext", .unsupported, "\"x-order\""),
        Case("long-key", fits: "{\"\(longKey)\": true}", not: ["{}"]),
        Case("long-string", fits: "\"" + String(repeating: "x", count: 1_500) + "\"", not: [#""x""#]),
        Case("deep", fits: String(repeating: #"{"a": "#, count: 40) + "1" + String(repeating: "}", count: 40)),
    ]

    static let grammars = [
        Case("badclass", .malformed, "runs backwards"), Case("badrep", .malformed, "not the smaller one"),
        Case("bigrep", .tooLarge, "at most"), Case("bom", fits: "yes", not: ["no"]),
        Case("classdash", fits: "a", "-", not: ["b"]), Case("comment", fits: "a"), Case("cont", fits: "yes", "no"),
        Case("crlf", fits: "yes", "no", not: ["no\r"]), Case("deep", .tooLarge, "deep"),
        Case("dot", fits: "é", not: [""]),
        Case("dup", .repeatedRule, "line 2, column 1"), Case("emoji", fits: "😀", not: ["x"]), Case("empty", fits: ""),
        Case("emptyclass", .malformed, "no character"), Case("esc", fits: "A\n"),
        Case("leftrec", .leftRecursion, "begins with itself"), Case("negclass", fits: "a b", not: ["a\nb", ""]),
        Case("noeq", .malformed, "::="), Case("noroot", .missingRule, "root"),
        Case("paren", .malformed, "never closed"),
        Case("rep", fits: "abc", "abcde", not: ["ab", "abcdef"]), Case("rightrec", fits: "b", "aab", not: ["a"]),
        Case("tok", .malformed, "begins with"), Case("undef", .missingRule, "no rule a"),
        Case("uniclass", fits: "äöü", not: ["a"]), Case("unusedundef", .missingRule, "undefd"),
        Case("zero", .missingRule, "root"),
    ]

    private static func text(_ file: String, _ kind: String) throws -> String {
        let url = try #require(
            Bundle.module.url(forResource: "Fixtures/\(kind)/\(file)", withExtension: kind == "schema" ? "json" : kind))
        return try #require(String(validating: Data(contentsOf: url), as: UTF8.self))
    }

    private func check(_ item: Case, _ read: () throws -> Grammar) throws {
        switch item.outcome {
        case .fits(let texts, let others):
            let grammar = try read()
            for text in texts { #expect(grammar.matches(text), "\(text)") }
            for text in others { #expect(!grammar.matches(text), "\(text)") }
        case .isRefused(let code, let words):
            #expect {
                _ = try read()
            } throws: { error in
                (error as? GrammarError).map { $0.code == code && $0.description.contains(words) } ?? false
            }
        }
    }

    @Test("a schema is read as JSON is", arguments: schemas)
    func schema(item: Case) throws {
        let text = try Self.text(item.file, "schema")
        try check(item) { try Grammar(jsonSchema: text) }
    }

    @Test("a grammar is read whatever its lines end in", arguments: grammars)
    func grammar(item: Case) throws {
        let text = try Self.text(item.file, "gbnf")
        try check(item) { try Grammar(gbnf: text) }
    }

    @Test("no file of the folders is left out, but for what is no text and what others look after")
    func allAreThere() throws {
        let apart: Set = ["utf16", "expo", "nestnull", "nullstar"]
        for (kind, cases) in [("schema", Self.schemas), ("gbnf", Self.grammars)] {
            let folder = try #require(Bundle.module.url(forResource: "Fixtures/\(kind)", withExtension: nil))
            let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
            let names = Set(files.map { $0.deletingPathExtension().lastPathComponent })
            #expect(names.subtracting(cases.map(\.file)).subtracting(apart).isEmpty)
        }
    }
}
