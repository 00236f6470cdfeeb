import AssistantCore
import Foundation
import Synchronization
import Testing
import Tracing

@testable import Telemetry
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

    /// The spans of a spoken turn whose answer was said, or silenced.
    private func spans(ofSpoken turn: TurnMetrics, _ speech: TurnSpeech?) async throws -> [RecordedSpan.Record] {
        let reporter = TelemetryReporter(file: nil, sender: nil, resource: [], version: "1")
        let (said, saying) = AsyncStream<TurnSpeech?>.makeStream()
        let instruments = TurnInstruments(CountingLog(), reporter, localModel: "local-model").saying {
            for await report in said { return report }
            return nil
        }
        try await instruments.record(turn)
        #expect(reporter.spans.take().isEmpty, "a turn waits for its answer to be said, and whoever asks does not")
        saying.yield(speech)
        await instruments.finish()
        return reporter.spans.take()
    }

    @Test("A spoken turn whose answer is said has hearing, answering and saying below it, and ends with the last sound")
    func spoken() async throws {
        var turn = Self.local
        turn.startedAt = .now
        turn.transcription = .milliseconds(200)
        var speech = TurnSpeech(voice: "jo", start: .now, end: ContinuousClock.now + .seconds(3))
        speech.firstSound = .milliseconds(250)
        let spans = try await spans(ofSpoken: turn, speech)
        let names = ["invoke_agent brim", "speech_to_text", "chat local-model", "text_to_speech jo"]
        #expect(Set(spans.map(\.name)) == Set(names))
        let whole = try #require(spans.first { $0.name == "invoke_agent brim" })
        let saying = try #require(spans.first { $0.name == "text_to_speech jo" })
        #expect(spans.allSatisfy { $0.trace == whole.trace && ($0.name == whole.name || $0.parent == whole.span) })
        #expect(spans.allSatisfy { whole.start <= $0.start && $0.end <= whole.end } && whole.end == saying.end)
        #expect((2_900_000_000...3_100_000_000).contains(saying.end - saying.start))
        #expect(whole.attributes.get("gen_ai.agent.invocation.end_reason") == .string("completed"))
        #expect(saying.attributes.get("gen_ai.operation.name") == .string("text_to_speech"))
        #expect(saying.attributes.get("gen_ai.speech.voice") == .string("jo"))
        #expect(saying.attributes.get("gen_ai.output.type") == .string("speech"))
        #expect(saying.attributes.get("gen_ai.response.time_to_first_chunk") == .double(0.25))
        #expect(saying.isError != true)
    }

    @Test("Silence that somebody wanted is an interruption, a speaker that fails an error, and nothing to say no span")
    func silenced() async throws {
        var speech = TurnSpeech(voice: "jo", start: .now, end: .now, isInterrupted: true)
        var spans = try await spans(ofSpoken: Self.local, speech)
        let whole = try #require(spans.first { $0.name == "invoke_agent brim" })
        #expect(whole.attributes.get("gen_ai.agent.invocation.end_reason") == .string("interrupted"))
        (speech.isInterrupted, speech.isError) = (false, true)
        spans = try await self.spans(ofSpoken: Self.local, speech)
        let saying = try #require(spans.first { $0.name == "text_to_speech jo" })
        #expect(saying.isError == true && saying.attributes.get("error.type") == .string("speaker"))
        spans = try await self.spans(ofSpoken: Self.local, nil)
        #expect(Set(spans.map(\.name)) == ["invoke_agent brim", "chat local-model"])
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
