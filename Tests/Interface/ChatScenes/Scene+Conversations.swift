internal import AssistantCore
internal import ChatUI

/// Moments with the conversations that are kept.
extension Scene {
    func playConversations(_ stage: inout Stage) {
        stage.exchange(Self.mossQuestion, Self.mossAnswer)
        stage.act(.titled(ConversationID(7), Self.mossQuestion))
        switch self {
        case .resumed:
            stage.press(.character("o"), .control)
            stage.act(.conversations(Self.kept, for: ""))
            stage.press(.down)
            stage.press(.enter)
            stage.act(.opened(Self.boats))
        case .report:
            stage.press(.character("c"), .alt)
            stage.act(.report(Self.money))
        default:
            stage.press(.character("o"), .control)
            stage.type("tide")
            stage.act(.conversations(Self.kept, for: "tide"))
            if self == .deleting {
                stage.press(.down)
                stage.press(.character("d"), .control)
            }
        }
    }

    private static let kept = [
        ListedConversation(id: ConversationID(7), title: mossQuestion, time: "14:15", messageCount: 2),
        ListedConversation(
            id: ConversationID(3), title: "When do the boats leave?", time: "2026-11-21", messageCount: 4,
            excerpt: "the ferry waits for the tide, which is at"),
        ListedConversation(
            id: ConversationID(2),
            title: "\u{82D4}\u{306F}\u{3069}\u{3061}\u{3089}\u{306B}\u{751F}\u{3048}\u{307E}\u{3059}\u{304B}",
            time: "2026-11-02", messageCount: 18),
    ]

    private static let boats: OpenedConversation = {
        func message(
            _ number: Int64, _ role: Role, _ text: String, _ state: MessageState = .complete, _ origin: Origin? = nil
        ) -> StoredMessage {
            StoredMessage(
                id: MessageID(number), conversation: ConversationID(3), message: Message(role, text),
                createdAt: Timestamp(millisecondsSince1970: 0), state: state, origin: origin,
                figures: origin == nil ? nil : AnswerFigures(generatedTokens: 9, confidence: 0.91))
        }
        return OpenedConversation(
            id: ConversationID(3), title: "When do the boats leave?",
            messages: [
                message(1, .user, "When do the boats leave?"),
                message(2, .assistant, "The ferry waits for", .draft, .local),
                message(3, .assistant, "The ferry waits for the tide, which is at six.", .complete, .cloud),
                message(4, .user, "And back?"), message(5, .assistant, "In the", .stopped, .local),
            ])
    }()

    private static let money = Report(
        title: "what the cloud has cost",
        lines: [
            "the last 30 days: $0.0042 in 3 requests", "", "by day (UTC)", "  2026-11-23  $0.0031 in 2 requests",
            "  2026-11-20  $0.0011 in 1 request", "", "by model",
            "  nvidia/Nemotron-3-Super-120B-A12B  $0.0042 in 3 requests",
        ])
}
