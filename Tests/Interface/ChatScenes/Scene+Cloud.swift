package import AssistantCore
internal import ChatUI

/// Moments in which the cloud plays a part.
extension Scene {
    func playCloud(_ stage: inout Stage) {
        stage.act(.cloud(CloudStatus(.open(), threshold: 0.8)))
        switch self {
        case .unsure, .consent:
            stage.act(.cloud(CloudStatus(.notAllowed, threshold: 0.8)))
            stage.draft()
            stage.end(.consentMissing)
            if self == .consent { preview(&stage, Self.outgoing(needsConsent: true)) }
        case .obstacle:
            stage.act(.cloud(CloudStatus(.unavailable("no key"), threshold: 0.8)))
            stage.draft()
            stage.end(.cloudUnready)
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
            playBarred(&stage, status, .budgetExhausted)
        default: playBarred(&stage, CloudStatus(.barred("cloud down", for: .seconds(24)), threshold: 0.8), .breakerOpen)
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
        stage.act(.turn(.connected), after: .milliseconds(180))
    }

    private func playEscalating(_ stage: inout Stage) {
        playAsking(&stage)
        stage.act(.turn(.text(String(Self.letter.prefix(160)))), after: .milliseconds(90))
    }

    private func playEscalated(_ stage: inout Stage) {
        playAsking(&stage)
        stage.act(.turn(.text(Self.letter)), after: .milliseconds(90))
        let reply = TurnEvent.replied(
            sentTokens: 231, tokens: 74, timeToFirstToken: .milliseconds(270), duration: .microseconds(1_088_400),
            cost: Money(microUSD: 1_240))
        stage.act(.turn(reply), after: .seconds(1))
    }

    private func playRemoteFailed(_ stage: inout Stage) {
        playAsking(&stage)
        stage.act(
            .turn(.cloudFailed("The cloud did not answer within 20 s; the answer of this device stands.")),
            after: .seconds(20))
        stage.end(.cloudFailed)
    }

    private func playRefused(_ stage: inout Stage) {
        stage.act(.cloud(CloudStatus(.notAllowed, threshold: 0.8)))
        stage.ask(Self.complaint)
        let why =
            "The conversation needs 5120 tokens; the local window holds 2048. The cloud has not been allowed yet; "
            + "F6 shows what would leave."
        stage.act(.turn(.ended(.refused(why), origin: nil)))
    }

    private func playLocalOnly(_ stage: inout Stage) {
        stage.draft()
        stage.end(.localOnly)
        stage.press(.function(5))
        stage.act(.cloud(CloudStatus(.open(), isLocked: true, threshold: 0.8)))
    }

    private func playBarred(_ stage: inout Stage, _ status: CloudStatus, _ code: RouteReason.Code) {
        stage.act(.cloud(status))
        stage.draft()
        stage.end(code)
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

    /// Why the answer of this device is doubted, and why the cloud is not asked.
    package static func doubts(_ code: RouteReason.Code) -> [RouteReason] {
        [RouteReason(.unsure, "conf 0.69 < 0.80"), RouteReason(code, "")]
    }

    fileprivate mutating func end(_ code: RouteReason.Code) {
        act(.turn(.ended(doubts: Self.doubts(code))))
    }

    fileprivate mutating func escalate() {
        let model = "nvidia/Nemotron-3-Super-120B-A12B"
        act(.turn(.escalation(to: model, "conf 0.69 < 0.80", sentTokens: 231, redactions: 2)), after: .milliseconds(40))
    }
}
