import TestSupport
import Testing

@testable import ChatUI

/// Markdown as the transcript shows it.
struct MarkdownTests {
    private static func rows(_ text: String, width: Int = 40) -> [String] {
        MarkdownText(text, width: width).lines.map { line in
            var row = line.spans.map(\.text).joined()
            while row.last == " " { row.removeLast() }
            return row
        }
    }

    private static func emphasis(_ text: String) -> [(String, Emphasis)] {
        MarkdownText(text, width: 80).lines[0].spans.map { ($0.text, $0.style.emphasis) }
    }

    @Test("emphasis is shown, and its marks are not")
    func emphasised() {
        let spans = Self.emphasis("a **bold** and *slanted* `code`")
        #expect(spans.map(\.0) == ["a ", "bold", " and ", "slanted", " ", "code"])
        #expect(spans[1].1 == .bold && spans[3].1 == .italic && spans[0].1 == [])
        #expect(Self.emphasis("**b *i* b**").map(\.1) == [.bold, [.bold, .italic], .bold])
    }

    @Test(
        "what only looks like emphasis stays as it is",
        arguments: ["2 * 3 * 4", "snake_case_name", "a * b", "**", "*", "`", "[x]", "[](", "\\", "5*"])
    func plain(text: String) {
        #expect(Self.rows(text + "\n")[0] == text)
    }

    @Test("formulas in LaTeX are shown as a terminal can, and what only looks like one stays as it is")
    func formulas() {
        let shown = [
            #"So \( 17 \times \frac{2340}{100} = \boxed{397.8} \)."#: "So  17 \u{D7} 2340/100 = 397.8 .",
            #"\frac{a + b}{\sqrt{2}}"#: "(a + b)/(\u{221A}2)", #"\["#: "", #"\]"#: "", #"x \le 5\%"#: "x \u{2264} 5%",
            #"\frac{17 \times"#: "\\frac{17 \u{D7}", #"C:\text\new"#: #"C:\text\new"#,
            #"\begin{align}"#: #"\begin{align}"#,
            #"a \[b\] c"#: "a [b] c", #"`\times`"#: #"\times"#,
        ]
        for (source, text) in shown { #expect(Self.rows(source + "\n")[0] == text, "\(source)") }
    }

    @Test("an escaped mark is a mark")
    func escaped() {
        #expect(Self.rows("\\*not\\* `a\\b`\n")[0] == "*not* a\\b")
    }

    @Test("emphasis that is still open is shown at once; in a whole line its mark is a mark")
    func open() {
        #expect(Self.emphasis("so **bo").map(\.0) == ["so ", "bo"])
        #expect(Self.emphasis("so **bold*").map(\.0) == ["so ", "bold"])
        #expect(Self.rows("so **bo\n")[0] == "so **bo")
    }

    @Test("a list's lines hang under their text, and keep their marks")
    func lists() {
        #expect(
            Self.rows("- one two three four\n  * five\n10. six seven eight", width: 14)
                == ["- one two", "  three four", "  - five", "10. six seven", "    eight"])
    }

    @Test("headings, rules, quotes and links lose their marks")
    func blocks() {
        #expect(
            Self.rows("## Head\n---\n> said\n[words](https://a.b)\n", width: 30)
                == ["Head", String(repeating: "\u{2500}", count: 30), "> said", "words (https://a.b)", ""])
    }

    @Test("code is kept letter by letter, whatever stands in it, and cut at the edge")
    func code() {
        let text = "```swift\nlet a = \"**x**\"  // | a |\n\n# no head\n```\nafter"
        #expect(
            Self.rows(text, width: 20)
                == ["  swift", "  let a = \"**x**\"", "  // | a |", "", "  # no head", "after"])
        let wide = MarkdownText(text, width: 20).lines.dropLast().map { $0.spans.width }
        #expect(wide.allSatisfy { $0 == 20 })
    }

    @Test("a table has columns as wide as their cells, and gives way where there is no room")
    func tables() {
        let text = "| Name | Size |\n|---|---:|\n| Amazon | 6400 |\n| Rio | 1 |\n"
        #expect(
            Self.rows(text)
                == [
                    "Name   \u{2502} Size",
                    "\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}\u{253C}\u{2500}\u{2500}\u{2500}\u{2500}\u{2500}",
                    "Amazon \u{2502} 6400", "Rio    \u{2502} 1",
                ])
        for width in 2...20 {
            #expect(MarkdownText(text, width: width).lines.allSatisfy { $0.spans.width <= max(width, 5) })
        }
        #expect(Self.rows("| no table\n")[0] == "| no table")
    }

    @Test("text that grows in pieces of any size is cut as the whole is")
    func growing() {
        var random = SeededGenerator(seed: 7)
        let parts = [
            "word ", "**bold** ", "*i", "`c`", "\n", "\n\n", "- item ", "1. x", "```", "```py\n", "| a | b |",
            "\n|-|-|\n",
            "> q", "# h", "[l](u)", "\u{82D4}\u{306F}", "e\u{301}", "\t", "\u{1F1EB}\u{1F1F7}",
            "long" + String(repeating: "o", count: 60),
        ]
        for _ in 0..<300 {
            var text = ""
            for _ in 0..<Int.random(in: 1...40, using: &random) { text += parts.randomElement(using: &random) ?? "" }
            let width = Int.random(in: 2...50, using: &random)
            var grown = MarkdownText(width: width)
            var rest = Array(text)[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...12, using: &random)
                grown.append(String(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let whole = MarkdownText(text, width: width)
            #expect(grown.lines == whole.lines, "\(text.debugDescription)")
            #expect(zip(whole.lines, whole.lines.dropFirst()).allSatisfy { $0.offset <= $1.offset })
        }
    }

    @Test(
        "text made to be slow is cut in time",
        arguments: ["*a ", "`", "[", "**a", "_a ", "|", "> ", "a*", "\\frac{", "\\sqrt{\\frac{1}{"])
    func hostile(piece: String) {
        let text = String(repeating: piece, count: 20_000 / piece.count)
        #expect(!MarkdownText(text, width: 80).lines.isEmpty)
    }
}
