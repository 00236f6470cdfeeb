import AssistantCore
import Foundation
import Testing

@testable import Routing

@Suite("Speed of routing", .enabled(if: ProcessInfo.processInfo.environment["BRIM_ROUTING_SPEED"] != nil))
struct RoutingSpeedTests {
    /// The least of many short runs; meant for a release build.
    private func least(_ body: () throws -> Void) rethrows -> Duration {
        let clock = ContinuousClock()
        return try (0..<200).map { _ in try clock.measure(body) }.min() ?? .zero
    }

    @Test("Routing a turn of a long conversation, and sealing it")
    func turn() throws {
        let rules = RoutingRules(
            stayHome: DataClass.allCases.map { StayRule(name: $0.rawValue) },
            mustGo: [GoRule(name: "code", prefixes: ["/cloud"], phrases: ["swift code"])])
        let policy = try RoutingPolicy(rules)
        let sentence =
            "The train to the coast leaves at ten past nine, and the weather there is said to be fine today. "
        let messages = (0..<20).map { Message($0 % 2 == 0 ? .user : .assistant, String(repeating: sentence, count: 3)) }
        let bytes = messages.reduce(0) { $0 + $1.text.utf8.count }

        let rule = least { _ = policy.ruling(on: messages) }
        let decide = least {
            var router = Router(settings: policy.settings, ruling: Ruling())
            _ = router.decideBeforeDraft(TurnFacts(cloud: Facts.open))
            for tokens in 1...200 { _ = router.consider(confidence: 0.9, tokens: tokens, cloud: Facts.open) }
            _ = router.decideAfterDraft(confidence: 0.9, cloud: Facts.open)
        }
        let scan = least {
            var redactor = Redactor()
            _ = redactor.redact(messages)
        }
        print(
            "routing \(messages.count) messages, \(bytes) bytes: rules \(rule), 202 decisions \(decide), redaction \(scan)"
        )
        #expect(rule + decide <= .milliseconds(1))
    }
}
