package import AssistantCore
internal import ChatUI

extension Scene {
    /// Two sentences that stand in documents, and one that does not.
    package static let poolAnswer = "It opens at seven. Dogs stay outside. Towels cost two euros."
    package static let poolCitations = [
        Citation(
            "The pool opens at seven on weekdays.",
            of: Passage(
                collection: "town", document: "pool.pdf", heading: "Opening hours", page: 2,
                text: "The pool was built in 1931. The pool opens at seven on weekdays. On Sundays it is closed.",
                staysHome: true), number: 1),
        Citation(
            of: Passage(collection: "town", document: "rules.md", heading: "Animals", text: "Dogs stay outside."),
            number: 2),
    ]

    package static var poolSupport: AnswerSupport {
        var support = AnswerSupport()
        support.citations = poolCitations
        support.marks = [.init(18..<18, 1), .init(37..<37, 2), .init(60..<60, nil)]
        (support.sentences, support.unsupported) = (3, 1)
        return support
    }

    func playCited(_ stage: inout Stage) {
        stage.ask("When does the pool open?")
        stage.stream(Self.poolAnswer)
        var outcome = TurnOutcome(.complete, origin: .local, decision: RouteDecision(.local, []))
        outcome.text = Self.poolAnswer
        outcome.support = Self.poolSupport
        stage.act(.turn(.finished(outcome)), after: .milliseconds(20))
        stage.press(.tab)
        stage.press(.down)
        if self == .passage { stage.press(.enter) }
    }
}
