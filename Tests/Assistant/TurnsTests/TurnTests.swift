import AssistantCore
import Foundation
import Routing
import Testing

@testable import Turns

/// A machine under test, and what it asked for.
private struct Bench {
    var turn: Turn
    var effects: [Turn.Effect] = []

    init(lock: OperatorLock = .none) throws {
        let policy = try RoutingPolicy()
        turn = Turn(
            router: Router(settings: policy.settings, ruling: policy.ruling(on: [])),
            estimator: { GeometricMeanConfidence() }, localModel: "small", lock: lock)
    }

    mutating func feed(_ event: Turn.Event) { effects += turn.handle(event) }

    var outcome: TurnOutcome? {
        for case .tell(.finished(let outcome)) in effects { return outcome }
        return nil
    }

    var asksForDraft: Int { effects.count { if case .draft = $0 { true } else { false } } }
    var asksToSend: Int { effects.count { if case .send = $0 { true } else { false } } }
    var stopsDraft: Bool { effects.contains { if case .stopDraft = $0 { true } else { false } } }
    var cancelsCloud: Bool { effects.contains { if case .cancelCloud = $0 { true } else { false } } }
}

private let endpoint = "https://cloud.test/v1"

private func standing(_ lock: OperatorLock = .none, isReady: Bool = true) -> CloudStanding {
    CloudStanding(
        lock: lock, endpoint: isReady ? .ready(endpoint) : .unready("there is no key"),
        consent: Consent(
            subject: endpoint, isGranted: true, source: "test", givenAt: Timestamp(millisecondsSince1970: 0)))
}

private func token(_ text: String, probability: Double = 0.99) -> GenerationEvent {
    .token(
        GeneratedToken(id: 1, text: text, logProbability: Float(log(probability)), entropy: 0.1, margin: 1))
}

private func finished(_ stop: StopReason = .eos) -> GenerationEvent {
    .finished(
        GenerationSummary(
            stop: stop, generatedTokens: 2, timeToFirstToken: .milliseconds(5), decodeDuration: .milliseconds(9),
            contextTokens: 20))
}

private let escalation = Escalation(
    model: "large", reason: RouteReason(.unsure, "conf 0.41 < 0.80"), sentTokens: 214, redactions: 3)

private let replyEnd = CloudEvent.finished(
    CloudSummary(
        stop: .ended, usage: CloudUsage(promptTokens: 9, completionTokens: 2), timeToFirstToken: .milliseconds(80),
        duration: .milliseconds(300), attempts: 1))

private let broken = CloudFailure(.brokenStream, billing: .partlyAnswered, message: "The stream broke.")

@Suite struct TurnTests {
    @Test("A confident answer of the device is kept, and nothing is sent")
    func confident() throws {
        var bench = try Bench()
        bench.feed(.begin(TurnFacts(cloud: standing()), hit: nil))
        bench.feed(.local(token("Par"), cloud: standing()))
        bench.feed(.local(token("is"), cloud: standing()))
        bench.feed(.local(finished(), cloud: standing()))
        #expect(bench.asksForDraft == 1 && bench.asksToSend == 0)
        #expect(bench.outcome?.text == "Paris")
        #expect(bench.outcome?.origin == .local && bench.outcome?.ending == .complete)
        #expect(bench.outcome?.isUnsure == false && bench.outcome?.decision.outcome == .local)
    }

    @Test("An unsure answer escalates; the reply is the answer and the draft is kept beside it")
    func escalates() throws {
        var bench = try Bench()
        bench.feed(.begin(TurnFacts(cloud: standing()), hit: nil))
        bench.feed(.local(token("Rome", probability: 0.6), cloud: standing()))
        bench.feed(.local(finished(), cloud: standing()))
        #expect(bench.asksToSend == 1 && bench.outcome == nil)
        bench.feed(.escalated(escalation))
        bench.feed(.cloud(.content("Par")))
        bench.feed(.cloud(.content("is")))
        bench.feed(.charged(Money(microUSD: 12)))
        bench.feed(.cloud(replyEnd))
        #expect(bench.outcome?.text == "Paris" && bench.outcome?.draft == "Rome")
        #expect(bench.outcome?.origin == .cloud && bench.outcome?.model == "large")
        #expect(bench.outcome?.cost == Money(microUSD: 12))
    }

