import AssistantCore
import ChatUI
import Routing
import Turns

/// Turns and the cloud in the words of the screen.
extension TurnUpdate {
    /// What the screen is told of it.
    var events: [AnswerEvent] {
        switch self {
        case .route(let decision): decision.trouble.map { [.remoteFailed($0)] } ?? []
        case .contextTrimmed(let dropped): [.local(.contextTrimmed(droppedMessages: dropped))]
        case .prefilling(let done, let total): [.local(.prefilling(done: done, total: total))]
        case .prefilled(let statistics): [.local(.prefilled(statistics))]
        case .draft(let token, let reading):
            [.local(.token(token))] + (reading.map { [.confidence($0)] } ?? [])
        case .scored(let tokens, let reading):
            [.local(.scored(tokens))] + (reading.map { [.confidence($0)] } ?? [])
        case .tookOver(let takeOver): [.local(.tookOver(takeOver))]
        case .draftEnded(let summary): [.local(.finished(summary))]
        case .draftRestarted: [.restarted]
        case .escalation(let escalation):
            [
                .escalated(
                    EscalationLine(
                        model: escalation.model, reason: escalation.reason.sentence,
                        sentTokens: escalation.sentTokens, redacted: escalation.redactions))
            ]
        case .connected: [.remote("connected")]
        case .retrying(let retry): [.remote("attempt \(retry.attempt) failed, tries again")]
        case .reasoning: [.remote("reasons")]
        case .reply(let text): [.text(text)]
        case .finished(let outcome): outcome.events
        }
    }

    /// Whether budget, breaker or consent may stand differently after it.
    var changesStanding: Bool {
        switch self {
        case .route, .connected, .retrying, .finished: true
        default: false
        }
    }
}

extension RouteDecision {
    /// What went wrong with the cloud, a sentence; `nil` where nothing did.
    fileprivate var trouble: String? {
        guard let first = reasons.first else { return nil }
        switch first.code {
        case .cloudFailed, .heldBack: return first.sentence
        case .handedOver where outcome == .localUnsure:
            return reasons.dropFirst().map(\.sentence).joined(separator: " ")
        default: return nil
        }
    }

    /// Why a local answer is doubted and why nobody else was asked, in a few words.
    fileprivate var doubt: String {
        let confidence: Set<RouteReason.Code> = [.unsure, .sunk, .confidenceUnknown]
        let words = reasons.filter { confidence.contains($0.code) }.prefix(1).map(\.sentence)
        return (words + reasons.compactMap(\.words).prefix(1)).joined(separator: " \u{B7} ")
    }
}

extension RouteReason {
    /// Why the cloud had no part in it.
    fileprivate var words: String? {
        switch code {
        case .dataStays: "stays by rule"
        case .localOnly: "local-only"
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

extension TurnOutcome {
    fileprivate var events: [AnswerEvent] {
        var events: [AnswerEvent] = origin == .cache || isComputed ? [.text(text)] : []
        var stop = StopReason.eos
        switch ending {
        case .complete: break
        case .length: stop = .length
        case .stopped: stop = .cancelled
        case .broken(let why), .refused(let why): events.append(.failed(why))
        }
        // Of an answer of this device the screen has measured more itself.
        let shown = origin == .local && !isComputed || origin == nil ? nil : figures
        if origin == .local, let confidence {
            events.append(.confidence(ConfidenceReading(value: confidence, isCalibrated: isCalibrated)))
        }
        return events + [
            .ended(
                AnswerEnding(
                    origin: origin, model: model, stop: stop, isUnsure: isUnsure,
                    doubt: isUnsure ? decision.doubt : nil, reason: figures.reason, figures: shown, age: cachedAge))
        ]
    }
}

extension CloudStanding {
    /// In the words of the header.
    func status(threshold: Double) -> CloudStatus {
        CloudStatus(access, isLocked: lock == .localOnly, threshold: threshold)
    }

    private var access: CloudStatus.Access {
        guard case .ready = endpoint else { return .unavailable("no cloud") }
        guard consent?.isGranted == true else { return .notAllowed }
        guard budget.admits else { return .barred(budget.words) }
        switch breaker {
        case .open(let rest): return .barred("cloud down", for: rest)
        case .rateLimited(let rest): return .barred("cloud busy", for: rest)
        case .probing, .blocked: return .barred(breaker.words)
        case .closed, .halfOpen: return .open(budget.words.isEmpty ? breaker.words : budget.words)
        }
    }
}

extension Outgoing.Message {
    init(_ message: RedactedMessage) {
        self.init(
            message.role,
            message.content.segments.map { segment in
                switch segment {
                case .plain(let text): .plain(text)
                case .redacted(_, let placeholder, _): .placeholder(placeholder)
                }
            })
    }
}

extension CloudDesk {
    /// How the cloud stands, in the words of the header.
    var status: CloudStatus { standing.status(threshold: policy.settings.threshold) }
}
