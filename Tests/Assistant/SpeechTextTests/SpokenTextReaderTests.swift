import Testing

@testable import SpeechText

@Suite("Clauses of a text that comes in pieces") struct SpokenTextReaderTests {
    private func said(_ text: String) -> [String] {
        SpokenTextReader.clauses(of: text).map { "\($0.text)\($0.end.rawValue)" }
    }

    @Test("a clause is handed out while the text goes on, and not before its end is sure")
    func streaming() {
        var reader = SpokenTextReader()
        #expect(reader.take("It is Edinburgh").isEmpty)
        #expect(reader.take(".").isEmpty)
        #expect(reader.take(" The").map(\.text) == ["It is Edinburgh"])
        #expect(reader.take(" city has, as many know, a castle").map(\.text) == ["The city has", "as many know"])
        #expect(reader.flush() == [SpokenClause("a castle", .stop, source: " a castle")])
    }

    @Test("a formula in LaTeX is said by its signs")
    func formulas() {
        let said = SpokenTextReader.clauses(of: #"So \( 17 \times \frac{1}{2} = \boxed{8.5} \)."#).map(\.text).joined(
            separator: " ")
        #expect(said == "So 17 times one half equals 8.5", "\(said)")
    }

    @Test("however a text is cut, the same is said")
    func cuts() {
        let text = """
            # Why **the sky** is blue
            Light is scattered: _short_ waves more (much more) than long ones, e.g. red. See [Rayleigh](https://a.b/c).

            1. First, look up.
            2. Then wait — until 19:30!
            ```swift
            let a = 1; print(a)
            ```
            | a | b |
            |---|---|
            | 1 | 2 |
            | 3 | 4 |
            Done? Yes.
            """
        let whole = SpokenTextReader.clauses(of: text)
        #expect(
            whole.map { "\($0.text)\($0.end.rawValue)" } == [
                "Why the sky is blue.", "Light is scattered:", "short waves more,", "much more,",
                "than long ones,", "for example red.", "See Rayleigh,", "a link.", "1,", "First,", "look up.", "2,",
                "Then wait,", "until 19 30!", "code in swift which is on the screen.",
                "a table with 2 columns and 2 rows which is on the screen.", "Done?", "Yes.",
            ])
        for size in [1, 2, 3, 7, 50] {
            var reader = SpokenTextReader()
            var clauses: [SpokenClause] = []
            var rest = text[...]
            while !rest.isEmpty {
                clauses += reader.take(String(rest.prefix(size)))
                rest = rest.dropFirst(size)
            }
            clauses += reader.flush()
            #expect(clauses == whole, "pieces of \(size)")
        }
    }

    @Test("no is an answer, but before a number")
    func no() {
        let text = "No. Take bus no. 5. Why? No."
        #expect(said(text) == ["No.", "Take bus number 5.", "Why?", "No."])
        var reader = SpokenTextReader()
        var clauses = text.flatMap { reader.take(String($0)) }
        clauses += reader.flush()
        #expect(clauses == SpokenTextReader.clauses(of: text))
    }

    @Test("initials, abbreviations and decimals end no sentence")
    func stops() {
        #expect(said("Dr. J. Watson paid 3.5 dollars. He left.") == ["Doctor J Watson paid 3.5 dollars.", "He left."])
        #expect(said("Really?! \"Yes.\" She nodded") == ["Really!", "Yes.", "She nodded."])
    }

    @Test("signs, code and pictures are not spelled")
    func markdown() {
        #expect(said("Use `git log` and ![a cat](x.png) **now**") == ["Use git log and picture a cat now."])
        #expect(said("* one\n- two\n+ three\n---\n> four") == ["one.", "two.", "three.", "four."])
        #expect(said("<b>bold</b> 2 * 3") == ["bold 2 times 3."])
        #expect(said("🙂🙂🙂\n\n***\n").isEmpty)
    }

    @Test("texts without end, blanks or sense are said or announced, and quickly")
    func hostile() {
        var texts = [
            String(repeating: "a", count: 10_000), String(repeating: "[", count: 2_000),
            String(repeating: "`", count: 1_999), String(repeating: "1", count: 3_000),
            String(repeating: ". ", count: 1_000),
            String(repeating: "a, ", count: 1_000), String(repeating: "|", count: 1_999), "$($(rm -rf /))",
            "\u{0}\u{1B}[2J\u{7F}",
            String(repeating: "e\u{301}", count: 2_000), "1:1:1:1", "$", "-", "+", "°", "1/0", "99999999999999999999-1",
            String(repeating: "((((", count: 500), String(repeating: "🏳️‍🌈", count: 500),
        ]
        // A stretch of every block of Unicode.
        for start in stride(from: 0, to: 0x11_0000, by: 0x400) {
            let scalars = (start..<start + 24).compactMap(Unicode.Scalar.init)
            texts.append(scalars.map { "\($0)" }.joined(separator: start % 3 == 0 ? " " : ""))
        }
        var random = SplitMix(state: 7)
        let signs = Array("abc 019.,:;!?-–—()[]{}*_`~#|<>@&%$€/\\\"'\n\t°½")
        for _ in 0..<400 {
            texts.append(String((0..<random.next(200)).map { _ in signs[random.next(signs.count)] }))
        }
        #expect(texts.count > 1_000)
        for text in texts {
            for clause in SpokenTextReader.clauses(of: text) {
                #expect(clause.text.count <= 300)
                #expect(!clause.text.unicodeScalars.contains { $0.value < 0x20 || 0x7F..<0xA0 ~= $0.value })
            }
        }
    }

    private struct SplitMix {
        var state: UInt64

        mutating func next(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int((state >> 33) % UInt64(max(bound, 1)))
        }
    }
}