    @Test("A draft whose confidence has sunk is stopped and handed over at once")
    func early() throws {
        var bench = try Bench()
        bench.feed(.begin(TurnFacts(cloud: standing()), hit: nil))
        for _ in 0..<20 where bench.asksToSend == 0 {
            bench.feed(.local(token("x", probability: 0.05), cloud: standing()))
        }
        #expect(bench.stopsDraft && bench.asksToSend == 1)
        let told = bench.effects.count
        bench.feed(.local(token("late"), cloud: standing()))
        #expect(bench.effects.count == told, "a token that was on its way changes nothing")
    }

    @Test("Where the cloud cannot be had, the unsure draft stands and says so")
    func unsureStands() throws {
        var bench = try Bench()
        bench.feed(.begin(TurnFacts(cloud: standing(isReady: false)), hit: nil))
        bench.feed(.local(token("Rome", probability: 0.5), cloud: standing(isReady: false)))
        bench.feed(.local(finished(), cloud: standing(isReady: false)))
        #expect(bench.outcome?.isUnsure == true && bench.outcome?.text == "Rome" && bench.asksToSend == 0)
    }

    @Test("A cloud that fails before its first word leaves the finished draft, marked as unsure")
    func cloudFailsEarly() throws {
        var bench = try Bench()
        bench.feed(.begin(TurnFacts(cloud: standing()), hit: nil))
        bench.feed(.local(token("Rome", probability: 0.5), cloud: standing()))
        bench.feed(.local(finished(), cloud: standing()))
        bench.feed(.cloudFailed(CloudFailure(.unreachable, billing: .nothingSent, message: "No network.")))
        #expect(bench.outcome?.text == "Rome" && bench.outcome?.isUnsure == true)
        #expect(bench.outcome?.decision.reasons.first?.sentence == "No network.")
    }

    @Test("What a person hands over goes to the cloud although the device was sure of it")
    func handsOver() throws {
        var bench = try Bench()
        bench.feed(.handOver(draft: "Rome", cloud: standing()))
        #expect(bench.asksToSend == 1 && bench.asksForDraft == 0)
        bench.feed(.escalated(escalation))
        bench.feed(.cloud(.content("Paris")))
        bench.feed(.cloud(replyEnd))
        #expect(bench.outcome?.text == "Paris" && bench.outcome?.draft == "Rome" && bench.outcome?.origin == .cloud)
    }

    @Test("What a person hands over stays under the lock, and says why", arguments: [OperatorLock.localOnly])
    func handOverLocked(lock: OperatorLock) throws {
        var bench = try Bench(lock: lock)
        bench.feed(.handOver(draft: "Rome", cloud: standing(lock)))
        #expect(bench.asksToSend == 0 && bench.asksForDraft == 0)
        #expect(bench.outcome?.text == "Rome" && bench.outcome?.isUnsure == true)
        #expect(bench.outcome?.decision.reasons.map(\.code) == [.handedOver, .localOnly])
    }

    @Test("A cloud that fails after a hand-over leaves the device's answer")
    func handOverFails() throws {
        var bench = try Bench()
        bench.feed(.handOver(draft: "Rome", cloud: standing()))
        bench.feed(.cloudFailed(CloudFailure(.unreachable, billing: .nothingSent, message: "No network.")))
        #expect(bench.outcome?.text == "Rome" && bench.outcome?.origin == .local && bench.asksForDraft == 0)
    }

    @Test("A cloud that fails after a draft was given up lets the device answer anew")
    func resumes() throws {
        var bench = try Bench()
        bench.feed(.begin(TurnFacts(cloud: standing()), hit: nil))
        for _ in 0..<20 where bench.asksToSend == 0 {
            bench.feed(.local(token("x", probability: 0.05), cloud: standing()))
        }
        bench.feed(.heldBack("The audit log cannot be written."))
        #expect(bench.asksForDraft == 2)
        bench.feed(.local(token("whole"), cloud: standing()))
        bench.feed(.local(finished(), cloud: standing()))
        #expect(bench.outcome?.text == "whole" && bench.asksToSend == 1, "the cloud is asked once a turn")
    }

