internal import AssistantCore

// What happens in a turn, in the few words that fit a line of the screen.

extension RouteDecision {
    /// What went wrong with the cloud, a sentence; `nil` where nothing did.
    var trouble: String? {
        guard let first = reasons.first else { return nil }
        switch first.code {
        case .cloudFailed, .heldBack: return first.sentence
        case .handedOver where outcome == .localUnsure:
            return reasons.dropFirst().map(\.sentence).joined(separator: " ")
        default: return nil
        }
    }
}

extension RouteReason {
    /// Why the cloud had no part in it.
    fileprivate var words: String? {
        switch code {
        case .dataStays: "stays by rule"
        case .localOnly: "local-only"
        case .saidUnderLock: "said under local-only"
        case .passagesStay: "its documents stay here"
        case .consentMissing: "cloud not allowed"
        case .cloudUnready: "no cloud"
        case .budgetExhausted: "over budget"
        case .breakerOpen: "cloud down"
        case .cloudFailed: "cloud failed"
        case .heldBack: "held back"
        default: nil
        }
    }
}

extension CloudEvent {
    /// What the remote model is at before its first word; `nil` where the event says nothing of that.
    var words: String? {
        switch self {
        case .connected: "connected"
        case .retrying(let retry): "attempt \(retry.attempt) failed, tries again"
        case .reasoning: "reasons"
        case .sending, .content, .usage, .finished: nil
        }
    }
}

extension TurnEvent {
    /// Text of the answer as it is made.
    var piece: String? {
        switch self {
        case .local(.token(let token), _): token.text
        case .cloud(.content(let text)): text
        default: nil
        }
    }
}

extension TurnOutcome {
    /// Whether ``text`` comes whole with the outcome: nobody wrote it for this turn.
    var isGiven: Bool { origin == .cache || isComputed || isQuoted }

    /// Why there is no answer, or no whole one; `nil` where it is not the turn's fault.
    var failure: String? {
        switch ending {
        case .broken(let why), .refused(let why): why
        case .complete, .length, .loop, .stopped: nil
        }
    }

    /// Why a local answer is doubted and why nobody else was asked, in a few words; `nil` where it is not.
    var doubt: String? {
        guard isUnsure else { return nil }
        let confidence: Set<RouteReason.Code> = [.unsupported, .unsure, .sunk, .confidenceUnknown, .repeatsItself]
        let words = decision.reasons.filter { confidence.contains($0.code) }.prefix(1).map(\.sentence)
        return (words + decision.reasons.compactMap(\.words).prefix(1)).joined(separator: " \u{B7} ")
    }
}
