import AssistantCore
import Testing

@testable import Routing

@Suite("Redaction of a conversation")
struct RedactorTests {
    private func texts(_ redacted: [RedactedMessage]) -> [String] { redacted.map(\.content.text) }

    @Test("The same text has the same placeholder in all of the conversation, numbered in order")
    func stable() {
        var redactor = Redactor()
        let first = [Message(.user, "Mail ann@example.org and bob@example.org, not ann@example.org")]
        #expect(texts(redactor.redact(first)) == ["Mail <EMAIL_1> and <EMAIL_2>, not <EMAIL_1>"])
        let second = first + [Message(.assistant, "Done."), Message(.user, "Now eve@example.org and bob@example.org")]
        #expect(
            texts(redactor.redact(second)) == [
                "Mail <EMAIL_1> and <EMAIL_2>, not <EMAIL_1>", "Done.", "Now <EMAIL_3> and <EMAIL_2>",
            ])
    }

    @Test("What was found once is found again without its context, in earlier messages too")
    func known() {
        var redactor = Redactor()
        let messages = [
            Message(.user, "Anna Schmidt called 5551234."), Message(.user, "my name is Anna Schmidt, tel 5551234"),
            Message(.assistant, "Hello Anna Schmidt! Annabel Anna Schmidtke"),
        ]
        #expect(
            texts(redactor.redact(messages)) == [
                "<NAME_1> called <PHONE_1>.", "my name is <NAME_1>, tel <PHONE_1>",
                "Hello <NAME_1>! Annabel Anna Schmidtke",
            ])
    }

    @Test("The user's own text that looks like a placeholder comes back as it was")
    func literals() {
        var redactor = Redactor()
        let messages = [Message(.user, "What is <EMAIL_1>? Mail ann@example.org, &lt;EMAIL_1&gt;")]
        let redacted = redactor.redact(messages)
        #expect(texts(redacted) == ["What is <LITERAL_1>? Mail <EMAIL_1>, <LITERAL_2>"])
        #expect(redacted[0].content.redactionCount == 1)
        var restorer = redactor.restorer
        #expect(restorer.restore(redacted[0].content.text) + restorer.finish() == messages[0].text)
    }

    @Test("Restoring what was redacted gives the same bytes, for the whole corpus at once")
    func roundTrip() {
        var corpus = PIICorpus(seed: 99)
        let messages = corpus.lines(12).map { Message(.user, $0.text) }
        var redactor = Redactor()
        let redacted = redactor.redact(messages)
        var restorer = redactor.restorer
        var count = 0
        for (message, redaction) in zip(messages, redacted) {
            let meant = redaction.content.original
            #expect(Array(meant.utf8) == Array(message.text.utf8))
            let restored = restorer.restore(redaction.content.text) + restorer.finish()
            #expect(Array(restored.utf8) == Array(message.text.utf8))
            count += redaction.content.redactionCount
        }
        #expect(count >= messages.count / 2)
    }

    @Test("Nothing that was found is in what leaves")
    func nothingLeaks() {
        var corpus = PIICorpus(seed: 5)
        let lines = corpus.lines(12).filter { $0.value != nil }
        var redactor = Redactor()
        let redacted = redactor.redact(lines.map { Message(.user, $0.text) })
        for (line, redaction) in zip(lines, redacted) {
            #expect(line.value.map { !redaction.content.text.contains($0) } == true, "\(line.text)")
        }
    }

    @Test("The preview names kind, placeholder and original of each redaction")
    func preview() {
        var redactor = Redactor()
        let redacted = redactor.redact([Message(.user, "to ann@example.org.")])
        #expect(
            redacted == [
                RedactedMessage(
                    role: .user,
                    content: RedactedText(segments: [
                        .plain("to "),
                        .redacted(.email, placeholder: "<EMAIL_1>", original: "ann@example.org"), .plain("."),
                    ]))
            ])
    }

    @Test("Many known values that begin alike do not make the search slow, nor an empty conversation anything")
    func limits() {
        var redactor = Redactor()
        #expect(redactor.redact([]).isEmpty)
        let names = (0..<400).map { "Mr Anna A" + String(repeating: "b", count: $0 % 30 + 1) }.joined(separator: ", ")
        let text = names + String(repeating: " Anna", count: 20_000)
        let redacted = redactor.redact([Message(.user, text)])
        #expect(redacted[0].content.original == text)
    }
}
