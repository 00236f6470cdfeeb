import AssistantCore
import Foundation
import Testing

@testable import Routing

@Suite("Router: draft, escalation and failure")
struct RouterDraftTests {
    private func drafting(
        _ settings: RouterSettings = RouterSettings(), ruling: Ruling = Ruling(), cloud: CloudState = Facts.open
    ) -> Router {
        var router = Router(settings: settings, ruling: ruling)
        #expect(router.decideBeforeDraft(TurnFacts(cloud: cloud)) == .draft(isTrimmed: false))
        return router
    }

    @Test("The threshold itself keeps the answer, anything less escalates")
    func threshold() {
        var sure = drafting()
        #expect(sure.decideAfterDraft(confidence: 0.8, cloud: Facts.open) == .keep)
        #expect(sure.decision == RouteDecision(.local, [RouteReason(.confident, "conf 0.80 ≥ 0.80")]))
        var unsure = drafting()
        guard case .escalate(let permit) = unsure.decideAfterDraft(confidence: 0.7999, cloud: Facts.open) else {
            Issue.record("\(unsure.decision)")
            return
        }
        #expect(permit.endpoint == Facts.endpoint)
        #expect(permit.reason.sentence == "conf 0.79 < 0.80")
        #expect(unsure.decision.outcome == .cloud)
    }

    @Test("What is not calibrated is not called a confidence: the reason names the probability of the words")
    func uncalibrated() {
        var sure = drafting()
        #expect(sure.decideAfterDraft(confidence: 0.81, source: .probability, cloud: Facts.open) == .keep)
        #expect(sure.decision.reasons.map(\.sentence) == ["prob 0.81 ≥ 0.80"])
        var sunk = drafting()
        guard
            case .handOver(let permit) = sunk.consider(
                confidence: 0.01, source: .probability, tokens: 40, floor: .below(0.5), cloud: Facts.open)
        else {
            Issue.record("\(sunk.decision)")
            return
        }
        #expect(permit.reason.sentence == "prob 0.01 < 0.50 after 40 tokens")
    }

    @Test("Of an unknown confidence, the rule decides", arguments: [nil, .nan, -0.1, 1.1, .infinity] as [Double?])
    func unknown(confidence: Double?) {
        var keeping = drafting()
        #expect(keeping.decideAfterDraft(confidence: confidence, cloud: Facts.open) == .keepUnsure)
        #expect(keeping.decision.reasons.map(\.code) == [.confidenceUnknown])
        var asking = drafting(RouterSettings(unknownConfidence: .escalate))
        guard case .escalate = asking.decideAfterDraft(confidence: confidence, cloud: Facts.open) else {
            Issue.record("\(asking.decision)")
            return
        }
    }

    @Test("A draft is handed over as soon as its confidence has sunk below the floor of its length")
    func early() {
        let settings = RouterSettings(
            earlyHandover: EarlyHandover([.init(tokens: 8, below: 0.5), .init(tokens: 4, below: 0.3)]))
        var router = drafting(settings)
        #expect(router.consider(confidence: 0.01, tokens: 3, cloud: Facts.open) == .goOn)
        #expect(router.consider(confidence: nil, tokens: 4, cloud: Facts.open) == .goOn)
        #expect(router.consider(confidence: .nan, tokens: 4, cloud: Facts.open) == .goOn)
        #expect(router.consider(confidence: 0.3, tokens: 7, cloud: Facts.open) == .goOn)
        guard case .handOver(let permit) = router.consider(confidence: 0.49, tokens: 8, cloud: Facts.open) else {
            Issue.record("\(router.decision)")
            return
        }
        #expect(permit.reason == RouteReason(.sunk, "conf 0.49 < 0.50 after 8 tokens"))
    }

    @Test("A floor above the threshold hands over nothing that would be kept")
    func floorAboveThreshold() {
        let settings = RouterSettings(threshold: 0.6, earlyHandover: EarlyHandover([.init(tokens: 1, below: 0.9)]))
        var router = drafting(settings)
        #expect(router.consider(confidence: 0.6, tokens: 5, cloud: Facts.open) == .goOn)
    }

    @Test("A sunken draft goes on where the cloud is barred, and is kept as unsure with the reason")
    func sunkenAtHome() {
        var cloud = Facts.open
        cloud.breaker = .open(for: .milliseconds(2_100))
        var router = drafting(cloud: cloud)
        #expect(router.consider(confidence: 0.1, tokens: 9, cloud: cloud) == .goOn)
        #expect(router.decideAfterDraft(confidence: 0.1, cloud: cloud) == .keepUnsure)
        #expect(router.decision.outcome == .localUnsure)
        #expect(router.decision.reasons.map(\.code) == [.unsure, .breakerOpen])
        #expect(router.decision.reasons.last?.sentence == "The cloud failed repeatedly; it is tried again in 3 s.")
    }

    @Test("The lock that is set during the draft holds at its end")
    func lockedMeanwhile() {
        var router = drafting()
        var cloud = Facts.open
        cloud.lock = .localOnly
        #expect(router.consider(confidence: 0.01, tokens: 50, cloud: cloud) == .goOn)
        #expect(router.decideAfterDraft(confidence: 0.01, cloud: cloud) == .keepUnsure)
        #expect(router.decision.reasons.map(\.code) == [.unsure, .localOnly])
    }

    @Test("A reached soft budget is told along with the escalation")
    func softBudget() {
        var cloud = Facts.open
        cloud.budget = Facts.budgets[1]
        var router = drafting(cloud: cloud)
        guard case .escalate = router.decideAfterDraft(confidence: 0.2, cloud: cloud) else {
            Issue.record("\(router.decision)")
            return
        }
        #expect(router.decision.reasons.map(\.code) == [.unsure, .budgetWarning])
    }

