import AssistantCore
import Foundation
import Routing
import Testing

@testable import Turns

@Suite("A turn that a board drafts")
struct BoardTurnTests {
    private static let home = CloudState(lock: .none, endpoint: .unready("there is no key"), consent: nil)

    /// What a turn tells when the device's model tells these things.
    private func collected(_ events: [GenerationEvent], unknown: UnknownConfidenceRule = .keep) throws -> [TurnEvent] {
        var rules = RoutingRules()
        rules.unknownConfidence = unknown
        let policy = try RoutingPolicy(rules)
        var turn = Turn(
            router: Router(settings: policy.settings, ruling: policy.ruling(on: [])),
            estimator: { GeometricMeanConfidence() }, localModel: "board", lock: .none)
        var effects = turn.handle(.begin(TurnFacts(cloud: Self.home), hit: nil))
        for event in events { effects += turn.handle(.local(event, cloud: Self.home)) }
        return effects.compactMap { if case .emit(let update) = $0 { update } else { nil } }
    }

    private func end(of updates: [TurnEvent]) -> TurnOutcome? {
        if case .finished(let outcome)? = updates.last { outcome } else { nil }
    }

    private func piece(_ text: String, _ probability: Double = .nan) -> GeneratedToken {
        GeneratedToken(id: -1, text: text, logProbability: Float(log(probability)), entropy: 0.1, margin: 0)
    }

    private let over = GenerationEvent.finished(
        GenerationSummary(
            stop: .eos, generatedTokens: 2, timeToFirstToken: .milliseconds(5), decodeDuration: .milliseconds(9),
            contextTokens: 20))

    @Test("its tokens say nothing of the confidence; those of the model that reads along do")
    func scored() throws {
        let updates = try collected([
            .token(piece("The")), .token(piece(" sky")), .scored([piece("The", 0.9), piece(" sky", 0.9)]), over,
        ])
        let outcome = try #require(end(of: updates))
        #expect(outcome.text == "The sky" && outcome.draftTokens == 2)
        #expect(outcome.confidence.map { abs($0 - 0.9) < 1e-6 } == true && !outcome.isUnsure)
        var readings: [Double?] = []
        for case .local(.scored(let tokens), let reading) in updates {
            #expect(tokens.count == 2)
            readings.append(reading?.value)
        }
        #expect(readings.count == 1 && readings[0] != nil)
    }

    @Test("without a model that reads along the confidence is n/a, and the rule for that decides")
    func unscored() throws {
        let outcome = try #require(end(of: try collected([.token(piece("The")), over])))
        #expect(outcome.confidence == nil && outcome.isUnsure)
        #expect(outcome.decision.reasons.map(\.code) == [.confidenceUnknown])
        #expect(outcome.decision.reasons.first?.sentence.hasPrefix("conf n/a") == true)
        let escalating = try #require(end(of: try collected([.token(piece("The")), over], unknown: .escalate)))
        #expect(escalating.decision.reasons.contains { $0.code == .cloudUnready })
    }

    @Test("a reader that breaks down in the middle leaves the confidence unknown")
    func brokenReader() throws {
        let outcome = try #require(
            end(of: try collected([.token(piece("A")), .scored([piece("A", 0.9)]), .scored([piece("")]), over])))
        #expect(outcome.confidence == nil)
    }

    @Test("after a take-over the answer is one, and the model that finished it is named")
    func failover() throws {
        let other = ModelIdentity(name: "processor", quantisation: "", contextLength: 9, fingerprint: "f")
        let updates = try collected([
            .token(piece("The")), .failedOver(Failover(model: other, reason: "it broke")), .token(piece(" sky", 0.9)),
            over,
        ])
        let outcome = try #require(end(of: updates))
        #expect(outcome.text == "The sky" && outcome.model == "processor" && outcome.draftTokens == 2)
        var reasons: [String] = []
        for case .local(.failedOver(let failover), _) in updates { reasons.append(failover.reason) }
        #expect(reasons == ["it broke"])
    }
}
