package import AssistantCore

/// A kept conversation as the list on the screen shows it.
package struct ListedConversation: Sendable, Hashable {
    package var id: ConversationID
    package var title: String
    /// When something was last said in it, in a word or two.
    package var time: String
    package var messageCount: Int
    /// The words that were found in it; empty where none were looked for, or its title has them.
    package var excerpt: String

    package init(id: ConversationID, title: String, time: String, messageCount: Int, excerpt: String = "") {
        self.id = id
        self.title = title
        self.time = time
        self.messageCount = messageCount
        self.excerpt = excerpt
    }
}

/// A kept conversation, to be gone on with.
package struct OpenedConversation: Sendable, Hashable {
    package var id: ConversationID
    package var title: String
    /// In the order in which they were said, drafts included.
    package var messages: [StoredMessage]

    package init(id: ConversationID, title: String, messages: [StoredMessage]) {
        self.id = id
        self.title = title
        self.messages = messages
    }
}

/// Facts that a person asked for, a line each.
package struct Report: Sendable, Hashable {
    package var title: String
    /// Empty lines part groups.
    package var lines: [String]

    package init(title: String, lines: [String]) {
        self.title = title
        self.lines = lines
    }
}

/// What a ``Report`` can be about.
package enum ReportSubject: String, Sendable, Hashable, CaseIterable {
    case model, cost, audit
}