    @Test("An answer to a task that should have gone is unsure however confident, and goes when it can")
    func unmetWish() {
        var barred = Facts.open
        barred.breaker = .open(for: .seconds(1))
        var router = drafting(ruling: Ruling(going: "code"), cloud: barred)
        var late = router
        #expect(router.decideAfterDraft(confidence: 0.99, cloud: barred) == .keepUnsure)
        #expect(router.decision.reasons.map(\.code) == [.confident, .taskGoes, .breakerOpen])
        guard case .escalate(let permit) = late.decideAfterDraft(confidence: 0.99, cloud: Facts.open) else {
            Issue.record("\(late.decision)")
            return
        }
        #expect(permit.reason.code == .taskGoes)
    }

    @Test("A device that fails in its answer hands the turn over, or gives a reason")
    func draftFailure() {
        var router = drafting()
        guard case .send = router.decideAfterDraftFailure(.failed("out of tokens"), cloud: Facts.open) else {
            Issue.record("\(router.decision)")
            return
        }
        #expect(
            router.decideAfterCloudFailure("no route", draft: .none, lock: .none) == .refuse)
        #expect(router.decision.reasons.map(\.code).prefix(2) == [.cloudFailed, .draftFailed])

        var cloud = Facts.open
        cloud.lock = .localOnly
        var locked = drafting(cloud: cloud)
        #expect(locked.decideAfterDraftFailure(.outOfMemory, cloud: cloud) == .refuse)
        #expect(locked.decision.reasons.map(\.code) == [.draftFailed, .localOnly])
    }

    @Test("When the cloud fails, a finished draft stands as unsure")
    func draftStands() {
        var router = drafting()
        _ = router.decideAfterDraft(confidence: 0.41, cloud: Facts.open)
        #expect(router.decideAfterCloudFailure("connection lost", draft: .finished, lock: .none) == .draftStands)
        #expect(router.decision.outcome == .localUnsure)
        #expect(router.decision.reasons.map(\.code) == [.cloudFailed, .unsure])
    }

    @Test("When the cloud fails, a stopped draft is finished, and the cloud is not asked again")
    func draftResumes() {
        var router = drafting()
        guard case .handOver = router.consider(confidence: 0.1, tokens: 9, cloud: Facts.open) else {
            Issue.record("\(router.decision)")
            return
        }
        #expect(router.decideAfterCloudFailure("connection lost", draft: .stopped, lock: .none) == .resumeDraft)
        #expect(router.consider(confidence: 0.1, tokens: 10, cloud: Facts.open) == .goOn)
        #expect(router.decideAfterDraft(confidence: 0.3, cloud: Facts.open) == .keepUnsure)
        #expect(router.decision.reasons.map(\.code) == [.unsure, .cloudFailed])
    }

    @Test("When the cloud fails before any draft, the device answers where it may and can")
    func answersAfterFailure() {
        func sent(_ facts: TurnFacts, _ ruling: Ruling = Ruling()) -> Router {
            var router = Router(settings: RouterSettings(), ruling: ruling)
            guard case .send = router.decideBeforeDraft(facts) else {
                Issue.record("\(router.decision)")
                return router
            }
            return router
        }
        var rule = sent(TurnFacts(cloud: Facts.open), Ruling(going: "code"))
        #expect(rule.decideAfterCloudFailure("down", draft: .none, lock: .none) == .draftLocally(isTrimmed: false))
        #expect(rule.decideAfterDraft(confidence: 0.99, cloud: Facts.open) == .keepUnsure)
        #expect(rule.decision.reasons.map(\.code) == [.confident, .taskGoes, .cloudFailed])

        var long = sent(TurnFacts(context: Facts.contexts[2], cloud: Facts.open))
        #expect(long.decideAfterCloudFailure("down", draft: .none, lock: .none) == .draftLocally(isTrimmed: true))
        var hot = sent(TurnFacts(impediments: [.overheating(celsius: 85)], cloud: Facts.open))
        #expect(hot.decideAfterCloudFailure("down", draft: .none, lock: .none) == .draftLocally(isTrimmed: false))
        #expect(hot.decideAfterDraft(confidence: 0.9, cloud: Facts.open) == .keep)

        var huge = sent(TurnFacts(context: Facts.contexts[3], cloud: Facts.open))
        #expect(huge.decideAfterCloudFailure("down", draft: .none, lock: .none) == .refuse)
        var empty = sent(TurnFacts(impediments: [.noModel], cloud: Facts.open))
        #expect(empty.decideAfterCloudFailure("down", draft: .none, lock: .none) == .refuse)
        var cloudOnly = Facts.open
        cloudOnly.lock = .cloudOnly
        var bound = sent(TurnFacts(cloud: cloudOnly))
        #expect(bound.decideAfterCloudFailure("down", draft: .none, lock: .cloudOnly) == .refuse)
        #expect(bound.decision.reasons.map(\.code) == [.cloudFailed, .cloudOnly])
    }

    @Test("A decision is written as the route event and read back")
    func json() throws {
        let decision = RouteDecision(.cloud, [RouteReason(.unsure, "conf 0.41 < 0.80")])
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let data = try encoder.encode(decision)
        #expect(
            String(decoding: data, as: UTF8.self)
                == #"{"decision":"cloud","reasons":[{"code":"unsure","sentence":"conf 0.41 < 0.80"}],"type":"route"}"#)
        #expect(try JSONDecoder().decode(RouteDecision.self, from: data) == decision)
    }
}
