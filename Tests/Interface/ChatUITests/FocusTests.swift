import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

@Suite("Messages that the keys are about")
struct FocusTests {
    private static let size = Size(columns: 100, rows: 40)

    private static func answered(_ count: Int = 1) -> Stage {
        var stage = Stage(size)
        stage.ready()
        for number in 1...count {
            stage.exchange("Question \(number)?", "Answer \(number), `code`.\n```\nlet \(number)\n```\n")
        }
        return stage
    }

    @Test("Tab goes from the line to the newest answer and back; so does Esc, which stops nothing then")
    func tab() {
        var stage = Self.answered(2)
        stage.press(.tab)
        #expect(stage.state.transcript.selected == 3)
        stage.press(.tab)
        #expect(stage.state.transcript.selected == nil)
        stage.ask("And?")
        stage.stream("so far")
        stage.press(.tab)
        #expect(stage.press(.escape).isEmpty && stage.state.isAnswering)
        #expect(stage.press(.escape) == [.stopAnswer])
    }

    @Test("Up and Down go from message to message, and past the newest one back to the line")
    func walk() {
        var stage = Self.answered(2)
        stage.press(.tab)
        for index in [2, 1, 0, 0] {
            stage.press(.up)
            #expect(stage.state.transcript.selected == index)
        }
        for _ in 0..<4 { stage.press(.down) }
        #expect(stage.state.transcript.selected == nil && stage.state.transcript.isAtEnd)
    }

    @Test("a chosen message is in view, marked, and has the cursor")
    func marked() throws {
        var stage = Stage(Size(columns: 80, rows: 20))
        stage.ready()
        for number in 1...9 { stage.exchange("Question \(number)?", "Answer \(number).") }
        stage.press(.tab)
        for _ in 0..<13 {
            stage.press(.up)
            let frame = stage.state.render(Capabilities())
            let cursor = try #require(frame.cursor)
            #expect(frame[cursor.row, cursor.column].text == ">")
        }
    }

    @Test("Enter unfolds an answer's figures one by one, and folds them again; each was measured")
    func unfold() {
        var stage = Self.answered()
        #expect(!stage.screen.contains("from sending to the first token"))
        stage.press(.tab)
        stage.press(.enter)
        for words in [
            "time      2026-11-28 15:07", "first     210 ms from sending", "speed     4", "prompt    38 tokens read",
            "sure      prob 0.", "cost      nothing, made on this device", "tokens    ", "none a guess",
        ] {
            #expect(stage.screen.contains(words), "\(words)")
        }
        stage.press(.enter)
        #expect(!stage.screen.contains("from sending to the first token"))
    }

    @Test("the command unfolds the last answer; what has no figures says so")
    func command() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.press(.character("i"), .alt)
        #expect(stage.screen.contains("there is no answer yet"))
        stage.ask("Why?")
        stage.stream("So")
        stage.press(.character("i"), .alt)
        #expect(stage.screen.contains("its figures come when it has ended"))
        stage.end()
        stage.type("/details")
        stage.press(.enter)
        #expect(stage.screen.contains("from sending to the first token"))
        stage.press(.tab)
        stage.press(.up)
        stage.press(.enter)
        #expect(stage.screen.contains("only answers have figures"))
    }

    @Test("words that the model guessed are named")
    func doubtful() {
        var stage = Stage(Self.size)
        stage.ready()
        stage.ask("Capital?")
        for (text, probability) in [("The", -0.1), (" capital", -0.05), (" is", -0.02), (" Aarhus", -1.6)] {
            let token = GeneratedToken(
                id: 1, text: text, logProbability: Float(probability), entropy: 0.5, margin: 0.5)
            stage.act(.turn(.local(.token(token))), after: .milliseconds(20))
        }
        stage.end()
        stage.press(.character("i"), .alt)
        #expect(stage.screen.contains("1 of 4 guesses"))
        #expect(stage.screen.contains("unsure of \"Aarhus\" 0.20"))
    }

    @Test("F7 and F8 copy the chosen message and its code, else those of the last answer")
    func copy() {
        var stage = Self.answered(2)
        #expect(stage.press(.function(8)) == [.copy("let 2")])
        stage.press(.tab)
        stage.press(.up)
        #expect(stage.press(.function(7)) == [.copy("Question 2?")])
        stage.press(.up)
        #expect(stage.press(.function(8)) == [.copy("let 1")])
    }

    @Test("who types writes, wherever the keys were")
    func typing() {
        var stage = Self.answered()
        stage.press(.tab)
        stage.type("Why")
        #expect(stage.state.editor.text == "Why" && stage.state.transcript.selected == nil)
        stage.press(.tab)
        stage.act(.input(.paste("?")))
        #expect(stage.state.editor.text == "Why?" && stage.state.transcript.selected == nil)
    }

    @Test("a message that is put before the chosen one does not change which is chosen")
    func inserted() {
        var stage = Self.answered()
        stage.ask("Next?")
        stage.press(.tab)
        #expect(stage.state.transcript.selected == 3)
        stage.act(.turn(.local(.contextTrimmed(droppedMessages: 2))))
        #expect(stage.state.transcript.selected == 4)
    }

    @Test("F1 helps over any panel, and gives back what it covered")
    func help() {
        var stage = Self.answered()
        stage.type("/co")
        stage.press(.function(1))
        #expect(stage.screen.contains(" keys "))
        stage.press(.escape)
        #expect(stage.screen.contains("/cost"))
    }
}
