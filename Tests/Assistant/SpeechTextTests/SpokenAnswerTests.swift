import Testing

@testable import SpeechText

@Suite("What of an answer is said") struct SpokenAnswerTests {
    private func said(_ events: [SpokenAnswer.Event]) -> [String] {
        var answer = SpokenAnswer(language: "en-us")
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
