package import AssistantCore

// What turns tell, in the few words that a scene or a test cares about.
extension TurnEvent {
    /// Something of the device's model, without a confidence.
    package static func local(_ event: GenerationEvent) -> TurnEvent { .local(event, confidence: nil) }

    /// The device's confidence, with a token that has no text.
    package static func confidence(_ value: Double) -> TurnEvent {
        .local(
            .token(GeneratedToken(id: 1, text: "", logProbability: -0.1, entropy: 0, margin: 0)),
            confidence: ConfidenceReading(value: value, source: .calibration(model: "any", task: "question")))
    }

    package static func escalation(
        to model: String = "m", _ reason: String, sentTokens: Int = 9, redactions: Int = 0
    ) -> TurnEvent {
        .escalation(
            Escalation(
                model: model, reason: RouteReason(.unsure, reason), sentTokens: sentTokens, redactions: redactions))
    }

    package static var connected: TurnEvent { .cloud(.connected(CloudConnection(model: "m"))) }

    /// Text of a remote model.
    package static func text(_ text: String) -> TurnEvent { .cloud(.content(text)) }

    package static func cloudFailed(_ sentence: String) -> TurnEvent {
        .route(RouteDecision(.localUnsure, [RouteReason(.cloudFailed, sentence)]))
    }

    /// The end of a turn.
    ///
    /// - Parameter doubts: why the answer is doubted and nobody else was asked; empty where it is not.
    package static func ended(
        _ ending: TurnOutcome.Ending = .complete, origin: Origin? = .local, doubts: [RouteReason] = []
    ) -> TurnEvent {
        var outcome = TurnOutcome(ending, origin: origin, decision: RouteDecision(.draft, doubts))
        outcome.isUnsure = !doubts.isEmpty
        return .finished(outcome)
    }

    /// The end of a remote model's reply.
    package static func replied(
        _ stop: CloudStop = .ended, sentTokens: Int? = nil, tokens: Int = 0, timeToFirstToken: Duration? = nil,
        duration: Duration = .zero, cost: Money? = nil
    ) -> TurnEvent {
        var outcome = TurnOutcome(.complete, origin: .cloud, decision: RouteDecision(.cloud, []))
        let usage = sentTokens.map { CloudUsage(promptTokens: $0, completionTokens: tokens) }
        outcome.cloud = CloudSummary(
            stop: stop, usage: usage, timeToFirstToken: timeToFirstToken, duration: duration, attempts: 1)
        outcome.cost = cost
        return .finished(outcome)
    }
}
