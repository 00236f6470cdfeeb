import Testing

@testable import Updates

@Suite("JSON of metadata")
struct MetadataValueTests {
    /// What python-tuf's `encode_canonical` makes of the same text.
    static let canonical: [(text: String, form: String)] = [
        ("{}", "{}"),
        (#"{ "b" : 1 , "a" : [ true , false , null ] }"#, #"{"a":[true,false,null],"b":1}"#),
        (#"{"a":-1,"B":2,"_":3,"~":4}"#, #"{"B":2,"_":3,"a":-1,"~":4}"#),
        (#"{"text":"a \"quoted\" back\\slash"}"#, #"{"text":"a \"quoted\" back\\slash"}"#),
        ("{\"line\":\"one\\ntwo\\ttab\"}", "{\"line\":\"one\ntwo\ttab\"}"),
        (#"{"slash":"a\/b"}"#, #"{"slash":"a/b"}"#),
        (#"{"é":"\u00e9","z":"\ud83d\ude00"}"#, #"{"z":"😀","é":"é"}"#),
        ("{\"\u{FF5E}\":1,\"\u{1F600}\":2}", "{\"\u{FF5E}\":1,\"\u{1F600}\":2}"),
        (
            #"{"n":9223372036854775807,"m":-9223372036854775808}"#,
            #"{"m":-9223372036854775808,"n":9223372036854775807}"#
        ),
        (#"{"e":{"deep":[[[]]]},"true":true}"#, #"{"e":{"deep":[[[]]]},"true":true}"#),
    ]

    @Test("A value has one canonical form, whatever the text it came from", arguments: canonical)
    func canonicalForm(text: String, form: String) throws {
        let value = try MetadataValue(parsing: Array(text.utf8))
        #expect(String(decoding: CanonicalJSON.bytes(of: value), as: UTF8.self) == form)
    }

    static let refused: [(name: String, text: [UInt8])] = [
        ("nothing", []),
        ("blanks", Array("  \n".utf8)),
        ("half an object", Array(#"{"a":1"#.utf8)),
        ("two objects", Array("{}{}".utf8)),
        ("a comma too many", Array(#"{"a":1,}"#.utf8)),
        ("an array", Array("[]".utf8)),
        ("a string", Array(#""a""#.utf8)),
        ("a member twice", Array(#"{"a":1,"a":2}"#.utf8)),
        ("a member twice, once escaped", Array(#"{"a":1,"\u0061":2}"#.utf8)),
        ("a member twice, deep inside", Array(#"{"x":[{"y":{"a":1,"b":2,"a":3}}]}"#.utf8)),
        ("two members that look alike", Array("{\"\u{E9}\":1,\"e\u{301}\":2}".utf8)),
        ("a fraction", Array(#"{"a":1.5}"#.utf8)),
        ("a whole fraction", Array(#"{"a":1.0}"#.utf8)),
        ("an exponent", Array(#"{"a":1e3}"#.utf8)),
        ("a large exponent", Array(#"{"a":1E400}"#.utf8)),
        ("more than 64 bits", Array(#"{"a":9223372036854775808}"#.utf8)),
        ("a number of 10,000 digits", Array("{\"a\":\(String(repeating: "9", count: 10_000))}".utf8)),
        ("a number that begins with 0", Array(#"{"a":01}"#.utf8)),
        ("not a number", Array(#"{"a":NaN}"#.utf8)),
        ("UTF-8 that is broken", Array(#"{"a":""#.utf8) + [0xC3, 0x28] + Array(#""}"#.utf8)),
        ("an overlong slash", Array(#"{"a":""#.utf8) + [0xC0, 0xAF] + Array(#""}"#.utf8)),
        ("a zero byte", Array(#"{"a":"b"}"#.utf8) + [0]),
        ("a byte order mark", [0xEF, 0xBB, 0xBF] + Array("{}".utf8)),
        ("UTF-16", Array("{}".utf16).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
        ("a control byte in a string", Array("{\"a\":\"\u{1}\"}".utf8)),
        ("65 levels", Array((String(repeating: #"{"a":"#, count: 65) + "1" + String(repeating: "}", count: 65)).utf8)),
        ("a million levels", Array("{\"a\":".utf8) + [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)),
        ("words", Array("{hello: 'world'}".utf8)),
        ("a comment", Array("{/* a */}".utf8)),
    ]

    @Test("What canonical JSON has no form for is refused", arguments: refused)
    func refusal(name: String, text: [UInt8]) {
        #expect(throws: UpdateError.self, "\(name)") { try MetadataValue(parsing: text) }
    }

    @Test("64 levels are read")
    func deep() throws {
        let text = String(repeating: #"{"a":"#, count: 64) + "1" + String(repeating: "}", count: 64)
        #expect(CanonicalJSON.bytes(of: try MetadataValue(parsing: Array(text.utf8))) == Array(text.utf8))
    }

    @Test("Every text that is damaged in one byte is read or refused, and never the end of the process")
    func damage() {
        let text = Array(#"{"signed":{"_type":"root","version":1,"x":["\u00e9",true,null,-5]},"signatures":[]}"#.utf8)
        var refused = 0
        for index in text.indices {
            for byte: UInt8 in [0, 0x22, 0x2E, 0x30, 0x5C, 0x65, 0x7B, 0x7D, 0x80, 0xFF] {
                var damaged = text
                damaged[index] = byte
                if (try? MetadataValue(parsing: damaged)) == nil { refused += 1 }
            }
        }
        #expect(refused > text.count * 5)
    }
}

@Suite("Dates of expiry")
struct ExpiryDateTests {
    @Test(
        "Moments are counted from 1970",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2026-01-01T00:00:00Z", 1_767_225_600),
            ("2000-02-29T12:34:56Z", 951_827_696), ("2024-12-31T23:59:59Z", 1_735_689_599),
            ("1969-12-31T23:59:59Z", -1), ("9999-12-31T23:59:59Z", 253_402_300_799),
            ("2100-03-01T00:00:00Z", 4_107_542_400),
        ])
    func seconds(text: String, seconds: Int64) { #expect(ExpiryDate.seconds(text) == seconds) }

    @Test(
        "Any other form is none",
        arguments: [
            "", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01T00:00:00+00:00", "2026-01-01T00:00:00.0Z",
            "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:60:00Z",
            "2026-01-01T00:00:60Z", "2026-01-01t00:00:00z", "20 6-01-01T00:00:00Z", "٢٠٢٦-01-01T00:00Z",
            "-026-01-01T00:00:00Z",
        ])
    func noSeconds(text: String) { #expect(ExpiryDate.seconds(text) == nil) }
}

@Suite("Patterns of paths")
struct PathPatternTests {
    static let cases: [(pattern: String, path: String, matches: Bool)] = [
        ("*", "a", true), ("*", "", true), ("*", "a/b", false), ("*/*", "a/b", true), ("**", "a/b", false),
        ("?", "a", true), ("?", "", false), ("?", "/", false), ("a?c", "abc", true), ("a/?", "a/b", true),
        ("*.tgz", "x.tgz", true), ("*.tgz", "a/x.tgz", false), ("targets/*.tgz", "targets/foo.tgz", true),
        ("targets/*.tgz", "targets/foo.txt", false), ("foo-version-?.tgz", "foo-version-2.tgz", true),
        ("foo-version-?.tgz", "foo-version-alpha.tgz", false), ("*", ".hidden", true), ("a*b*c", "aXbYc", true),
        ("a*b*c", "aXbY", false), ("", "", true), ("", "a", false), ("A", "a", false), ("[ab]", "b", true),
        ("[a-c]x", "bx", true), ("[!a-c]x", "bx", false), ("[!a-c]x", "dx", true), ("[]]", "]", true),
        ("[a", "[a", true),
        ("é*", "été", true), ("e*", "e\u{301}", true), ("*/", "a/", true), ("*/", "a", false), ("\\*", "\\a", true),
    ]

    @Test("A pattern matches within a directory", arguments: cases)
    func matches(pattern: String, path: String, matches: Bool) {
        #expect(PathPattern(pattern).matches(path) == matches, "\(pattern) \(path)")
    }

    @Test("A pattern of many stars takes no longer than its length says", .timeLimit(.minutes(1)))
    func stars() {
        let pattern = String(repeating: "a*", count: 2_000) + "b"
        #expect(!PathPattern(pattern).matches(String(repeating: "a", count: 4_000)))
    }
}

@Suite("Names in addresses and of files")
struct EncodedNameTests {
    @Test(
        "A name of a role is one component",
        arguments: [
            ("role", "role"), ("?", "%3F"), ("#", "%23"), ("/delegated", "%2Fdelegated"), ("../up", "..%2Fup"),
            ("é", "%C3%A9"), ("a b", "a%20b"), ("%2F", "%252F"), ("~-._", "~-._"), ("\u{0}\n", "%00%0A"),
        ])
    func component(name: String, encoded: String) { #expect(EncodedName.component(name) == encoded) }

    @Test(
        "The path of a target keeps its slashes and what is encoded already",
        arguments: [
            ("a/b", "a/b"), ("a b", "a%20b"), ("a%20b", "a%20b"), ("100%", "100%25"), ("a?b#c", "a%3Fb%23c"),
            ("é.gguf", "%C3%A9.gguf"), ("...", "..."), ("a..b/c", "a..b/c"),
        ])
    func path(path: String, encoded: String) throws { #expect(try EncodedName.path(path) == encoded) }

    @Test(
        "A path that would lead elsewhere is refused",
        arguments: ["../a", "a/../b", "..", "", "/etc/passwd", "a//b", "./a", "a/.", "%2e%2E/a", "a/%2e", "a/"])
    func elsewhere(path: String) { #expect(throws: UpdateError.self) { try EncodedName.path(path) } }
}
