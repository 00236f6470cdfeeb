public import AssistantCore

/// A kept conversation as the list on the screen shows it.
public struct ListedConversation: Sendable, Hashable {
    public var id: ConversationID
    public var title: String
    /// When something was last said in it, in a word or two.
    public var time: String
    public var messageCount: Int
    /// The words that were found in it; empty where none were looked for, or its title has them.
    public var excerpt: String

    public init(id: ConversationID, title: String, time: String, messageCount: Int, excerpt: String = "") {
        self.id = id
        self.title = title
        self.time = time
        self.messageCount = messageCount
        self.excerpt = excerpt
    }
}

/// A kept conversation, to be gone on with.
public struct OpenedConversation: Sendable, Hashable {
    public var id: ConversationID
    public var title: String
    /// In the order in which they were said, drafts included.
    public var messages: [StoredMessage]

    public init(id: ConversationID, title: String, messages: [StoredMessage]) {
        self.id = id
        self.title = title
        self.messages = messages
    }
}

/// Facts that a person asked for, a line each.
public struct Report: Sendable, Hashable {
    public var title: String
    /// Empty lines part groups.
    public var lines: [String]

    public init(title: String, lines: [String]) {
        self.title = title
        self.lines = lines
    }
}

/// What a ``Report`` can be about.
public enum ReportSubject: String, Sendable, Hashable, CaseIterable {
    case model, cost, audit
}