    @Test("A reply that breaks off is kept as the answer where no draft was finished")
    func brokenReply() throws {
        var bench = try Bench(lock: .cloudOnly)
        bench.feed(.begin(TurnFacts(cloud: standing(.cloudOnly)), hit: nil))
        bench.feed(.escalated(escalation))
        bench.feed(.cloud(.content("Half of")))
        bench.feed(.cloudFailed(broken))
        #expect(bench.outcome?.text == "Half of" && bench.outcome?.ending == .broken("The stream broke."))
    }

    @Test("Stopping keeps what came, in every phase")
    func stops() throws {
        var drafting = try Bench()
        drafting.feed(.begin(TurnFacts(cloud: standing()), hit: nil))
        drafting.feed(.local(token("some"), cloud: standing()))
        drafting.feed(.stop)
        #expect(drafting.outcome?.text == "some" && drafting.outcome?.ending == .stopped && drafting.stopsDraft)

        var replying = try Bench(lock: .cloudOnly)
        replying.feed(.begin(TurnFacts(cloud: standing(.cloudOnly)), hit: nil))
        replying.feed(.escalated(escalation))
        replying.feed(.cloud(.content("part")))
        replying.feed(.stop)
        #expect(replying.outcome?.text == "part" && replying.outcome?.ending == .stopped && replying.cancelsCloud)

        var waiting = try Bench()
        waiting.feed(.begin(TurnFacts(cloud: standing()), hit: nil))
        waiting.feed(.local(token("Rome", probability: 0.5), cloud: standing()))
        waiting.feed(.local(finished(), cloud: standing()))
        waiting.feed(.stop)
        #expect(waiting.outcome?.text == "Rome" && waiting.outcome?.isUnsure == true && waiting.cancelsCloud)
    }

    @Test("A model that fails is a reason to escalate, and without a cloud a reason to refuse")
    func localFails() throws {
        var bench = try Bench()
        bench.feed(.begin(TurnFacts(cloud: standing(isReady: false)), hit: nil))
        bench.feed(.localFailed(.failed("bad weights"), cloud: standing(isReady: false)))
        guard case .refused(let why) = bench.outcome?.ending else {
            Issue.record("expected a refusal")
            return
        }
        #expect(why.contains("bad weights"))
    }

    @Test("A cached answer ends the turn at once, with its age")
    func cached() throws {
        let answer = CacheableAnswer(
            text: "Paris", origin: .cloud, model: "large", figures: AnswerFigures(confidence: 0.9))
        let hit = CacheHit(answer: answer, storedAt: Timestamp(millisecondsSince1970: 0), age: .seconds(60))
        var bench = try Bench()
        bench.feed(.begin(TurnFacts(cachedAge: hit.age, cloud: standing()), hit: hit))
        #expect(bench.outcome?.text == "Paris" && bench.outcome?.origin == .cache)
        #expect(bench.outcome?.cachedAge == .seconds(60) && bench.asksForDraft == 0 && bench.asksToSend == 0)
    }

    @Test("Whatever happens in whatever order, a turn ends once and asks the cloud once")
    func randomEvents() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            let lock = [OperatorLock.none, .localOnly, .cloudOnly].randomElement(using: &generator) ?? .none
            let stands = standing(lock, isReady: Bool.random(using: &generator))
            var bench = try Bench(lock: lock)
            bench.feed(.begin(TurnFacts(impediments: Bool.random() ? [] : [.noModel], cloud: stands), hit: nil))
            for _ in 0..<40 {
                let events: [Turn.Event] = [
                    .local(token("a", probability: .random(in: 0.01...1)), cloud: stands),
                    .local(finished(), cloud: stands),
                    .localFailed(.outOfMemory, cloud: stands), .escalated(escalation), .heldBack("no"),
                    .cloud(.content("b")), .cloud(replyEnd), .cloudFailed(broken), .charged(Money(microUSD: 1)), .stop,
                ]
                if let event = events.randomElement(using: &generator) { bench.feed(event) }
            }
            let ends = bench.effects.count { if case .tell(.finished) = $0 { true } else { false } }
            #expect(ends <= 1 && bench.asksToSend <= 1)
            if lock == .localOnly { #expect(bench.asksToSend == 0) }
        }
    }
}
