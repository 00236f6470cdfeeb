package import AssistantCore

/// Writes a conversation down as it happens: the question before its turn begins, the answer before anybody is told
/// that it is finished. What was on the screen as finished is then still there after a power cut.
package actor ConversationJournal {
    private let store: any ConversationStore
    private let now: @Sendable () -> Timestamp
    /// `nil` until the first question: a conversation in which nothing was said is not kept.
    package private(set) var conversation: ConversationID?
    /// The last answer that stands: what a person who judges means. `nil` where none is kept.
    package private(set) var lastAnswer: MessageID?

    package init(_ store: any ConversationStore, now: @escaping @Sendable () -> Timestamp) {
        self.store = store
        self.now = now
    }

    /// What is written from now on belongs to a new conversation, or to `conversation`, whose last answer is given.
    package func open(_ conversation: ConversationID? = nil, lastAnswer: MessageID? = nil) {
        self.conversation = conversation
        self.lastAnswer = lastAnswer
    }

    /// Returns when the question would survive a power cut. Throws what the store throws.
    ///
    /// - Parameter mayLeave: as in ``AssistantCore/Message/mayLeave``; so in ``answer(_:mayLeave:)``.
    package func question(_ text: String, mayLeave: Bool) async throws {
        let id: ConversationID
        if let conversation {
            id = conversation
        } else {
            id = try await store.create(title: Self.title(for: text), at: now()).id
            conversation = id
        }
        try await store.append(NewMessage(Message(.user, text, mayLeave: mayLeave)), to: id, at: now())
    }

    /// Returns when the answer, and the draft that it replaced, would survive a power cut.
    package func answer(_ outcome: TurnOutcome, mayLeave: Bool) async throws {
        guard let conversation else { return }
        lastAnswer = nil
        if !outcome.draft.isEmpty {
            try await store.append(
                NewMessage(
                    Message(.assistant, outcome.draft, mayLeave: mayLeave), state: .draft, origin: .local),
                to: conversation, at: now())
        }
        guard let origin = outcome.origin, !outcome.text.isEmpty else { return }
        let isWhole = outcome.ending == .complete
        let kept = try await store.append(
            NewMessage(
                Message(.assistant, outcome.text, mayLeave: mayLeave), state: isWhole ? .complete : .stopped,
                origin: origin,
                model: outcome.model, figures: outcome.figures),
            to: conversation, at: now())
        lastAnswer = kept.id
    }

    /// The first words of the first question, 60 characters at most.
    static func title(for question: String) -> String {
        let words = question.split(whereSeparator: \.isWhitespace)
        var title = ""
        for word in words {
            let longer = title.isEmpty ? String(word) : title + " " + word
            guard longer.count <= 60 else {
                return title.isEmpty ? String(word.prefix(59)) + "…" : title + " …"
            }
            title = longer
        }
        return title
    }
}
