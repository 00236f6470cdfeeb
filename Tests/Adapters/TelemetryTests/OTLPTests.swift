import CoreMetrics
import Foundation
import NebiusDouble
import SwiftProtobuf
import Testing
import Tracing

@testable import Telemetry

@Suite("The OpenTelemetry protocol")
struct OTLPTests {
    private struct Moment: TracerInstant {
        let nanosecondsSinceEpoch: UInt64

        static func < (one: Moment, other: Moment) -> Bool { one.nanosecondsSinceEpoch < other.nanosecondsSinceEpoch }
    }

    private struct Spoken: Error, CustomStringConvertible { let description = "what somebody said" }

    private static let resource = [
        MetricLabel("service.name", "brim"), MetricLabel("brim.device.id", "kiosk-1"),
        MetricLabel("brim.device.group", "canary"),
    ]

    private static func record(into reporter: TelemetryReporter) {
        Counter(label: "brim.turns", dimensions: [("route", "local")], factory: reporter.registry).increment(by: 2)
        Recorder(
            label: "gen_ai.client.operation.duration", dimensions: [("gen_ai.operation.name", "chat")], aggregate: true,
            factory: reporter.registry
        ).record(0.3)
        Meter(label: "brim.device.temperature", dimensions: [], factory: reporter.registry).set(61.5)
        let whole = reporter.spans.startSpan(
            "invoke_agent brim", context: .topLevel, ofKind: .internal, at: Moment(nanosecondsSinceEpoch: 1_000))
        let chat = reporter.spans.startSpan(
            "chat m", context: whole.context, ofKind: .client, at: Moment(nanosecondsSinceEpoch: 2_000))
        chat.attributes["gen_ai.operation.name"] = "chat"
        chat.attributes["gen_ai.usage.output_tokens"] = 12
        chat.recordError(
            Spoken(), attributes: ["words": "what somebody said"], at: Moment(nanosecondsSinceEpoch: 2_500))
        chat.addEvent(SpanEvent(name: "what somebody said"))
        chat.end(at: Moment(nanosecondsSinceEpoch: 3_000))
        chat.end(at: Moment(nanosecondsSinceEpoch: 9_000))
        whole.end(at: Moment(nanosecondsSinceEpoch: 4_000))
    }

    /// What a collector gets of one report.
    private func report(
        status: Int = 200, times: Int = 1
    ) async throws -> (requests: [SeenRequest], problem: TelemetryError?) {
        let server = try await NebiusDouble.start(.plain) { _, _ in
            Script([.head(status: status, headers: []), .body([]), .end])
        }
        let sender = try OTLPSender(server.url.replacing("/v1", with: ""), environment: [:])
        let reporter = TelemetryReporter(file: nil, sender: sender, resource: Self.resource, version: "0.1.0")
        Self.record(into: reporter)
        for _ in 0..<times { await reporter.report() }
        let problem = reporter.problem
        await sender.shutDown()
        let requests = server.seen.requests
        try await server.stop()
        return (requests, problem)
    }

    @Test("A collector gets metrics and spans, with the device and its group, and not a word")
    func payloads() async throws {
        let (requests, problem) = try await report()
        #expect(problem == nil)
        try #require(requests.map(\.path) == ["/v1/metrics", "/v1/traces"])
        for request in requests {
            #expect(request.method == "POST" && request.headers["content-type"] == "application/x-protobuf")
            #expect(!request.text.contains("somebody"))
        }
        let metrics = try OTLPExportMetricsServiceRequest(serializedBytes: requests[0].body)
        let all = try #require(metrics.resourceMetrics.first)
        #expect(all.resource.attributes.map(\.key) == Self.resource.map(\.name))
        #expect(all.resource.attributes.last?.value.stringValue == "canary")
        let byName = Dictionary(uniqueKeysWithValues: all.scopeMetrics[0].metrics.map { ($0.name, $0) })
        #expect(byName["brim.turns"]?.sum.dataPoints.first?.asDouble == 2)
        #expect(byName["brim.turns"]?.sum.isMonotonic == true)
        #expect(byName["brim.device.temperature"]?.gauge.dataPoints.first?.asDouble == 61.5)
        let histogram = try #require(byName["gen_ai.client.operation.duration"]?.histogram.dataPoints.first)
        #expect(histogram.count == 1 && histogram.bucketCounts.count == histogram.explicitBounds.count + 1)
        #expect(histogram.bucketCounts[5] == 1, "0.3 s lies between 0.16 and 0.32")

        let traces = try OTLPExportTraceServiceRequest(serializedBytes: requests[1].body)
        let spans = try #require(traces.resourceSpans.first?.scopeSpans.first?.spans)
        let chat = try #require(spans.first { $0.name == "chat m" })
        let whole = try #require(spans.first { $0.name == "invoke_agent brim" })
        #expect(spans.count == 2 && chat.parentSpanID == whole.spanID && chat.traceID == whole.traceID)
        #expect(whole.parentSpanID.isEmpty && whole.traceID.count == 16 && whole.spanID.count == 8)
        #expect(chat.endTimeUnixNano == 3_000 && chat.kind == .client && chat.status.code == .error)
        #expect(chat.attributes.map(\.key) == ["gen_ai.operation.name", "gen_ai.usage.output_tokens"])
    }

    @Test("The official schema decodes every payload", .enabled(if: Programs.python != nil))
    func official() async throws {
        let requests = try await report().requests
        try #require(requests.count == 2)
        let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Support/decode-otlp").path
        for (request, word) in zip(requests, ["gen_ai.client.operation.duration", "invoke_agent brim"]) {
            let kind = String(request.path.dropFirst("/v1/".count))
            let result = try await Programs.run(try #require(Programs.python), [script, kind], request.body)
            #expect(result.isSuccess && result.output.contains(word), "\(result.error)")
            #expect(result.output.contains("kiosk-1") && !result.output.contains("somebody"))
        }
    }

    @Test("Spans wait for a collector that does not take them, metrics are counted on")
    func retry() async throws {
        let (requests, problem) = try await report(status: 503, times: 2)
        #expect(problem?.code == .unreachable)
        #expect(requests.map(\.path) == ["/v1/metrics", "/v1/metrics"])
        let recorder = SpanRecorder()
        for number in 0..<2_000 {
            recorder.startSpan("\(number)", context: .topLevel, ofKind: .internal, at: Moment(nanosecondsSinceEpoch: 1))
                .end(at: Moment(nanosecondsSinceEpoch: 2))
        }
        let kept = recorder.take()
        #expect(kept.count == 1_024 && kept.last?.name == "1999" && recorder.take().isEmpty)
        recorder.giveBack(kept)
        #expect(recorder.take().count == 1_024)
    }

    @Test(
        "An address that is none is refused with what to do", arguments: ["", "collector:4318", "ftp://x", "http://"])
    func address(address: String) {
        #expect(throws: TelemetryError.self) { try OTLPSender(address, environment: [:]) }
    }
}
