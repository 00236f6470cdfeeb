import Testing

@testable import Grammar

@Suite("JSON Schemas")
struct SchemaTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var schema: String
        var fits: [String]
        var doesNot: [String]
        var testDescription: String { schema }
    }

    static let cases = [
        Case(schema: #"{"type": "boolean"}"#, fits: ["true", "false"], doesNot: ["null", "\"true\"", ""]),
        Case(schema: #"{"type": "null"}"#, fits: ["null"], doesNot: ["0"]),
        Case(
            schema: #"{"type": "integer"}"#, fits: ["0", "-7", "123456789012345"],
            doesNot: ["01", "1.0", "-", "1234567890123456", "+1"]),
        Case(
            schema: #"{"type": "number"}"#, fits: ["0", "-0.5", "1e9", "2.5E-10"],
            doesNot: [".5", "1.", "1e", "0x1", "NaN"]),
        Case(
            schema: #"{"type": "string"}"#,
            fits: [#""""#, #""a b""#, #""é中😀""#, #""\n\"\\\u00e9\ud7FF""#],
            doesNot: [#"""#, "\"a\nb\"", #""\x""#, #""\ud800""#, #""\u12""#, "\"\u{7F}\"", "\"\u{1B}[31m\""]),
        Case(
            schema: #"{"type": "string", "minLength": 2, "maxLength": 3}"#,
            fits: [#""ab""#, #""中文字""#, #""\n\u00e9""#], doesNot: [#""a""#, #""abcd""#]),
        Case(
            schema: #"{"type": "array", "items": {"type": "integer"}}"#,
            fits: ["[]", "[1]", "[1,2]", "[1, 2]", "[\n  1,\n  2\n]"], doesNot: ["[1,]", "[,1]", "[true]", "[1  ,2]"]),
        Case(
            schema: #"{"items": {"type": "integer"}, "minItems": 1, "maxItems": 2}"#, fits: ["[1]", "[1, 2]"],
            doesNot: ["[]", "[1, 2, 3]"]),
        Case(schema: #"{"type": "array", "maxItems": 0}"#, fits: ["[]"], doesNot: ["[1]"]),
        Case(
            schema: #"{"type": "array", "maxItems": 1, "items": {"enum": ["a", 1, null, {"b": [true]}]}}"#,
            fits: [#"["a"]"#, "[1]", "[null]", #"[{"b": [true]}]"#, "[]"], doesNot: [#"["b"]"#, #"["a", 1]"#]),
        Case(
            schema:
                #"{"type": "object", "properties": {"b": {"type": "integer"}, "a": {"type": "boolean"}}, "required": ["b", "a"]}"#,
            fits: [#"{"b": 1, "a": true}"#, #"{"b":1,"a":true}"#, "{\n  \"b\": 1,\n  \"a\": true\n}"],
            // In the schema's order, all of them, and no others.
            doesNot: [#"{"a": true, "b": 1}"#, #"{"b": 1}"#, "{}", #"{"b": 1, "a": true, "c": 1}"#]),
        Case(
            schema:
                #"{"properties": {"a": {"type": "integer"}, "b": {"type": "integer"}, "c": {"type": "integer"}}, "required": ["b"]}"#,
            fits: [#"{"b": 1}"#, #"{"a": 1, "b": 1}"#, #"{"b": 1, "c": 1}"#, #"{"a": 1, "b": 1, "c": 1}"#],
            doesNot: ["{}", #"{"a": 1}"#, #"{"a": 1, "c": 1}"#, #"{, "b": 1}"#, #"{"b": 1,}"#]),
        Case(
            schema: #"{"properties": {"a": {"const": 1}, "b": {"const": 2}}}"#,
            fits: ["{}", #"{"a": 1}"#, #"{"b": 2}"#, #"{"a": 1, "b": 2}"#], doesNot: [#"{"b": 2, "a": 1}"#, "{,}"]),
        Case(
            schema:
                #"{"type": "object", "properties": {"ab": {"const": 1}}, "additionalProperties": {"type": "integer"}}"#,
            fits: ["{}", #"{"ab": 1}"#, #"{"a": 5}"#, #"{"abc": 5, "b": 6}"#, #"{"ab": 1, "": 2}"#, #"{"é": 1}"#],
            // Another value under the name that has its own schema.
            doesNot: [#"{"ab": 2}"#, #"{"b": true}"#, #"{"a\u0062": 2}"#]),
        Case(schema: #"{"type": "object", "additionalProperties": false}"#, fits: ["{}"], doesNot: [#"{"a": 1}"#]),
        Case(
            schema: #"{"type": "object"}"#, fits: ["{}", #"{"a": {"b": [1, "x", null]}}"#], doesNot: ["[]", "{1: 2}"]),
        Case(
            schema: #"{"required": ["x"]}"#, fits: [#"{"x": 1}"#, #"{"x": {}}"#], doesNot: ["{}", #"{"y": 1}"#]),
        Case(
            schema: #"{"anyOf": [{"type": "integer"}, {"type": "string", "maxLength": 1}]}"#, fits: ["1", #""a""#],
            doesNot: [#""ab""#, "true"]),
        Case(
            schema:
                #"{"oneOf": [{"properties": {"k": {"const": "a"}}, "required": ["k"]}, {"properties": {"k": {"const": "b"}, "n": {"type": "integer"}}, "required": ["k", "n"]}]}"#,
            fits: [#"{"k": "a"}"#, #"{"k": "b", "n": 1}"#], doesNot: [#"{"k": "b"}"#, #"{"k": "c"}"#]),
        Case(
            schema: #"{"type": ["integer", "null", "array"], "items": {"const": 0}}"#, fits: ["1", "null", "[0, 0]"],
            doesNot: ["true", "[1]"]),
        Case(schema: #"{"type": "integer", "enum": [1, "a", 2]}"#, fits: ["1", "2"], doesNot: [#""a""#, "3"]),
        Case(
            schema:
                ##"{"$defs": {"node": {"properties": {"v": {"type": "integer"}, "next": {"$ref": "#/$defs/node"}}, "required": ["v"]}}, "$ref": "#/$defs/node"}"##,
            fits: [#"{"v": 1}"#, #"{"v": 1, "next": {"v": 2, "next": {"v": 3}}}"#], doesNot: [#"{"next": {"v": 1}}"#]),
        Case(
            schema:
                ##"{"properties": {"a/b": {"type": "integer"}, "c~": {"$ref": "#/properties/a~1b"}}, "required": ["a/b", "c~"]}"##,
            fits: [#"{"a/b": 1, "c~": 2}"#], doesNot: [#"{"a/b": 1, "c~": "x"}"#]),
        Case(schema: "true", fits: ["1", "{}", #"["a", {"b": null}]"#], doesNot: ["", "{1}"]),
        Case(schema: "{\"title\":\"t\",\n\t\"description\":\"d\",\t\"type\":\"null\"}", fits: ["null"], doesNot: ["1"]),
        Case(
            schema: #"{"properties": {"a": {"type": "integer"}, "b": false}, "additionalProperties": true}"#,
            fits: ["{}", #"{"a": 1}"#, #"{"c": 2}"#], doesNot: [#"{"b": 2}"#, #"{"a": 1, "b": null}"#]),
        Case(
            schema: ##"{"$defs": {"no": false}, "items": {"$ref": "#/$defs/no"}}"##, fits: ["[]"], doesNot: ["[1]"]),
        Case(schema: #"{"anyOf": [false, {"type": "null"}]}"#, fits: ["null"], doesNot: ["1"]),
        Case(
            schema: ##"{"$defs": {"%": {"": {"type": "null"}}}, "items": {"$ref": "#/$defs/%25/"}}"##, fits: ["[null]"],
            doesNot: ["[1]"]),
        // One and the same letter, written as one character and as two: two names.
        Case(
            schema:
                #"{"properties": {"\u00e9": {"const": 1}, "e\u0301": {"const": 2}}, "required": ["\u00e9", "e\u0301"]}"#,
            fits: ["{\"\u{E9}\": 1, \"e\u{301}\": 2}"], doesNot: ["{\"\u{E9}\": 2, \"e\u{301}\": 2}"]),
        // A branch that something else leads to.
        Case(
            schema:
                ##"{"anyOf": [{"properties": {"x": {"const": 1}, "y": {"const": 2}}}, {"items": {"$ref": "#/anyOf/0"}}]}"##,
            fits: [#"{"x": 1}"#, #"[{"x": 1, "y": 2}]"#], doesNot: ["[[]]"]),
        Case(schema: #"{"minLength": 2e0, "maxLength": 20e-1}"#, fits: [#""ab""#], doesNot: [#""a""#, #""abc""#]),
        Case(
            schema: #"{"type": "integer", "enum": [1.0, 1.5, 12345678901234567890123]}"#,
            fits: ["1.0", "12345678901234567890123"], doesNot: ["1.5"]),
        Case(schema: #"{"const": "\u00e9\/\"\\\n"}"#, fits: [#""é/\"\\\n""#], doesNot: [#""é""#]),
    ]

    @Test("what is written fits the schema", arguments: cases)
    func telling(item: Case) throws {
        let grammar = try Grammar(jsonSchema: item.schema)
        for text in item.fits { #expect(grammar.matches(text), "\(text)") }
        for text in item.doesNot { #expect(!grammar.matches(text), "\(text)") }
    }

    struct Fault: Sendable, CustomTestStringConvertible {
        var schema: String
        var code: GrammarError.Code
        var words: String
        var testDescription: String { String(schema.prefix(80)) }

        init(_ schema: String, _ code: GrammarError.Code, _ words: String) {
            (self.schema, self.code, self.words) = (schema, code, words)
        }
    }

    static let faults = [
        Fault("{", .malformed, "no JSON"), Fault("", .malformed, "no JSON"),
        Fault("[]", .malformed, "line 1, column 1: a"),
        Fault("{\"a\": 1} x", .malformed, "no JSON"),
        Fault(
            "{\n  \"type\": \"string\",\n  \"pattern\": \"a+\"\n}", .unsupported,
            "line 3, column 3: the keyword \"pattern\""),
        Fault(
            #"{"properties": {"a": {"type": "integer", "minimum": 3}}}"#, .unsupported,
            "line 1, column 42: the keyword \"minimum\""),
        Fault(#"{"type": "strin"}"#, .malformed, "line 1, column 10: \"type\" takes one of object"),
        Fault(#"{"type": []}"#, .malformed, "at least one type"), Fault(#"{"type": 3}"#, .malformed, "takes"),
        Fault(#"{"minLength": -1}"#, .malformed, "0 or more"), Fault(#"{"minLength": 1.5}"#, .malformed, "0 or more"),
        Fault(#"{"minLength": 3, "maxLength": 2}"#, .endless, "line 1, column 31: nothing fits"),
        Fault(#"{"type": "array", "maxItems": 1000000}"#, .tooLarge, "at most"),
        Fault(#"{"enum": []}"#, .endless, "no value"), Fault(#"{"enum": 3}"#, .malformed, "an array"),
        Fault(#"{"type": "string", "enum": [1]}"#, .endless, "no value"),
        Fault(#"{"anyOf": []}"#, .malformed, "at least one schema"),
        Fault(#"{"anyOf": [{"type": "null"}], "type": "null"}"#, .unsupported, "\"type\" beside \"anyOf\""),
        Fault(##"{"$ref": "#/$defs/x"}"##, .missingRule, "leads nowhere"),
        Fault(#"{"$ref": "http://example.org/x"}"#, .unsupported, "the same schema"),
        Fault(##"{"$ref": "#"}"##, .endless, "never ends"),
        Fault(##"{"anyOf": [{"$ref": "#"}, {"type": "null"}]}"##, .leftRecursion, "begins with itself"),
        Fault(##"{"properties": {"a": {"$ref": "#"}}, "required": ["a"]}"##, .endless, "never ends"),
        Fault(
            #"{"properties": {"a": false}, "required": ["a"]}"#, .endless,
            "line 1, column 17: this property is required"),
        Fault(
            ##"{"$defs": {"no": false}, "properties": {"a": {"$ref": "#/$defs/no"}}, "required": ["a"]}"##, .endless,
            "nothing fits it"),
        Fault(#"{"items": false, "minItems": 1}"#, .endless, "none is allowed"),
        Fault(#"{"anyOf": [false, false]}"#, .endless, "nothing fits any"),
        Fault(##"{"$ref": "#/%zz"}"##, .malformed, "hexadecimal"),
        Fault(##"{"$ref": "#/anyOf/+0"}"##, .missingRule, "leads"),
        Fault(#"{"enum": ["a", {"é": 1, "\u00e9": 2}]}"#, .malformed, "line 1, column 25: this key is there already"),
        Fault(#"{"minLength": 2.5}"#, .malformed, "0 or more"), Fault(#"{"minLength": 1e999}"#, .malformed, ""),
        Fault("{\n \"title\": \"é😀\", \"type\": \"strin\"}", .malformed, "line 2, column 25"),
        Fault(#"{"required": ["a"], "additionalProperties": false}"#, .endless, "no property of it"),
        Fault(#"{"properties": []}"#, .malformed, "an object"), Fault(#"{"required": [1]}"#, .malformed, "names"),
        Fault(#"{"items": [{"type": "null"}]}"#, .malformed, "a schema is an object"),
        Fault(#"{"\u001b[31mred": 1}"#, .unsupported, "the keyword \"?[31mred\""),
        Fault(
            String(repeating: #"{"items": "#, count: 100) + "true" + String(repeating: "}", count: 100), .tooLarge,
            "nested"),
        Fault(String(repeating: "[", count: 100_000), .malformed, "no JSON"),
        Fault(
            #"{"anyOf": ["#
                + (0..<30).map { #"{"type": "string", "minLength": 9000, "maxLength": 9\#(100 + $0)}"# }
                .joined(separator: ",") + "]}", .tooLarge, "steps"),
    ]

    @Test("what cannot be kept to is refused, with the keyword and its place", arguments: faults)
    func isRefused(fault: Fault) {
        #expect {
            _ = try Grammar(jsonSchema: fault.schema)
        } throws: { error in
            guard let error = error as? GrammarError else { return false }
            let isMeant = error.code == fault.code && error.description.contains(fault.words)
            return isMeant && error.description.unicodeScalars.allSatisfy { $0.value >= 0x20 }
        }
    }
}
