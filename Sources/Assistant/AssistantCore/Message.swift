/// Who speaks in a conversation.
public enum Role: String, Sendable, Hashable, Codable {
    case system, user, assistant
}

/// One utterance of a conversation: what a model is given and what a person reads.
///
/// The text is exactly what was said. It may hold any Unicode scalar, control characters included: whoever shows it
/// on a terminal must neutralise them first (see ``TerminalText``).
public struct Message: Sendable, Hashable, Codable {
    public var role: Role
    public var text: String

    public init(_ role: Role, _ text: String) {
        self.role = role
        self.text = text
    }
}

/// Where an answer came from. It is set from what happened, never from what was planned.
public enum Origin: String, Sendable, Hashable, Codable {
    /// A model on this device.
    case local
    /// The store of earlier answers on this device.
    case cache
    /// A remote model.
    case cloud
}
