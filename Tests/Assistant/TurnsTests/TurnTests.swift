import AssistantCore
import Foundation
import Routing
import Testing

@testable import Turns

/// A machine under test, and what it asked for.
private struct Harness {
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
        for case .emit(.finished(let outcome)) in effects { return outcome }
        return nil
    }

    var asksForDraft: Int { effects.count { if case .draft = $0 { true } else { false } } }
    var asksToSend: Int { effects.count { if case .send = $0 { true } else { false } } }
    var stopsDraft: Bool { effects.contains { if case .stopDraft = $0 { true } else { false } } }
    var cancelsCloud: Bool { effects.contains { if case .cancelCloud = $0 { true } else { false } } }
}

private let endpoint = "https://cloud.test/v1"

private func cloudState(_ lock: OperatorLock = .none, isReady: Bool = true) -> CloudState {
    CloudState(
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
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        harness.feed(.local(token("Par"), cloud: cloudState()))
        harness.feed(.local(token("is"), cloud: cloudState()))
        harness.feed(.local(finished(), cloud: cloudState()))
        #expect(harness.asksForDraft == 1 && harness.asksToSend == 0)
        #expect(harness.outcome?.text == "Paris")
        #expect(harness.outcome?.origin == .local && harness.outcome?.ending == .complete)
        #expect(harness.outcome?.isUnsure == false && harness.outcome?.decision.outcome == .local)
    }

    @Test("What the device takes back is gone from the draft, and has no say in its confidence")
    func rolledBack() throws {
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        harness.feed(.local(token("Rain."), cloud: cloudState()))
        harness.feed(.local(token(" Räin.", probability: 0.01), cloud: cloudState()))
        harness.feed(.local(.rolledBack(Rollback(tokens: 1, textBytes: 7)), cloud: cloudState()))
        harness.feed(.local(token(" Snow."), cloud: cloudState()))
        harness.feed(.local(finished(), cloud: cloudState()))
        #expect(harness.outcome?.text == "Rain. Snow." && harness.outcome?.draftTokens == 2)
        #expect(abs((harness.outcome?.confidence ?? 0) - 0.99) < 1e-6)
    }

    @Test("An answer that repeated itself to the end is never sure, whatever its words were worth, and escalates")
    func loop() throws {
        for mayLeave in [true, false] {
            let cloud = mayLeave ? cloudState() : cloudState(.localOnly)
            var harness = try Harness(lock: mayLeave ? .none : .localOnly)
            harness.feed(.begin(TurnFacts(cloud: cloud), hit: nil))
            harness.feed(.local(token("Rain."), cloud: cloud))
            harness.feed(.local(finished(.loop), cloud: cloud))
            if mayLeave {
                #expect(harness.asksToSend == 1)
            } else {
                #expect(harness.outcome?.ending == .loop && harness.outcome?.isUnsure == true)
                #expect(harness.outcome?.confidence == nil)
                #expect(harness.outcome?.decision.reasons.map(\.code).contains(.repeatsItself) == true)
            }
        }
    }

    @Test("An unsure answer escalates; the reply is the answer and the draft is kept beside it")
    func escalates() throws {
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        harness.feed(.local(token("Rome", probability: 0.6), cloud: cloudState()))
        harness.feed(.local(finished(), cloud: cloudState()))
        #expect(harness.asksToSend == 1 && harness.outcome == nil)
        harness.feed(.escalated(escalation))
        harness.feed(.cloud(.content("Par")))
        harness.feed(.cloud(.content("is")))
        harness.feed(.charged(Money(microUSD: 12)))
        harness.feed(.cloud(replyEnd))
        #expect(harness.outcome?.text == "Paris" && harness.outcome?.draft == "Rome")
        #expect(harness.outcome?.origin == .cloud && harness.outcome?.model == "large")
        #expect(harness.outcome?.cost == Money(microUSD: 12))
    }

    @Test("A draft whose confidence has sunk is stopped and handed over at once")
    func early() throws {
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        for _ in 0..<20 where harness.asksToSend == 0 {
            harness.feed(.local(token("x", probability: 0.05), cloud: cloudState()))
        }
        #expect(harness.stopsDraft && harness.asksToSend == 1)
        let collected = harness.effects.count
        harness.feed(.local(token("late"), cloud: cloudState()))
        #expect(harness.effects.count == collected, "a token that was on its way changes nothing")
    }

    @Test("Where the cloud cannot be had, the unsure draft stands and says so")
    func unsureStands() throws {
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cloud: cloudState(isReady: false)), hit: nil))
        harness.feed(.local(token("Rome", probability: 0.5), cloud: cloudState(isReady: false)))
        harness.feed(.local(finished(), cloud: cloudState(isReady: false)))
        #expect(harness.outcome?.isUnsure == true && harness.outcome?.text == "Rome" && harness.asksToSend == 0)
    }

    @Test("A cloud that fails before its first word leaves the finished draft, marked as unsure")
    func cloudFailsEarly() throws {
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        harness.feed(.local(token("Rome", probability: 0.5), cloud: cloudState()))
        harness.feed(.local(finished(), cloud: cloudState()))
        harness.feed(.cloudFailed(CloudFailure(.unreachable, billing: .nothingSent, message: "No network.")))
        #expect(harness.outcome?.text == "Rome" && harness.outcome?.isUnsure == true)
        #expect(harness.outcome?.decision.reasons.first?.sentence == "No network.")
    }

    @Test("What a person hands over goes to the cloud although the device was sure of it")
    func handsOver() throws {
        var harness = try Harness()
        harness.feed(.handOver(draft: "Rome", cloud: cloudState()))
        #expect(harness.asksToSend == 1 && harness.asksForDraft == 0)
        harness.feed(.escalated(escalation))
        harness.feed(.cloud(.content("Paris")))
        harness.feed(.cloud(replyEnd))
        #expect(
            harness.outcome?.text == "Paris" && harness.outcome?.draft == "Rome" && harness.outcome?.origin == .cloud)
    }

    @Test("What a person hands over stays under the lock, and says why", arguments: [OperatorLock.localOnly])
    func handOverLocked(lock: OperatorLock) throws {
        var harness = try Harness(lock: lock)
        harness.feed(.handOver(draft: "Rome", cloud: cloudState(lock)))
        #expect(harness.asksToSend == 0 && harness.asksForDraft == 0)
        #expect(harness.outcome?.text == "Rome" && harness.outcome?.isUnsure == true)
        #expect(harness.outcome?.decision.reasons.map(\.code) == [.handedOver, .localOnly])
    }

    @Test("A cloud that fails after a hand-over leaves the device's answer")
    func handOverFails() throws {
        var harness = try Harness()
        harness.feed(.handOver(draft: "Rome", cloud: cloudState()))
        harness.feed(.cloudFailed(CloudFailure(.unreachable, billing: .nothingSent, message: "No network.")))
        #expect(harness.outcome?.text == "Rome" && harness.outcome?.origin == .local && harness.asksForDraft == 0)
    }

    @Test("A cloud that fails after a draft was given up lets the device answer anew")
    func resumes() throws {
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        for _ in 0..<20 where harness.asksToSend == 0 {
            harness.feed(.local(token("x", probability: 0.05), cloud: cloudState()))
        }
        harness.feed(.heldBack("The audit log cannot be written."))
        #expect(harness.asksForDraft == 2)
        harness.feed(.local(token("whole"), cloud: cloudState()))
        harness.feed(.local(finished(), cloud: cloudState()))
        #expect(harness.outcome?.text == "whole" && harness.asksToSend == 1, "the cloud is asked once a turn")
    }

    @Test("A reply that breaks off is kept as the answer where no draft was finished")
    func brokenReply() throws {
        var harness = try Harness(lock: .cloudOnly)
        harness.feed(.begin(TurnFacts(cloud: cloudState(.cloudOnly)), hit: nil))
        harness.feed(.escalated(escalation))
        harness.feed(.cloud(.content("Half of")))
        harness.feed(.cloudFailed(broken))
        #expect(harness.outcome?.text == "Half of" && harness.outcome?.ending == .broken("The stream broke."))
    }

    @Test("Stopping keeps what came, in every phase")
    func stops() throws {
        var drafting = try Harness()
        drafting.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        drafting.feed(.local(token("some"), cloud: cloudState()))
        drafting.feed(.stop)
        #expect(drafting.outcome?.text == "some" && drafting.outcome?.ending == .stopped && drafting.stopsDraft)

        var replying = try Harness(lock: .cloudOnly)
        replying.feed(.begin(TurnFacts(cloud: cloudState(.cloudOnly)), hit: nil))
        replying.feed(.escalated(escalation))
        replying.feed(.cloud(.content("part")))
        replying.feed(.stop)
        #expect(replying.outcome?.text == "part" && replying.outcome?.ending == .stopped && replying.cancelsCloud)

        var waiting = try Harness()
        waiting.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        waiting.feed(.local(token("Rome", probability: 0.5), cloud: cloudState()))
        waiting.feed(.local(finished(), cloud: cloudState()))
        waiting.feed(.stop)
        #expect(waiting.outcome?.text == "Rome" && waiting.outcome?.isUnsure == true && waiting.cancelsCloud)
    }

    @Test("A model that fails is a reason to escalate, and without a cloud a reason to refuse")
    func localFails() throws {
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cloud: cloudState(isReady: false)), hit: nil))
        harness.feed(.localFailed(.failed("bad weights"), cloud: cloudState(isReady: false)))
        guard case .refused(let why) = harness.outcome?.ending else {
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
        var harness = try Harness()
        harness.feed(.begin(TurnFacts(cachedAge: hit.age, cloud: cloudState()), hit: hit))
        #expect(harness.outcome?.text == "Paris" && harness.outcome?.origin == .cache)
        #expect(harness.outcome?.cachedAge == .seconds(60) && harness.asksForDraft == 0 && harness.asksToSend == 0)
    }

    @Test("Whatever happens in whatever order, a turn ends once and asks the cloud once")
    func randomEvents() throws {
        var generator = SystemRandomNumberGenerator()
        for _ in 0..<3_000 {
            let lock = [OperatorLock.none, .localOnly, .cloudOnly].randomElement(using: &generator) ?? .none
            let stands = cloudState(lock, isReady: Bool.random(using: &generator))
            var harness = try Harness(lock: lock)
            harness.feed(.begin(TurnFacts(impediments: Bool.random() ? [] : [.noModel], cloud: stands), hit: nil))
            for _ in 0..<40 {
                let events: [Turn.Event] = [
                    .local(token("a", probability: .random(in: 0.01...1)), cloud: stands),
                    .local(finished(), cloud: stands),
                    .localFailed(.outOfMemory, cloud: stands), .escalated(escalation), .heldBack("no"),
                    .cloud(.content("b")), .cloud(replyEnd), .cloudFailed(broken), .charged(Money(microUSD: 1)), .stop,
                ]
                if let event = events.randomElement(using: &generator) { harness.feed(event) }
            }
            let ends = harness.effects.count { if case .emit(.finished) = $0 { true } else { false } }
            #expect(ends <= 1 && harness.asksToSend <= 1)
            if lock == .localOnly { #expect(harness.asksToSend == 0) }
        }
    }

    @Test("A second beginning, and an event before the first, are mistakes of the program and trap in debug builds")
    func impossibleEvents() async {
        await #expect(processExitsWith: .failure) {
            var harness = try Harness()
            harness.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
            harness.feed(.begin(TurnFacts(cloud: cloudState()), hit: nil))
        }
        await #expect(processExitsWith: .failure) {
            var harness = try Harness()
            harness.feed(.local(token("Par"), cloud: cloudState()))
        }
    }
}
