import TestSupport
import Testing

@testable import ChatUI

struct FrameTests {
    @Test("text stops before the edge, and no wide cell is split there")
    func edge() {
        var frame = Frame(size: Size(columns: 6, rows: 2))
        #expect(frame.put("ab\u{82D4}\u{82D4}\u{82D4}", .plain, row: 0, column: 0) == 6)
        #expect(frame.text(row: 0) == "ab\u{82D4}\u{82D4}")
        #expect(frame.put("abc\u{82D4}\u{82D4}", .plain, row: 1, column: 0) == 5)
        #expect(frame.text(row: 1) == "abc\u{82D4}")
        frame.put("out of sight", .plain, row: 7, column: 0)
    }

    @Test("what is written over half of a wide cell clears the other half")
    func mend() {
        var frame = Frame(size: Size(columns: 4, rows: 1))
        frame.put("\u{82D4}\u{82D4}", .plain, row: 0, column: 0)
        frame.put("x", .plain, row: 0, column: 1)
        #expect(frame.text(row: 0) == " x\u{82D4}")
        frame.put("\u{306F}", .plain, row: 0, column: 1)
        #expect((0..<4).map { frame[0, $0].width } == [1, 2, 0, 1])
    }

    @Test(
        "the runs of a difference turn the old frame into the new one, and cut no wide cell",
        arguments: 0..<200)
    func diff(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        let size = Size(
            columns: Int.random(in: 1...30, using: &random), rows: Int.random(in: 1...6, using: &random))
        var old = Self.scribble(Frame(size: size), &random)
        let new = Self.scribble(Bool.random(using: &random) ? old : Frame(size: size), &random)
        for run in new.runs(since: old) {
            #expect(run.cells.first?.width != 0)
            #expect(run.column + run.cells.count <= size.columns)
            old.apply(run)
        }
        #expect(old.cells == new.cells)
        #expect(new.runs(since: new).isEmpty)
    }

    private static func scribble(_ frame: Frame, _ random: inout SeededGenerator) -> Frame {
        var frame = frame
        for _ in 0..<12 {
            let text = WrappedTextTests.pieces.randomElement(using: &random) ?? ""
            let style = Style(ColorRole.allCases.randomElement(using: &random) ?? .text)
            frame.put(
                text, style, row: Int.random(in: 0..<frame.size.rows, using: &random),
                column: Int.random(in: 0..<frame.size.columns, using: &random))
        }
        return frame
    }

    @Test("nothing of the palette is blue, and mono has no colour at all")
    func palette() {
        for color in ColorRole.allCases {
            for background in BackgroundRole.allCases {
                let style = Style(color, on: background)
                #expect(Palette(.mono).terminalStyle(of: style).foreground == nil)
                #expect(Palette(.mono).terminalStyle(of: style).background == nil)
                for depth in [ColourDepth.eight, .sixteen] {
                    let colour = Palette(depth).terminalStyle(of: style).foreground
                    #expect(colour != 4 && colour != 12 && colour ?? 0 < (depth == .eight ? 8 : 16))
                }
            }
        }
    }

    @Test(
        "what a terminal can show follows from its environment",
        arguments: [
            (["TERM": "xterm-256color", "LANG": "C.UTF-8"], 256, GlyphTier.rich, ColourDepth.indexed),
            (["TERM": "linux", "LANG": "de_DE.UTF-8"], 8, .console, .eight),
            (["TERM": "vt220", "LANG": "C.UTF-8"], 0, .console, .mono),
            (["TERM": "xterm", "LANG": "C"], 8, .ascii, .eight),
            (["TERM": "xterm", "LANG": "en_US.UTF-8", "LC_ALL": "C"], 8, .ascii, .eight),
            (
                ["TERM": "xterm", "LC_CTYPE": "en_US.utf8", "LANG": "C", "NO_COLOR": "1"], 16, .rich, .mono
            ),
            (["TERM": "xterm", "LANG": "C.UTF-8", "NO_COLOR": ""], 16, .rich, .sixteen),
            (["TERM": "dumb", "LANG": "C.UTF-8"], 0, .ascii, .mono),
        ])
    func capabilities(
        environment: [String: String], colours: Int, tier: GlyphTier, depth: ColourDepth
    ) {
        let capabilities = Capabilities(environment: environment, terminalColours: colours)
        #expect(capabilities == Capabilities(glyphs: tier, colours: depth))
        #expect(
            Capabilities(environment: environment, terminalColours: colours, forceASCII: true).glyphs
                == .ascii)
    }
}
