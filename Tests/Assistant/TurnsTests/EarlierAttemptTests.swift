import AssistantCore
import Testing

@testable import Turns

/// What was answered to the same question before.
@Suite struct EarlierAttemptTests {
    private static let before: [Message] = [
        Message(.user, "Who wrote Emma?"), Message(.assistant, "It is Jane Austen."),
        Message(.user, "Name three rivers in Africa."), Message(.assistant, "Nile, Congo, Niger."),
        Message(.assistant, "And the Zambezi."),
    ]

    private func context(before: [Message] = before, asking prompt: String) -> [String] {
        var request = TurnRequest(context: before, prompt: prompt)
        request.leaveOutEarlierAttempts()
        return request.context.map(\.text)
    }

    @Test(
        "A question that is asked once more is answered without its earlier answers, and with everything else",
        arguments: ["Name three rivers in Africa.", "name three rivers  in Africa", "NAME THREE RIVERS IN AFRICA!"])
    func same(_ prompt: String) {
        #expect(context(asking: prompt) == ["Who wrote Emma?", "It is Jane Austen."])
    }

    @Test("Another question has all of the conversation")
    func other() { #expect(context(asking: "Name three rivers in Asia.") == Self.before.map(\.text)) }

    @Test(
        "What goes on from the last answer keeps it, however often it is said",
        arguments: [
            "Continue.", "And then?", "Tell me another joke please.", "Noch einen Witz bitte, ja?", "Weiter so!",
        ])
    func continuing(_ prompt: String) {
        let before = Self.before + [Message(.user, prompt), Message(.assistant, "Well.")]
        #expect(context(before: before, asking: prompt) == before.map(\.text))
    }
}
