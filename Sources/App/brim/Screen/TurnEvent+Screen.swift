import AssistantCore
import ChatUI
import Routing
import Turns

/// Turns and the cloud in the words of the screen.
extension TurnEvent {
    /// What the screen is told of it.
    var events: [AnswerEvent] {
        switch self {
        case .route(let decision): decision.trouble.map { [.remoteFailed($0)] } ?? []
        case .local(let event, let reading): [.local(event)] + (reading.map { [.confidence($0)] } ?? [])
        case .draftRestarted: [.restarted]
        case .escalation(let escalation):
            [
                .escalated(
                    EscalationLine(
                        model: escalation.model, reason: escalation.reason.sentence,
                        sentTokens: escalation.sentTokens, redacted: escalation.redactions))
            ]
        case .cloud(let event): event.events
        case .finished(let outcome): outcome.events
        }
    }

    /// Whether budget, breaker or consent may stand differently after it.
    var changesCloudStatus: Bool {
        switch self {
        case .route, .cloud(.connected), .cloud(.retrying), .finished: true
        default: false
        }
    }
}

extension CloudEvent {
    fileprivate var events: [AnswerEvent] {
        switch self {
        case .connected: [.remote("connected")]
        case .retrying(let retry): [.remote("attempt \(retry.attempt) failed, tries again")]
        case .reasoning: [.remote("reasons")]
        case .content(let text): [.text(text)]
        case .sending, .usage, .finished: []
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
        let confidence: Set<RouteReason.Code> = [.unsupported, .unsure, .sunk, .confidenceUnknown, .repeatsItself]
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

extension TurnOutcome {
    fileprivate var events: [AnswerEvent] {
        var events: [AnswerEvent] = origin == .cache || isComputed || isQuoted ? [.text(text)] : []
        var stop = StopReason.eos
        switch ending {
        case .complete: break
        case .length: stop = .length
        case .loop: stop = .loop
        case .stopped: stop = .cancelled
        case .broken(let why), .refused(let why): events.append(.failed(why))
        }
        // Of an answer of this device the screen has measured more itself.
        let shown = origin == .local && !isComputed && !isQuoted || origin == nil ? nil : figures
        if origin == .local, let confidence {
            events.append(.confidence(ConfidenceReading(value: confidence, isCalibrated: isCalibrated)))
        }
        return events + [
            .ended(
                AnswerEnding(
                    origin: origin, model: model, stop: stop, isUnsure: isUnsure,
                    doubt: isUnsure ? decision.doubt : nil, reason: figures.reason, figures: shown, age: cachedAge,
                    citations: citations))
        ]
    }
}

extension CloudState {
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

extension CloudGateway {
    /// How the cloud stands, in the words of the header.
    var status: CloudStatus { cloudState.status(threshold: policy.settings.threshold) }

    /// Whether the cloud may be asked now.
    var mayAnswer: Bool { status.mayAnswer }
}
