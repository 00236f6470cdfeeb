import TestSupport
import AssistantCore
import Testing

@testable import Routing

@Suite("Router: nothing leaves that may not")
struct RouterSafetyTests {
    /// What was true when a step was taken, and what it gave.
    private struct Step {
        var cloud: CloudState
        var permit: SendPermit?
    }

    /// Plays one turn to its end with facts that change at every step.
    private func play(_ ruling: Ruling, using random: inout SeededGenerator) -> [Step] {
        let rule: UnknownConfidenceRule = random.pick([.keep, .escalate])
        var router = Router(
            settings: RouterSettings(threshold: random.pick([0, 0.8, 1]), unknownConfidence: rule), ruling: ruling)
        let facts = Facts.randomTurn(using: &random)
        var steps: [Step] = []
        let opening = router.decideBeforeDraft(facts)
        steps.append(Step(cloud: facts.cloud, permit: opening.permit))
        var isDrafting = opening.isDraft
        var progress = Router.DraftProgress.none
        for _ in 0..<12 {
            if steps.last?.permit != nil {
                let lock = random.pick(Facts.locks)
                let fallback = router.decideAfterCloudFailure("down", draft: progress, lock: lock)
                steps.append(Step(cloud: Facts.randomCloud(using: &random), permit: nil))
                isDrafting = fallback == .resumeDraft || fallback.isDraft
            }
            guard isDrafting else { break }
            let cloud = Facts.randomCloud(using: &random)
            let (permit, goesOn) = draftStep(&router, cloud, using: &random)
            steps.append(Step(cloud: cloud, permit: permit))
            progress = goesOn ? .stopped : .finished
            isDrafting = goesOn && permit == nil
        }
        return steps
    }

    private func draftStep(
        _ router: inout Router, _ cloud: CloudState, using random: inout SeededGenerator
    ) -> (SendPermit?, goesOn: Bool) {
        let confidence = random.pick(Facts.confidences)
        switch Int.random(in: 0..<8, using: &random) {
        case 0:
            guard case .send(let permit) = router.decideAfterDraftFailure(.outOfMemory, cloud: cloud) else {
                return (nil, false)
            }
            return (permit, false)
        case 1, 2:
            guard case .escalate(let permit) = router.decideAfterDraft(confidence: confidence, cloud: cloud) else {
                return (nil, false)
            }
            return (permit, false)
        default:
            let tokens = Int.random(in: 0..<64, using: &random)
            guard case .handOver(let permit) = router.consider(confidence: confidence, tokens: tokens, cloud: cloud)
            else { return (nil, true) }
            return (permit, true)
        }
    }

    @Test("In 100,000 random turns no permit exists under local-only, a staying class, or without consent")
    func neverUnderLock() {
        var random = SeededGenerator(seed: 20_261_123)
        var permits = 0
        for _ in 0..<100_000 {
            let ruling = random.pick(Facts.rulings)
            let steps = play(ruling, using: &random)
            #expect(steps.count { $0.permit != nil } <= 1, "the cloud is asked once a turn at most")
            for step in steps {
                guard let permit = step.permit else { continue }
                permits += 1
                let isAllowed =
                    ruling.staying.isEmpty && step.cloud.lock != .localOnly
                    && step.cloud.consent == Facts.consent(to: permit.endpoint)
                    && step.cloud.endpoint == .ready(permit.endpoint) && step.cloud.budget.admits
                    && step.cloud.breaker.admits
                if !isAllowed { Issue.record("a permit under \(step.cloud) and \(ruling)") }
            }
        }
        #expect(permits > 5_000, "the turns must have had something to permit")
    }
}

extension Router.Opening {
    fileprivate var permit: SendPermit? { if case .send(let permit) = self { permit } else { nil } }
    fileprivate var isDraft: Bool { if case .draft = self { true } else { false } }
}

extension Router.Fallback {
    fileprivate var isDraft: Bool { if case .draftLocally = self { true } else { false } }
}
