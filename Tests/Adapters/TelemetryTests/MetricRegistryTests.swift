import CoreMetrics
import Foundation
import Testing

@testable import Telemetry

@Suite("Metrics in memory and in Prometheus' text")
struct MetricRegistryTests {
    private let registry = MetricRegistry()

    private func lines(_ resource: [MetricLabel] = []) -> [String] {
        PrometheusText(resource: resource).text(of: registry).split(separator: "\n").map(String.init)
    }

    @Test("A metric that nobody defined is not recorded, whatever it is called")
    func unknown() {
        Counter(label: "what somebody said", dimensions: [], factory: registry).increment()
        Recorder(label: "brim.unknown", dimensions: [], aggregate: true, factory: registry).record(1)
        #expect(registry.series.isEmpty)
    }

    @Test("Counters add up over handlers, gauges hold the last value and go when they are destroyed")
    func kinds() {
        for _ in 0..<3 {
            Counter(label: "brim.turns", dimensions: [("route", "local"), ("ending", "complete")], factory: registry)
                .increment()
        }
        FloatingPointCounter(label: "brim.cost.usd", dimensions: [], factory: registry).increment(by: 0.25)
        let meter = Meter(label: "brim.device.temperature", dimensions: [], factory: registry)
        meter.set(61.5)
        meter.set(62)
        meter.set(Double.nan)
        #expect(lines().contains("brim_turns_total{ending=\"complete\",route=\"local\"} 3.0"))
        #expect(lines().contains("brim_cost_usd_total 0.25"))
        #expect(lines().contains("brim_device_temperature_celsius 62.0"))
        meter.destroy()
        #expect(!lines().contains { $0.contains("temperature") })
    }

    @Test("A histogram counts each value in the first bucket that holds it, and its lines add up")
    func histogram() {
        let recorder = Recorder(label: "brim.confidence", dimensions: [], aggregate: true, factory: registry)
        for value in [0.05, 0.05, 0.5, 0.501, 1, 1.5] { recorder.record(value) }
        recorder.record(Double.infinity)
        let lines = lines()
        #expect(lines.contains("brim_confidence_bucket{le=\"0.05\"} 2"))
        #expect(lines.contains("brim_confidence_bucket{le=\"0.5\"} 3"))
        #expect(lines.contains("brim_confidence_bucket{le=\"0.55\"} 4"))
        #expect(lines.contains("brim_confidence_bucket{le=\"1.0\"} 5"))
        #expect(lines.contains("brim_confidence_bucket{le=\"+Inf\"} 6"))
        #expect(lines.contains("brim_confidence_count 6"))
        #expect(lines.contains { $0.hasPrefix("brim_confidence_sum 3.6") })
    }

    @Test("A label cannot break out of its line, and is cut")
    func labels() {
        Counter(
            label: "brim.escalations",
            dimensions: [("reason", "a\"b\\c\nd\u{1B}" + String(repeating: "x", count: 500))],
            factory: registry
        ).increment()
        let line = lines([MetricLabel("brim.device.id", "k-1")]).last ?? ""
        #expect(line.hasPrefix("brim_escalations_total{brim_device_id=\"k-1\",reason=\"a\\\"b\\\\c\\nd x"))
        #expect(line.utf8.count < 300)
    }

    @Test("More series than any device has are not taken")
    func bound() {
        for number in 0..<3_000 {
            Counter(label: "brim.escalations", dimensions: [("reason", "\(number)")], factory: registry).increment()
        }
        #expect(registry.series.count == 2_000)
    }

    @Test("The collector's file is whole at every moment, readable for others, and goes in the end")
    func textfile() async throws {
        let directory = NSTemporaryDirectory() + "brim-textfile-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let reporter = TelemetryReporter(
            file: TextfileWriter(directory), sender: nil, resource: [MetricLabel("brim.device.id", "k")], version: "1")
        Counter(label: "brim.cache.hits", dimensions: [], factory: reporter.registry).increment()
        await reporter.report()
        #expect(reporter.problem == nil)
        let path = directory + "/brim.prom"
        #expect(
            try String(contentsOfFile: path, encoding: .utf8).contains(
                "brim_cache_hits_total{brim_device_id=\"k\"} 1.0\n"))
        let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
        #expect(mode == 0o644)
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["brim.prom"])
        await reporter.close()
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory).isEmpty)
        let nowhere = TelemetryReporter(
            file: TextfileWriter(directory + "/not/there"), sender: nil, resource: [], version: "1")
        await nowhere.report()
        #expect(nowhere.problem?.description.contains("telemetry.textfile") == true)
    }

    @Test("promtool has nothing against any metric", .enabled(if: Programs.path("promtool") != nil))
    func promtool() async throws {
        for definition in MetricDefinition.all {
            switch definition.kind {
            case .counter: Counter(label: definition.name, dimensions: [], factory: registry).increment()
            case .gauge: Meter(label: definition.name, dimensions: [], factory: registry).set(1)
            case .histogram:
                Recorder(label: definition.name, dimensions: [], aggregate: true, factory: registry).record(1)
            }
        }
        let text = PrometheusText(resource: [MetricLabel("brim.device.id", "k")]).text(of: registry)
        #expect(registry.series.count == MetricDefinition.all.count)
        let result = try await Programs.run(
            try #require(Programs.path("promtool")), ["check", "metrics"], Array(text.utf8))
        #expect(result.isSuccess && result.output.isEmpty && result.error.isEmpty, "\(result.output)\(result.error)")
    }
}
