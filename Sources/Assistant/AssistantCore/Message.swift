/// Who speaks in a conversation.
package enum Role: String, Sendable, Hashable, Codable {
    case system, user, assistant
}

/// One utterance of a conversation: what a model is given and what a person reads.
///
/// The text is exactly what was said. It may hold any Unicode scalar, control characters included: whoever shows it
/// on a terminal must neutralise them first (see ``TerminalText``).
package struct Message: Sendable, Hashable {
    package var role: Role
    package var text: String
    /// Whether it may ever be sent to a remote model. What was said under local-only may not, and neither may an answer
    /// that was made from it, whatever the lock is later.
    package var mayLeave: Bool
    /// What it is about, for a remote model: none of this device can see.
    package var picture: Picture?

    package init(_ role: Role, _ text: String, mayLeave: Bool = true) {
        self.role = role
        self.text = text
        self.mayLeave = mayLeave
    }
}

/// Where an answer came from. It is set from what happened, never from what was planned.
package enum Origin: String, Sendable, Hashable, Codable {
    /// A model on this device.
    case local
    /// The store of earlier answers on this device.
    case cache
    /// A remote model.
    case cloud
}
