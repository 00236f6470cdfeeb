import Testing

@testable import SpeechText

@Suite("What of an answer is said") struct SpokenAnswerTests {
    private func said(_ events: [SpokenAnswer.Event], mayBeReplaced: Bool = true) -> [String] {
        var answer = SpokenAnswer(language: "en-us", mayBeReplaced: mayBeReplaced)
        return events.flatMap { answer.handle($0) }.map { effect in
            switch effect {
            case .forget: "(forget)"
            case .say(let clauses): clauses.map { "\($0.text)\($0.end.rawValue)" }.joined(separator: " ")
            }
        }
    }

    @Test("the first clause is said while the draft is written, the rest when it stands")
    func draft() {
        let events: [SpokenAnswer.Event] = [
            .drafted("It is Edinburgh, I think"), .drafted(". The castle"), .drafted(" is old. "),
            .finished("It is Edinburgh, I think. The castle is old.", isRemote: false),
        ]
        #expect(said(events) == ["It is Edinburgh,", "I think.", "The castle is old."])
    }

    @Test("a draft that is handed over is said no further than its first clause, and the cloud is announced")
    func handedOver() {
        let events: [SpokenAnswer.Event] = [
            .drafted("It is Glasgow. Or so. Or not. "), .handedOver, .drafted("late"), .received("It is "),
            .received("Edinburgh. Since 1437, "), .received("in fact"),
            .finished("It is Edinburgh. Since 1437, in fact", isRemote: true),
        ]
        #expect(
            said(events) == [
                "It is Glasgow.", "(forget)", "from the cloud:", "It is Edinburgh.", "Since 14 37, in fact.",
            ])
    }

    @Test(
        "a draft that nobody can replace is said sentence by sentence, and what is taken back and written anew is said anew"
    )
    func streamed() {
        let events: [SpokenAnswer.Event] = [
            .drafted("It is Edinburgh, I think. The"), .drafted(" castle is old. It"), .drafted(" stands."),
        ]
        let text = "It is Edinburgh, I think. The castle is old. It stands."
        let sentences = ["It is Edinburgh,", "I think.", "The castle is old.", "It stands."]
        #expect(said(events, mayBeReplaced: false) == Array(sentences.prefix(3)))
        #expect(said(events + [.finished(text, isRemote: false)], mayBeReplaced: false) == sentences)
        #expect(
            said(
                events + [
                    .takenBack, .drafted("A lion. "), .finished("It is Edinburgh, I think. Never.", isRemote: false),
                ],
                mayBeReplaced: false) == Array(sentences.prefix(3)) + ["Never."])
        // The person hands it over all the same.
        #expect(
            said(events + [.handedOver, .received("Yes. "), .finished("Yes.", isRemote: true)], mayBeReplaced: false)
                == Array(sentences.prefix(3)) + ["(forget)", "from the cloud:", "Yes."])
    }

    @Test("a clause knows what of the answer it says")
    func source() {
        let text = "**It** costs $3, \n- said _she_. [More](http://a.b) | "
        let clauses = SpokenTextReader.clauses(of: text, language: "en-us")
        #expect(clauses.count > 2 && clauses.allSatisfy { text.contains($0.source) && !$0.source.isEmpty })
        #expect(clauses[0].text == "It costs 3 dollars" && clauses[0].source == "**It** costs $3,")
    }

    @Test("where the cloud fails, the device's answer is said after all, and its beginning not twice")
    func fallback() {
        let events: [SpokenAnswer.Event] = [
            .drafted("It is Glasgow. No"), .handedOver, .finished("It is Glasgow. No more.", isRemote: false),
        ]
        #expect(said(events) == ["It is Glasgow.", "(forget)", "No more."])
    }

    @Test("answers that were computed or kept are said whole; no answer is silence")
    func other() {
        #expect(said([.finished("2 + 2 = 4.", isRemote: false)]) == ["2 plus 2 equals 4."])
        #expect(said([.finished("", isRemote: false)]).isEmpty)
        #expect(
            said([
                .drafted("Well"), .takenBack, .drafted("No, never again. "),
                .finished("No, never again.", isRemote: false),
            ]) == ["No,", "never again."])
    }
}
