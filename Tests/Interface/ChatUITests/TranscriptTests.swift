import TestSupport
import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

struct TranscriptTests {
    private static let size = Size(columns: 80, rows: 24)

    private static func rows(_ stage: Stage) -> [String] {
        let frame = stage.state.render(Capabilities())
        return stage.state.layout.transcript.map { frame.text(row: $0) }
    }

    private static func long(_ count: Int = 40) -> Stage {
        var stage = Stage(size)
        stage.ready()
        for number in 0..<count {
            stage.exchange("question \(number)", "answer \(number)\nwith a second line")
        }
        return stage
    }

    @Test("the newest row is at the bottom, until the view is moved")
    func follow() {
        let rows = Self.rows(Self.long())
        #expect(rows.last?.contains("LOCAL") == true)
        #expect(rows.contains { $0.contains("answer 39") })
    }

    @Test("a view that was scrolled back stays put while text streams, and says that there is more")
    func stays() {
        var stage = Self.long()
        stage.ask("and now?")
        stage.stream("some words")
        stage.press(.pageUp)
        let before = Self.rows(stage)
        stage.stream(String(repeating: "many words ", count: 200))
        #expect(Self.rows(stage) == before)
        let frame = stage.state.render(Capabilities())
        #expect(frame.text(row: 19).contains("\u{2193} more, and still answering"))
        stage.press(.end)
        #expect(Self.rows(stage).last?.contains("answering") == true)
    }

    @Test("a page back and a page forth is where it began; the ends hold")
    func pages() {
        var stage = Self.long()
        stage.press(.pageUp)
        let middle = Self.rows(stage)
        stage.press(.pageUp)
        stage.press(.pageDown)
        #expect(Self.rows(stage) == middle)
        stage.press(.home)
        #expect(Self.rows(stage).first?.contains("question 0") == true)
        stage.press(.pageUp)
        #expect(Self.rows(stage).first?.contains("question 0") == true)
        for _ in 0..<40 { stage.press(.pageDown) }
        #expect(stage.state.transcript.isAtEnd)
    }

    @Test("every row comes by when scrolling line by line, in order and once")
    func continuous() {
        var stage = Self.long(6)
        stage.press(.home)
        var seen = Self.rows(stage)
        while !stage.state.transcript.isAtEnd {
            stage.press(.down, .control)
            seen.append(Self.rows(stage).last ?? "")
        }
        let questions = seen.filter { $0.contains("question") }
        #expect(questions.count == 6)
        #expect(zip(questions, 0..<6).allSatisfy { $0.contains("question \($1)") })
    }

    @Test("the text at the top of the view stays at the top when the screen changes")
    func resize() {
        var stage = Stage(Self.size)
        stage.ready()
        let words = (0..<400).map { "word\($0)" }.joined(separator: " ")
        stage.exchange("long", words)
        for _ in 0..<1 { stage.press(.pageUp) }
        let first = Self.rows(stage).first?.split(separator: " ").first { $0.hasPrefix("word") }
        for columns in [60, 100, 44, 80] {
            stage.act(.resized(Size(columns: columns, rows: 24)))
            let top = Self.rows(stage).prefix(1).joined()
            #expect(top.split(separator: " ").contains { $0 == first ?? "" }, "\(columns)")
        }
    }

    @Test("a conversation of 10,000 lines costs what is seen of it")
    func long() {
        var stage = Stage(Self.size)
        stage.ready()
        let answer = (0..<20).map { "line \($0)" }.joined(separator: "\n")
        for _ in 0..<500 {
            stage.act(.notice(Notice(.information, answer)))
        }
        stage.act(.resized(Size(columns: 100, rows: 30)))
        #expect(stage.state.transcript.layoutCount < 5)
        stage.press(.home)
        #expect(stage.state.transcript.layoutCount < 8)
        stage.press(.pageDown)
        #expect(stage.state.transcript.layoutCount < 10)
    }

    @Test("a random walk through scrolling, sizes and text keeps the layout whole", arguments: 0..<10)
    func walk(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var stage = Self.long(5)
        stage.ask("go on")
        for _ in 0..<150 {
            switch Int.random(in: 0..<8, using: &random) {
            case 0: stage.press(.pageUp)
            case 1: stage.press(.pageDown)
            case 2: stage.press(.up, .control)
            case 3: stage.press(.down, .control)
            case 4:
                stage.act(
                    .resized(
                        Size(
                            columns: Int.random(in: 40...120, using: &random),
                            rows: Int.random(in: 10...40, using: &random))))
            case 5: stage.press(Bool.random(using: &random) ? .home : .end)
            default:
                stage.act(.turn(.text(WrappedTextTests.pieces.randomElement(using: &random) ?? "")))
            }
            let transcript = stage.state.transcript
            let height = stage.state.layout.transcript.count
            #expect(transcript.view.count <= height)
            // A view that is not full shows the whole conversation.
            if transcript.view.count < height { #expect(transcript.view.first?.entry == 0) }
            _ = stage.state.render(Capabilities())
        }
    }
}

struct EmptyTranscriptTests {
    @Test("Home in an empty conversation leaves nothing behind that another size would trip over")
    func home() {
        var stage = Stage(Size(columns: 80, rows: 24))
        stage.ready()
        stage.press(.home)
        stage.act(.resized(Size(columns: 60, rows: 15)))
        #expect(stage.state.transcript.isAtEnd)
    }
}
