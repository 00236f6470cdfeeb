internal import AssistantCore

/// What time it is.
enum Clock {
    private static let questions = [
        "what time is it right? now|here?", "what is the? current|local? time right? now|here?",
        "the? current|local? time",
        "what is the? time here right? now?",
    ].map(Phrase.init)

    static func answer(_ question: Question, now: Timestamp) -> ExactAnswer? {
        guard Self.questions.contains(where: { $0.match(question.tokens) { _, _ in false } != nil }) else { return nil }
        let minutes = now.millisecondsSince1970.floorDivided(by: 60_000)
        let minute = minutes - minutes.floorDivided(by: 1_440) * 1_440
        return ExactAnswer(.clock, "It is \((minute / 60).padded(to: 2)):\((minute % 60).padded(to: 2)).")
    }
}
