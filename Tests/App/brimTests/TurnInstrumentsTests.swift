import AssistantCore
import Foundation
import Synchronization
import Telemetry
import Testing

@testable import brim

/// What others can read of a turn.
@Suite struct TurnInstrumentsTests {
    /// A log that counts what it is given.
    private final class CountingLog: VerdictLog {
        let counts = Mutex((turns: 0, verdicts: 0))

        func record(_ turn: TurnMetrics) { counts.withLock { $0.turns += 1 } }
        func judge(isRight: Bool) { counts.withLock { $0.verdicts += 1 } }
        func turns(limit: Int) -> [TurnMetrics] { [] }
        func summary(since start: Timestamp) -> MetricsSummary { MetricsSummary() }
    }

    private func text(_ turns: [TurnMetrics], verdicts: [Bool] = []) async throws -> String {
        let reporter = TelemetryReporter(file: nil, sender: nil, resource: [], version: "1")
        let log = CountingLog()
        let instruments = TurnInstruments(log, reporter, localModel: "local-model")
        for turn in turns { try await instruments.record(turn) }
        for verdict in verdicts { instruments.judge(isRight: verdict) }
        #expect(
            log.counts.withLock { $0.turns } == turns.count && log.counts.withLock { $0.verdicts } == verdicts.count)
        return PrometheusText(resource: []).text(of: reporter.registry)
    }

    private static let local = TurnMetrics(
        startedAt: Timestamp(millisecondsSince1970: 1), route: .local, model: "local-model", promptTokens: 20,
        generatedTokens: 5, firstToken: .milliseconds(300), total: .milliseconds(900), confidence: 0.9,
        reason: "confident", ending: .complete, isUnsure: false)

    @Test("A turn of this device counts its tokens and times as those of this device")
    func device() async throws {
        let text = try await text([Self.local, Self.local])
        let labels = "gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"brim\",gen_ai_request_model=\"local-model\""
        #expect(text.contains("brim_turns_total{ending=\"complete\",route=\"local\"} 2.0\n"))
        #expect(text.contains("gen_ai_client_token_usage_sum{\(labels),gen_ai_token_type=\"input\"} 40.0\n"))
        #expect(text.contains("gen_ai_client_token_usage_sum{\(labels),gen_ai_token_type=\"output\"} 10.0\n"))
        #expect(text.contains("gen_ai_client_operation_time_to_first_chunk_seconds_count{\(labels)} 2\n"))
        #expect(text.contains("gen_ai_invoke_agent_duration_seconds_count{brim_route=\"local\"} 2\n"))
        #expect(text.contains("brim_confidence_count 2\n"))
        #expect(!text.contains("escalations") && !text.contains("cost") && !text.contains("nebius"))
    }

    @Test("An escalated turn has two operations, the tokens of the one that answered, the reason and the cost")
    func escalated() async throws {
        var turn = Self.local
        turn.route = .cloud
        turn.model = "cloud-model"
        turn.reason = "unsure"
        turn.cloudFirstToken = .milliseconds(500)
        turn.cloudTime = .seconds(2)
        turn.costMicroUSD = 2_500
        let text = try await text([turn], verdicts: [true, false, false])
        #expect(text.contains("brim_escalations_total{reason=\"unsure\"} 1.0\n"))
        #expect(text.contains("brim_cost_usd_total 0.0025\n"))
        #expect(text.contains("brim_verdicts_total{verdict=\"wrong\"} 2.0\n"))
        for (provider, model) in [("brim", "local-model"), ("nebius", "cloud-model")] {
            let labels = "gen_ai_provider_name=\"\(provider)\",gen_ai_request_model=\"\(model)\""
            #expect(text.contains("time_to_first_chunk_seconds_count{gen_ai_operation_name=\"chat\",\(labels)} 1\n"))
        }
        #expect(text.contains("token_usage_sum{gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"nebius\""))
        #expect(!text.contains("token_usage_sum{gen_ai_operation_name=\"chat\",gen_ai_provider_name=\"brim\""))
    }

    @Test("An earlier answer is a hit of the cache, and what was not counted has no tokens")
    func cache() async throws {
        var turn = TurnMetrics(startedAt: Timestamp(millisecondsSince1970: 1), route: .cache, total: .milliseconds(4))
        turn.ending = .complete
        let text = try await text([turn])
        #expect(text.contains("brim_cache_hits_total 1.0\n"))
        #expect(!text.contains("token_usage") && !text.contains("operation"))
    }
}
