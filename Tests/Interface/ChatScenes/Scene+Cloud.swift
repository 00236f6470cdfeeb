internal import AssistantCore
internal import ChatUI

/// Moments in which the cloud plays a part.
extension Scene {
    func playCloud(_ stage: inout Stage) {
        stage.act(.cloud(CloudStatus(.open(), threshold: 0.8)))
        switch self {
        case .unsure, .consent:
            stage.act(.cloud(CloudStatus(.notAllowed, threshold: 0.8)))
            stage.draft()
            stage.end(doubt: "conf 0.69 < 0.80 \u{B7} cloud not allowed")
            if self == .consent { preview(&stage, Self.outgoing(needsConsent: true)) }
        case .obstacle:
            stage.act(.cloud(CloudStatus(.unavailable("no key"), threshold: 0.8)))
            stage.draft()
            stage.end(doubt: "conf 0.69 < 0.80 \u{B7} no key")
            let why = "There is no key: set NEBIUS_API_KEY, or name a key file in the configuration."
            preview(&stage, Self.outgoing(obstacle: why))
        case .asking: playAsking(&stage)
        case .escalating: playEscalating(&stage)
        case .escalated: playEscalated(&stage)
        case .remoteFailed: playRemoteFailed(&stage)
        case .refused: playRefused(&stage)
        case .localOnly: playLocalOnly(&stage)
        case .overBudget:
            let money = SpendingState(
                spent: Money(microUSD: 498_000), limit: Money(microUSD: 500_000), warning: Money(microUSD: 400_000))
            let status = CloudStatus(.barred("budget used up"), threshold: 0.8, money: money)
            playBarred(&stage, status, "budget used up")
        default: playBarred(&stage, CloudStatus(.barred("cloud down", for: .seconds(24)), threshold: 0.8), "cloud down")
        }
    }

    private func preview(_ stage: inout Stage, _ outgoing: Outgoing) {
        stage.press(.function(6))
        stage.act(.outgoing(outgoing))
    }

    private static func outgoing(needsConsent: Bool = false, obstacle: String? = nil) -> Outgoing {
        Outgoing(
            endpoint: "https://api.tokenfactory.nebius.com/v1", model: "nvidia/Nemotron-3-Super-120B-A12B",
            messages: [
                Outgoing.Message(.user, [.plain(mossQuestion)]), Outgoing.Message(.assistant, [.plain(mossAnswer)]),
                Outgoing.Message(
                    .user,
                    [
                        .plain("Write to "), .placeholder("<EMAIL_1>"), .plain(" that the card "),
                        .placeholder("<CARD_1>"), .plain(" was charged twice, and ask for the money back."),
                    ]),
            ], worstCase: Money(microUSD: 2_140), needsConsent: needsConsent, obstacle: obstacle)
    }

    private func playAsking(_ stage: inout Stage) {
        stage.draft()
        stage.escalate()
        stage.act(.answer(.remote("connected")), after: .milliseconds(180))
    }

    private func playEscalating(_ stage: inout Stage) {
        playAsking(&stage)
        stage.act(.answer(.text(String(Self.letter.prefix(160)))), after: .milliseconds(90))
    }

    private func playEscalated(_ stage: inout Stage) {
        playAsking(&stage)
        stage.act(.answer(.text(Self.letter)), after: .milliseconds(90))
        let figures = AnswerFigures(
            promptTokens: 231, generatedTokens: 74, timeToFirstToken: .milliseconds(270), duration: .milliseconds(1100),
            tokensPerSecond: 89.2, costMicroUSD: 1_240)
        stage.act(.answer(.ended(AnswerEnding(origin: .cloud, stop: .eos, figures: figures))), after: .seconds(1))
    }

    private func playRemoteFailed(_ stage: inout Stage) {
        playAsking(&stage)
        stage.act(
            .answer(.remoteFailed("The cloud did not answer within 20 s; the answer of this device stands.")),
            after: .seconds(20))
        stage.end(doubt: "conf 0.69 < 0.80 \u{B7} cloud failed")
    }

    private func playRefused(_ stage: inout Stage) {
        stage.act(.cloud(CloudStatus(.notAllowed, threshold: 0.8)))
        stage.ask(Self.complaint)
        stage.act(
            .answer(
                .failed(
                    "The conversation needs 5120 tokens; the local window holds 2048. The cloud has not been allowed yet; "
                        + "F6 shows what would leave.")))
        stage.act(.answer(.ended(AnswerEnding(origin: nil, stop: .cancelled))))
    }

    private func playLocalOnly(_ stage: inout Stage) {
        stage.draft()
        stage.end(doubt: "conf 0.69 < 0.80 \u{B7} local only")
        stage.press(.function(5))
        stage.act(.cloud(CloudStatus(.open(), isLocked: true, threshold: 0.8)))
    }

    private func playBarred(_ stage: inout Stage, _ status: CloudStatus, _ words: String) {
        stage.act(.cloud(status))
        stage.draft()
        stage.end(doubt: "conf 0.69 < 0.80 \u{B7} " + words)
    }

    static let complaint = "Write to ada@example.org that the card 4111 1111 1111 1111 was charged twice."
    private static let letter = """
        Dear Sir or Madam,

        my card 4111 1111 1111 1111 was charged twice for the same order. Please return the second amount to the same card within \
        fourteen days, and confirm to ada@example.org that you have done so.

        Yours faithfully
        """
}

extension Stage {
    /// A question that the device answers badly.
    fileprivate mutating func draft() {
        ask(Scene.complaint)
        stream("Dear card, I am sorry that you were charged for your twice. Please find", promptTokens: 61)
    }

    fileprivate mutating func end(doubt: String) {
        act(.answer(.ended(AnswerEnding(stop: .eos, isUnsure: true, doubt: doubt))))
    }

    fileprivate mutating func escalate() {
        let line = EscalationLine(
            model: "nvidia/Nemotron-3-Super-120B-A12B", reason: "conf 0.69 < 0.80", sentTokens: 231, redacted: 2)
        act(.answer(.escalated(line)), after: .milliseconds(40))
    }
}
