public import AssistantCore
public import Routing

/// What a turn tells whoever watches it, as it happens: the screen, `brim ask`, the tests.
///
/// In this order: `route`; what a draft tells; where the turn escalates, `route` again, `escalation` and what the cloud
/// tells; one `finished`.
public enum TurnUpdate: Sendable {
    /// A decision, with its reasons. The last one before `finished` is the one that holds.
    case route(RouteDecision)
    /// So many of the oldest messages had to be left out of the local prompt.
    case contextTrimmed(droppedMessages: Int)
    case prefilling(done: Int, total: Int)
    case prefilled(PrefillStatistics)
    /// The device is answering; the confidence is what is known after this token, `nil` where nothing can be said.
    case draft(GeneratedToken, confidence: ConfidenceReading?)
    /// Another model of this device has read along: in its own tokens, which are not to be shown again.
    case scored([GeneratedToken], confidence: ConfidenceReading?)
    /// Another model of this device goes on with the draft.
    case tookOver(TakeOver)
    case draftEnded(GenerationSummary)
    /// The draft had been given up, the cloud failed, and the device answers anew: what was drafted no longer counts.
    case draftRestarted
    /// The request leaves the device now.
    case escalation(Escalation)
    case connected(CloudConnection)
    case retrying(CloudRetry)
    /// Text of the remote model's reasoning; not part of the answer.
    case reasoning(String)
    /// Text of the remote answer, with what had been redacted restored.
    case reply(String)
    case finished(TurnOutcome)
}

/// What leaves the device, and why.
public struct Escalation: Sendable, Hashable {
    public var model: String
    public var reason: RouteReason
    /// An estimate before the server has counted: four bytes a token.
    public var sentTokens: Int
    /// Placeholders that stand for personal data in what is sent.
    public var redactions: Int

    public init(model: String, reason: RouteReason, sentTokens: Int, redactions: Int) {
        self.model = model
        self.reason = reason
        self.sentTokens = sentTokens
        self.redactions = redactions
    }
}

/// How a turn ended: what the person was given, and what it took.
public struct TurnOutcome: Sendable, Hashable {
    public enum Ending: Sendable, Hashable {
        case complete
        /// The limit of tokens was reached.
        case length
        /// The person stopped it.
        case stopped
        /// The cloud's reply broke off; the sentence says why.
        case broken(String)
        /// There is no answer; the sentence says why.
        case refused(String)
    }

    /// The answer; empty where there is none.
    public var text: String
    /// Where `text` came from; `nil` where there is no answer.
    public var origin: Origin?
    public var model: String?
    public var ending: Ending
    /// The decision that held.
    public var decision: RouteDecision
    /// The local answer stands for want of a better one.
    public var isUnsure: Bool
    /// In [0, 1], of the local draft; `nil` where nothing can be said.
    public var confidence: Double?
    /// Whether `confidence` means what it says.
    public var isCalibrated = false
    /// An exact tool answered; `model` names it.
    public var isComputed = false
    /// The local draft that another answer replaced; empty where there was none.
    public var draft: String
    /// Tokens that the device generated, whether or not they became the answer.
    public var draftTokens: Int
    public var prefill: PrefillStatistics?
    public var local: GenerationSummary?
    public var cloud: CloudSummary?
    public var cost: Money?
    /// How old a cached answer is.
    public var cachedAge: Duration?
}
