package import AssistantCore

/// How the cloud stands at this moment, as the header and the status line show it.
package struct CloudStatus: Sendable, Hashable {
    package enum Access: Sendable, Hashable {
        /// Nothing is known yet.
        case unknown
        /// There is no way to it; a few words such as `no key`.
        case unavailable(String)
        /// The operator has not allowed it yet.
        case notAllowed
        /// It may not be asked now: `budget used up`, `cloud down`; for how long, where that is known.
        case barred(String, for: Duration? = nil)
        /// It may be asked; with a few words where there is something to say.
        case open(String = "")
    }

    package var access: Access
    /// Local-only: nothing leaves the device, whatever ``access`` is.
    package var isLocked: Bool
    /// What was spent; `nil` where nobody has counted.
    package var money: SpendingState?
    /// From this probability on a local answer is kept; `nil` where nobody said.
    package var threshold: Double?

    /// Whether it may be asked now.
    package var mayAnswer: Bool {
        if case .open = access { !isLocked } else { false }
    }

    package init(
        _ access: Access = .unknown, isLocked: Bool = false, threshold: Double? = nil, money: SpendingState? = nil
    ) {
        self.money = money
        self.access = access
        self.isLocked = isLocked
        self.threshold = threshold
    }
}

/// What would leave the device if the last question were handed to the cloud: exactly that, with what is replaced
/// marked.
package struct Outgoing: Sendable, Hashable {
    package enum Segment: Sendable, Hashable {
        case plain(String)
        /// This goes in place of something personal, which stays.
        case placeholder(String)
    }

    package struct Message: Sendable, Hashable {
        package var role: Role
        package var segments: [Segment]

        package init(_ role: Role, _ segments: [Segment]) {
            self.role = role
            self.segments = segments
        }
    }

    /// Where it would go.
    package var endpoint: String
    package var model: String?
    package var messages: [Message]
    /// What it could cost at most; `nil` where nobody knows.
    package var worstCase: Money?
    /// To send it means to allow this endpoint, which has not been done yet.
    package var needsConsent: Bool
    /// Why it cannot go, a sentence; `nil` where it can.
    package var obstacle: String?
    /// How much of a document is in it; `nil` where none came with the question.
    package var share: DocumentShare?

    package init(
        endpoint: String, model: String? = nil, messages: [Message], worstCase: Money? = nil,
        needsConsent: Bool = false, obstacle: String? = nil, share: DocumentShare? = nil
    ) {
        self.endpoint = endpoint
        self.model = model
        self.messages = messages
        self.worstCase = worstCase
        self.needsConsent = needsConsent
        self.obstacle = obstacle
        self.share = share
    }

    /// Placeholders in it.
    var redactions: Int {
        messages.reduce(0) { count, message in
            count + message.segments.count { if case .placeholder = $0 { true } else { false } }
        }
    }
}
