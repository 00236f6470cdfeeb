import AssistantCore
import Foundation
import Testing

@Suite("Exported conversations")
struct ConversationExportTests {
    private static let noon = Timestamp(millisecondsSince1970: 1_795_435_200_250)

    private func export(title: String = "Paella", _ messages: NewMessage...) -> ConversationExport {
        let conversation = Conversation(
            id: ConversationID(1), title: title, createdAt: Self.noon, updatedAt: Self.noon,
            messageCount: messages.count)
        let stored = messages.enumerated().map { index, new in
            StoredMessage(
                id: MessageID(Int64(index + 1)), conversation: ConversationID(1), message: new.message,
                createdAt: Self.noon.advanced(by: .seconds(index)), state: new.state, origin: new.origin,
                model: new.model, figures: new.figures)
        }
        return ConversationExport(conversation, stored)
    }

    @Test("Markdown shows who said what, where it came from, and its figures")
    func markdown() {
        let figures = AnswerFigures(
            generatedTokens: 34, timeToFirstToken: .microseconds(81_400), tokensPerSecond: 11.46, confidence: 0.825,
            costMicroUSD: 200, reason: "conf 0.41 < 0.80")
        let text = export(
            NewMessage(Message(.user, "How much saffron?\n\nFor four.")),
            NewMessage(Message(.assistant, "Some."), state: .draft, origin: .local, model: "smol"),
            NewMessage(Message(.assistant, "A **pinch**."), origin: .cloud, model: "nemotron", figures: figures)
        ).markdown
        #expect(
            text == """
                # Paella

                2026-11-23 12:00:00 UTC

                ## You · 2026-11-23 12:00:00 UTC

                > How much saffron?
                >
                > For four.

                ## Assistant · LOCAL smol · draft, handed over · 2026-11-23 12:00:01 UTC

                Some.

                ## Assistant · NEBIUS nemotron · 2026-11-23 12:00:02 UTC

                A **pinch**.

                *34 tokens · first after 81 ms · 11.5 tok/s · confidence 0.83 · $0.0002 · conf 0.41 < 0.80*

                """)
    }

    @Test(
        "a code block that an answer left open does not swallow what follows",
        arguments: [
            ("```swift\nlet x", "```"), ("~~~~\nx\n~~~", "~~~~"), ("```\na\n```\n````\nb\n```", "````"),
            ("   ```\nx\n", "```"), ("```swift\r\nlet x\r\n", "```"), ("```\r\na\r\n```\r\n````\r\nb\r\n```", "````"),
        ])
    func openFence(answer: String, fence: String) {
        let text = export(NewMessage(Message(.assistant, answer))).markdown
        #expect(text.hasSuffix("\n\(fence)\n"))
    }

    @Test(
        "what is no open code block is left alone",
        arguments: [
            "```\na\n```", "a ``` b", "    ```\nindented", "```a`b", "``\nx", "~~~\n```\n~~~", "```\nx\n   ```  ",
        ])
    func closedFence(answer: String) {
        let text = export(NewMessage(Message(.assistant, answer))).markdown
        #expect(text.hasSuffix("\n\(answer)\n"))
    }

    @Test("nothing in the Markdown can act on a terminal or leave its line")
    func hostile() {
        let text = export(
            title: "a\n# b\u{1B}[2J",
            NewMessage(
                Message(.user, "\u{1B}]0;title\u{7}"), model: "m\nn",
                figures: AnswerFigures(tokensPerSecond: .nan, confidence: .infinity, reason: "r\r\n*s*"))
        ).markdown
        #expect(text.hasPrefix("# a # b\u{FFFD}[2J\n"))
        #expect(!text.unicodeScalars.contains("\u{1B}"))
        #expect(text.contains("> \u{FFFD}]0;title\u{FFFD}\n"))
        #expect(text.contains("? tok/s · confidence ? · r \\*s\\*"))
    }

    @Test("joiners, marks of direction and flags are in the Markdown as they were said")
    func exact() {
        let text =
            "می\u{200C}خواهم \u{200F}, क्\u{200D}ष, 👩\u{200D}👩, ❤\u{FE0F}, \u{1F3F4}\u{E0067}\u{E007F}, \u{1F1E9}\u{1F1EA}"
        for role in [Role.user, .assistant] {
            let markdown = export(title: text, NewMessage(Message(role, text))).markdown
            #expect(
                markdown.utf8.split(separator: UInt8(ascii: "\n")).count {
                    $0.suffix(text.utf8.count).elementsEqual(text.utf8)
                } == 2)
        }
    }

    @Test("an answer that is not whole says why, in its heading")
    func stops() {
        for (word, heading) in [
            ("length", "cut at the length limit"), ("content_filter", "the rest was withheld by the provider"),
            ("abort", "ended by the server: abort"),
        ] {
            let message = NewMessage(
                Message(.assistant, "Par"), state: .stopped, origin: .cloud, figures: AnswerFigures(stop: word))
            #expect(export(message).markdown.contains("## Assistant · NEBIUS · \(heading) · "))
        }
    }

    @Test("no speed is told of fewer than eight tokens")
    func shortAnswers() {
        for (tokens, isTold) in [(7, false), (8, true)] {
            let figures = AnswerFigures(generatedTokens: tokens, tokensPerSecond: 266)
            let markdown = export(NewMessage(Message(.assistant, "a"), figures: figures)).markdown
            #expect(markdown.contains("266.0 tok/s") == isTold)
        }
    }

    @Test("an empty conversation is a title and a time")
    func empty() {
        #expect(export(title: "").markdown == "# Conversation\n\n2026-11-23 12:00:00 UTC\n")
    }

    @Test("JSON carries exact texts and every figure that is known")
    func json() throws {
        let figures = AnswerFigures(timeToFirstToken: .microseconds(81_234), confidence: .nan, costMicroUSD: 7)
        let export = export(
            NewMessage(Message(.user, "\u{1B}\0\"")),
            NewMessage(Message(.assistant, "x"), state: .stopped, origin: .cache, model: "m", figures: figures))
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(export), as: UTF8.self)
        #expect(
            text == #"""
                {"created_at":"2026-11-23T12:00:00.250Z","format":"brim-conversation-1","messages":[\#
                {"role":"user","state":"complete","text":"\u001b\u0000\"","time":"2026-11-23T12:00:00.250Z"},\#
                {"figures":{"cost_micro_usd":7,"ttft_us":81234},"model":"m","origin":"cache","role":"assistant",\#
                "state":"stopped","text":"x","time":"2026-11-23T12:00:01.250Z"}],"title":"Paella"}
                """#)
    }

    @Test("figures come back from JSON as they went")
    func figures() throws {
        let figures = AnswerFigures(
            promptTokens: 1, generatedTokens: 2, timeToFirstToken: .microseconds(3), duration: .seconds(4),
            tokensPerSecond: 5.5, confidence: 0.75, costMicroUSD: 6, reason: "r")
        let data = try JSONEncoder().encode(figures)
        #expect(try JSONDecoder().decode(AnswerFigures.self, from: data) == figures)
        #expect(try JSONDecoder().decode(AnswerFigures.self, from: Data("{}".utf8)) == AnswerFigures())
    }
}
