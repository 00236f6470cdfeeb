import AssistantCore
import Testing

@testable import Routing

@Suite("Router: the order of precedence")
struct RouterOrderTests {
    /// The order as the specification states it, read from top to bottom; the first line that applies decides.
    private func expected(_ facts: TurnFacts, _ ruling: Ruling) -> (RouteDecision.Outcome, RouteReason.Code) {
        let cloud = facts.cloud
        let isDeviceDead = facts.impediments.contains { $0.preventsAnswer }
        let isTooLarge = facts.context.map { $0.leastTokens + $0.answerTokens > $0.windowTokens } ?? false
        let isHeavy = facts.context.map { $0.conversationTokens + $0.answerTokens > $0.windowTokens } ?? false
        let home: RouteDecision.Outcome = isDeviceDead || isTooLarge ? .refused : .draft
        let cloudAdmits =
            cloud.endpoint == .ready(Facts.endpoint) && cloud.consent == Facts.consent(to: Facts.endpoint)
            && cloud.budget.admits && cloud.breaker.admits
        let away: RouteDecision.Outcome = cloudAdmits ? .cloud : home

        if facts.cachedAge != nil { return (.cache, .cached) }
        if !ruling.staying.isEmpty { return (home, .dataStays) }
        if cloud.lock == .localOnly { return (home, .localOnly) }
        // Cloud-only forbids the draft that a barred cloud otherwise falls back to.
        let awayOrRefused: RouteDecision.Outcome =
            cloud.lock == .cloudOnly && !cloudAdmits ? .refused : away
        if ruling.going != nil { return (awayOrRefused, .taskGoes) }
        if cloud.lock == .cloudOnly { return (awayOrRefused, .cloudOnly) }
        if isHeavy { return (away, .contextTooHeavy) }
        if isDeviceDead { return (away, .deviceUnable) }
        if !facts.impediments.isEmpty { return (away, .deviceStrained) }
        return (.draft, .drafting)
    }

    @Test("Every combination of facts is decided by the first reason that applies")
    func exhaustive() {
        var count = 0
        for ruling in Facts.rulings {
            for lock in Facts.locks {
                for endpoint in Facts.endpoints {
                    for consent in Facts.consents {
                        for budget in Facts.budgets {
                            for breaker in Facts.breakers {
                                let cloud = CloudState(
                                    lock: lock, endpoint: endpoint, consent: consent, budget: budget, breaker: breaker)
                                count += check(cloud, ruling)
                            }
                        }
                    }
                }
            }
        }
        #expect(count == 4 * 3 * 2 * 4 * 4 * 7 * 2 * 4 * 5)
    }

    private func check(_ cloud: CloudState, _ ruling: Ruling) -> Int {
        var count = 0
        for age in Facts.ages {
            for context in Facts.contexts {
                for impediments in Facts.impediments {
                    let facts = TurnFacts(cachedAge: age, context: context, impediments: impediments, cloud: cloud)
                    var router = Router(settings: RouterSettings(), ruling: ruling)
                    let opening = router.decideBeforeDraft(facts)
                    let (outcome, code) = expected(facts, ruling)
                    count += 1
                    guard router.decision.outcome == outcome, router.decision.reasons.first?.code == code,
                        opening.outcome == outcome
                    else {
                        Issue.record("\(facts) \(ruling): \(router.decision), expected \(outcome) for \(code)")
                        return count
                    }
                }
            }
        }
        return count
    }

    @Test("A turn that the cloud was wanted for says what barred it")
    func bars() {
        var cloud = Facts.open
        cloud.consent = nil
        cloud.budget = Facts.budgets[2]
        cloud.breaker = .open(for: .seconds(3))
        var router = Router(settings: RouterSettings(), ruling: Ruling(going: "code"))
        #expect(router.decideBeforeDraft(TurnFacts(cloud: cloud)) == .draft(isTrimmed: false))
        #expect(
            router.decision.reasons.map(\.code) == [.taskGoes, .consentMissing, .budgetExhausted, .breakerOpen])
        #expect(!router.decision.lacksOnlyConsent)
    }

    @Test("Where consent alone is missing, the decision says so")
    func lacksOnlyConsent() {
        var cloud = Facts.open
        cloud.consent = nil
        var router = Router(settings: RouterSettings(), ruling: Ruling())
        #expect(router.decideBeforeDraft(TurnFacts(cloud: cloud)) == .draft(isTrimmed: false))
        #expect(router.decision.lacksOnlyConsent)
        #expect(router.decideAfterDraft(confidence: 0.4, cloud: cloud) == .keepUnsure)
        #expect(router.decision.reasons.map(\.code) == [.unsure, .consentMissing])
        #expect(router.decision.lacksOnlyConsent)

        cloud.budget = .priceUnknown
        var unpriced = Router(settings: RouterSettings(), ruling: Ruling())
        #expect(unpriced.decideBeforeDraft(TurnFacts(cloud: cloud)) == .draft(isTrimmed: false))
        #expect(unpriced.decision.reasons.map(\.code) == [.drafting, .consentMissing, .priceUnknown])
        #expect(unpriced.decision.lacksOnlyConsent)
    }

    @Test("A conversation that is too long is trimmed where it must stay")
    func trimmed() {
        var cloud = Facts.open
        cloud.lock = .localOnly
        var router = Router(settings: RouterSettings(), ruling: Ruling())
        let opening = router.decideBeforeDraft(TurnFacts(context: Facts.contexts[2], cloud: cloud))
        #expect(opening == .draft(isTrimmed: true))
        #expect(router.decision.reasons.map(\.code) == [.localOnly, .contextTooHeavy])
    }

    @Test("Token counts at the end of the range do not trap")
    func hugeContext() {
        let context = ContextLoad(
            conversationTokens: .max, leastTokens: .max, answerTokens: .max, windowTokens: 8_192)
        var router = Router(settings: RouterSettings(), ruling: Ruling())
        guard case .send = router.decideBeforeDraft(TurnFacts(context: context, cloud: Facts.open)) else {
            Issue.record("\(router.decision)")
            return
        }
    }
}

extension Router.Opening {
    fileprivate var outcome: RouteDecision.Outcome {
        switch self {
        case .answerFromCache: .cache
        case .draft: .draft
        case .send: .cloud
        case .refuse: .refused
        }
    }
}
