/// What a turn tells whoever watches it, as it happens: the screen, `brim ask`, the tests.
///
/// In this order: `route`; what a draft tells; where the turn escalates, `route` again, `escalation` and what the cloud
/// tells; one `finished`.
package enum TurnEvent: Sendable {
    /// A decision, with its reasons. The last one before `finished` is the one that holds.
    case route(RouteDecision)
    /// A model of this device tells something. The confidence is what is known after it; `nil` where nothing can be said,
    /// or the event has no bearing on it.
    case local(GenerationEvent, confidence: ConfidenceReading?)
    /// The draft had been given up, the cloud failed, and the device answers anew: what was drafted no longer counts.
    case draftRestarted
    /// The request leaves the device now.
    case escalation(Escalation)
    /// The remote model tells something: `retrying`, `connected`, `reasoning`, or `content`, in which what had been
    /// redacted is restored. Its end is part of `finished`.
    case cloud(CloudEvent)
    case finished(TurnOutcome)
}

/// What leaves the device, and why.
package struct Escalation: Sendable, Hashable {
    package var model: String
    package var reason: RouteReason
    /// An estimate before the server has counted: four bytes a token.
    package var sentTokens: Int
    /// Placeholders that stand for personal data in what is sent.
    package var redactions: Int

    package init(model: String, reason: RouteReason, sentTokens: Int, redactions: Int) {
        self.model = model
        self.reason = reason
        self.sentTokens = sentTokens
        self.redactions = redactions
    }
}

/// How a turn ended: what the person was given, and what it took.
package struct TurnOutcome: Sendable, Hashable {
    package enum Ending: Sendable, Hashable {
        case complete
        /// The limit of tokens was reached.
        case length
        /// It repeated itself, and ends behind the first repetition.
        case loop
        /// The person stopped it.
        case stopped
        /// The cloud's reply broke off; the sentence says why.
        case broken(String)
        /// There is no answer; the sentence says why.
        case refused(String)
    }

    /// The answer; empty where there is none.
    package var text = ""
    /// Where `text` came from; `nil` where there is no answer.
    package var origin: Origin?
    package var model: String?
    package var ending: Ending
    /// The decision that held.
    package var decision: RouteDecision
    /// The local answer stands for want of a better one.
    package var isUnsure = false
    /// In [0, 1], of the local draft; `nil` where nothing can be said.
    package var confidence: Double?
    /// Whether `confidence` means what it says.
    package var isCalibrated = false
    /// An exact tool answered; `model` names it.
    package var isComputed = false
    /// `text` stands in a document in so many words: nobody generated it; `model` names the collection.
    package var isQuoted = false
    /// The sentences of the collections that the answer rests on, the best first; empty where nothing supports it.
    package var citations: [Citation] = []
    /// Whether the answer may ever be sent: not where it was made from a collection that stays on the device.
    package var mayLeave = true
    /// The local draft that another answer replaced; empty where there was none.
    package var draft = ""
    /// Tokens that the device generated, whether or not they became the answer.
    package var draftTokens = 0
    package var prefill: PrefillStatistics?
    package var local: GenerationSummary?
    package var cloud: CloudSummary?
    package var cost: Money?
    /// How old a cached answer is.
    package var cachedAge: Duration?

    /// Makes the outcome of a turn that brought nothing yet.
    package init(_ ending: Ending, origin: Origin?, decision: RouteDecision) {
        (self.ending, self.origin, self.decision) = (ending, origin, decision)
    }
}
