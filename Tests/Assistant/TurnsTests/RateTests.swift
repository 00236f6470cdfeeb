import AssistantCore
import Routing
import Synchronization
import Testing

@testable import Turns

/// Limits of a minute, and what is reported when a soft limit is reached.
@Suite struct RateTests {
    private static let soft = Money(microUSD: 1)
    private static let delay = RateDelay(RateCap(.everything, requests: 1), wait: .seconds(3_600))
    private static let answer: [ScriptedCloud.Step] = [
        .event(.sending), .event(.content("Paris")),
        .event(
            .finished(
                CloudSummary(
                    stop: .ended, usage: CloudUsage(promptTokens: 100, completionTokens: 10),
                    timeToFirstToken: .milliseconds(5), duration: .milliseconds(9), attempts: 1))),
    ]

    private let cloud = ScriptedCloud(Self.answer)
    private let books = MemoryBooks()

    private final class CollectedAlerts: Sendable {
        let alerts = Mutex<[Budget.Alert]>([])
    }

    private func runner(_ limits: Budget.Limits, _ collected: CollectedAlerts = CollectedAlerts()) throws -> TurnRunner
    {
        var settings = CloudGateway.Settings(
            endpoint: "https://cloud.test/v1", policy: try RoutingPolicy(RoutingRules()),
            budget: Budget([Budget.Line(.everything, limits)]))
        settings.prices = ["large": CloudPrice(inputMicroUSDPerMillion: 1_000_000, outputMicroUSDPerMillion: 1_000_000)]
        settings.onSoftLimits = { alerts in
            // A command of the operator takes its time; the end of the turn, which comes meanwhile, must not stop it.
            guard (try? await Task.sleep(for: .milliseconds(50))) != nil else { return }
            collected.alerts.withLock { $0 += alerts }
        }
        let clock: @Sendable () -> Timestamp = { Timestamp(millisecondsSince1970: 1_000_000) }
        let gateway = CloudGateway(
            settings, ports: CloudGateway.Ports(client: cloud, ledger: books, audit: books, consents: books),
            clock: clock)
        return TurnRunner(model: ScriptedModel([("Rome", 0.3)]), gateway: gateway, now: clock)
    }

    private func outcome(_ runner: TurnRunner) async throws -> TurnOutcome {
        let running = runner.run(TurnRequest(prompt: "What?"))
        var outcome: TurnOutcome?
        for await case .finished(let last) in running.updates { outcome = last }
        await running.end()
        return try #require(outcome)
    }

    @Test("A limit of a minute that is reached keeps the turn on the device, and says until when")
    func reached() async throws {
        books.rateDelay.withLock { $0 = Self.delay }
        let outcome = try await outcome(runner(Budget.Limits(rpm: 1)))
        #expect(outcome.origin == .local && outcome.text == "Rome" && cloud.received.withLock { $0.isEmpty })
        let reason = try #require(outcome.decision.reasons.first { $0.code == .rateLimited })
        #expect(reason.sentence.contains("1 request a minute"))
    }

    @Test("Where another process takes the last place meanwhile, the reservation holds the request back")
    func takenMeanwhile() async throws {
        let books = books
        books.whileReserving.withLock { $0 = { books.rateDelay.withLock { $0 = Self.delay } } }
        let outcome = try await outcome(runner(Budget.Limits(rpm: 1)))
        #expect(outcome.origin == .local && cloud.received.withLock { $0.isEmpty })
        #expect(books.state.withLock { $0.lines.isEmpty })
    }

    @Test("Soft limits that are reached are reported after the request that reached them, and not before")
    func soft() async throws {
        let collected = CollectedAlerts()
        let outcome = try await outcome(runner(Budget.Limits(softBudget: Self.soft), collected))
        #expect(outcome.origin == .cloud)
        #expect(collected.alerts.withLock { $0.map(\.limit) } == [Self.soft])
        let quiet = CollectedAlerts()
        _ = try await self.outcome(runner(Budget.Limits(softBudget: .max), quiet))
        #expect(quiet.alerts.withLock { $0.isEmpty })
    }
}
