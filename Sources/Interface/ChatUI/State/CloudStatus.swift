public import AssistantCore

/// How the cloud stands at this moment, as the header and the status line show it.
public struct CloudStatus: Sendable, Hashable {
    public enum Access: Sendable, Hashable {
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

    public var access: Access
    /// Local-only: nothing leaves the device, whatever ``access`` is.
    public var isLocked: Bool
    /// What was spent; `nil` where nobody has counted.
    public var money: MoneyStanding?
    /// From this probability on a local answer is kept; `nil` where nobody said.
    public var threshold: Double?

    /// Whether it may be asked now.
    var mayAnswer: Bool {
        if case .open = access { !isLocked } else { false }
    }

    public init(
        _ access: Access = .unknown, isLocked: Bool = false, threshold: Double? = nil, money: MoneyStanding? = nil
    ) {
        self.money = money
        self.access = access
        self.isLocked = isLocked
        self.threshold = threshold
    }
}

/// What would leave the device if the last question were handed to the cloud: exactly that, with what is replaced
/// marked.
public struct Outgoing: Sendable, Hashable {
    public enum Segment: Sendable, Hashable {
        case plain(String)
        /// This goes in place of something personal, which stays.
        case placeholder(String)
    }

    public struct Message: Sendable, Hashable {
        public var role: Role
        public var segments: [Segment]

        public init(_ role: Role, _ segments: [Segment]) {
            self.role = role
            self.segments = segments
        }
    }

    /// Where it would go.
    public var endpoint: String
    public var model: String?
    public var messages: [Message]
    /// What it could cost at most; `nil` where nobody knows.
    public var worstCase: Money?
    /// To send it means to allow this endpoint, which has not been done yet.
    public var needsConsent: Bool
    /// Why it cannot go, a sentence; `nil` where it can.
    public var obstacle: String?

    public init(
        endpoint: String, model: String? = nil, messages: [Message], worstCase: Money? = nil,
        needsConsent: Bool = false, obstacle: String? = nil
    ) {
        self.endpoint = endpoint
        self.model = model
        self.messages = messages
        self.worstCase = worstCase
        self.needsConsent = needsConsent
        self.obstacle = obstacle
    }

    /// Placeholders in it.
    var redactions: Int {
        messages.reduce(0) { count, message in
            count + message.segments.count { if case .placeholder = $0 { true } else { false } }
        }
    }
}
