import AssistantCore
import Testing

@testable import Routing

@Suite("Sealing what leaves")
struct SealTests {
    private let policy: RoutingPolicy
    private let permit: SendPermit

    init() throws {
        policy = try RoutingPolicy(RoutingRules(stayHome: [StayRule(name: "project", phrases: ["blue heron"])]))
        var router = Router(settings: policy.settings, ruling: Ruling(going: "test"))
        guard case .send(let permit) = router.decideBeforeDraft(TurnFacts(cloud: Facts.open)) else {
            throw SealRefusal(reasons: router.decision.reasons)
        }
        self.permit = permit
    }

    private func seal(_ messages: [Message], _ cloud: CloudState = Facts.open) throws -> SealedPrompt {
        var redactor = Redactor()
        return try permit.seal(messages, under: policy, redactor: &redactor, cloud: cloud)
    }

    @Test("What leaves is redacted, counted and explained to the model; the reply is restored")
    func seals() throws {
        let sealed = try seal([Message(.system, "Be brief."), Message(.user, "Mail ann@example.org")])
        #expect(sealed.messages.map(\.text) == ["Be brief.\n\n" + SendPermit.note, "Mail <EMAIL_1>"])
        #expect(sealed.redactionCount == 1)
        #expect(sealed.endpoint == Facts.endpoint)
        #expect(sealed.preview.map(\.content.original) == ["Be brief.\n\n" + SendPermit.note, "Mail ann@example.org"])
        var restorer = sealed.restorer
        #expect(restorer.restore("To <EMAIL_1>") + restorer.finish() == "To ann@example.org")
    }

    @Test("Without redactions nothing is added; without a system prompt the note becomes one")
    func note() throws {
        #expect(try seal([Message(.user, "hello")]).messages == [Message(.user, "hello")])
        #expect(try seal([Message(.user, "ann@example.org")]).messages.map(\.role) == [.system, .user])
    }

    @Test("A permit is void once the lock is set, consent withdrawn, the endpoint changed or the text must stay")
    func refuses() throws {
        var locked = Facts.open
        locked.lock = .localOnly
        var withdrawn = Facts.open
        withdrawn.consent = Facts.consent(to: Facts.endpoint, isGranted: false)
        var moved = Facts.open
        moved.endpoint = .ready("https://elsewhere.example/v1")
        var consentedElsewhere = moved
        consentedElsewhere.consent = Facts.consent(to: "https://elsewhere.example/v1")
        let harmless = [Message(.user, "hello")]
        #expect(try seal(harmless).mayLeave(under: Facts.open))
        for (cloud, code) in [
            (locked, RouteReason.Code.localOnly), (withdrawn, .consentMissing), (moved, .consentMissing),
            (consentedElsewhere, .heldBack),
        ] {
            #expect(try seal(harmless).mayLeave(under: cloud) == false)
            let refusal = #expect(throws: SealRefusal.self) { try seal(harmless, cloud) }
            #expect(refusal?.reasons.map(\.code) == [code])
            #expect(refusal?.description.isEmpty == false)
        }
        let earlier = [Message(.user, "About Blue  Heron"), Message(.assistant, "Yes?"), Message(.user, "go on")]
        let refusal = #expect(throws: SealRefusal.self) { try seal(earlier) }
        #expect(refusal?.reasons.map(\.code) == [.dataStays])
        let bound = [Message(.user, "said under the lock", mayLeave: false), Message(.user, "go on")]
        let kept = #expect(throws: SealRefusal.self) { try seal(bound) }
        #expect(kept?.reasons.map(\.code) == [.saidUnderLock])
    }
}
