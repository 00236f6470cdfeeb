import AssistantCore
import Testing

@testable import LocalInference

@Suite("Answers of the conversation") struct EarlierAnswersTests {
    private static let story =
        "Once upon a time there was a keeper who lived in a tall lighthouse by the sea and loved the storms."

    private func answers(to request: String) -> EarlierAnswers {
        EarlierAnswers(
            .chat([
                Message(.user, "Write a story."), Message(.assistant, Self.story + "\n"), Message(.user, "Thanks."),
                Message(.assistant, "You are welcome."), Message(.user, request),
            ]))
    }

    @Test("An answer that was given before is found, whole or cut; a short one, a beginning and another are not")
    func found() {
        let answers = answers(to: "Give her a name.")
        #expect(answers.contain(Self.story, isWhole: true))
        #expect(answers.contain("\n" + Self.story.prefix(80), isWhole: false))
        // It came to its end there, and says less than the earlier one.
        #expect(!answers.contain(String(Self.story.prefix(80)), isWhole: true))
        #expect(!answers.contain(String(Self.story.prefix(40)), isWhole: false))
        #expect(!answers.contain("You are welcome.", isWhole: true))
        #expect(!answers.contain(Self.story.replacing("keeper", with: "painter"), isWhole: true))
    }

    @Test(
        "Who asks the same again, or to hear it again, may hear it again",
        arguments: [
            "Write a story.", "Repeat that, please.", "Wiederhole das.", "The same once more!", "Noch einmal, bitte.",
            "Tell me the same thing in full.", "Encore une fois !", "Otra vez, por favor.", "请再说一遍", "もう一度お願いします",
        ])
    func again(request: String) { #expect(answers(to: request).isEmpty) }

    @Test(
        "Words such as once, same, noch and encore alone do not ask to hear it again",
        arguments: [
            "She was once a sailor: tell that.", "In the same style, write about snow.", "Was gibt es noch?",
            "Y a-t-il encore des phares ?", "Einmal war sie traurig, warum?",
        ])
    func goesOn(request: String) { #expect(!answers(to: request).isEmpty) }
}
