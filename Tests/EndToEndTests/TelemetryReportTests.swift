import Foundation
import Testing

/// What a conversation hands on of itself, to a collector and to node_exporter's file.
@Suite struct TelemetryReportTests {
    @Test("A conversation reports its turns to a collector and a file, and not a word of it is in there")
    func words() throws {
        let collector = try CollectorServer()
        let folder = NSTemporaryDirectory() + "textfiles-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let session = try PlainSession(
            ["--max-tokens", "8"],
            environment: Brim.environment().merging([
                "BRIM_TELEMETRY_OTLP": collector.address, "BRIM_TELEMETRY_TEXTFILE": folder,
                "BRIM_TELEMETRY_SECONDS": "1", "BRIM_UPDATES_DEVICE": "kiosk-7",
            ]) { $1 })
        try session.type("What is the capital of Peru?")
        try session.wait(for: "from: LOCAL")
        try session.type("What is 1234 * 2?")
        try session.wait(for: "from: LOCAL", count: 2)
        let file = folder + "/brim.prom"
        let deadline = ContinuousClock.now + .seconds(30)
        var text = ""
        while !text.contains("brim_turns_total"), ContinuousClock.now < deadline {
            usleep(50_000)
            text = (try? String(contentsOfFile: file, encoding: .utf8)) ?? ""
        }
        #expect(text.contains("brim_device_group=\"default\"") && text.contains("smollm2-135m-instruct-q4_1"))
        #expect(try session.end() == 0)
        #expect(!FileManager.default.fileExists(atPath: file), "what nobody measures any more is not shown")

        let (metrics, traces) = (try collector.payloads("metrics"), try collector.payloads("traces"))
        #expect(metrics.hold("gen_ai.client.operation.duration") && metrics.hold("brim.turns"))
        #expect(traces.hold("invoke_agent brim") && traces.hold("chat smollm2-135m-instruct-q4_1"))
        for word in ["capital", "Peru", "Lima", "1234", "2468"] {
            #expect(!metrics.hold(word) && !traces.hold(word) && !text.contains(word), "\(word)")
        }
    }

    @Test("A collector that is away stops nothing, and /model says so")
    func away() throws {
        let session = try PlainSession(
            [], environment: Brim.environment().merging(["BRIM_TELEMETRY_OTLP": "http://127.0.0.1:9"]) { $1 })
        try session.type("What is 17 * 23?")
        try session.wait(for: "brim: 17 * 23 = 391")
        let deadline = ContinuousClock.now + .seconds(30)
        while try !session.lines.contains(where: { $0.hasPrefix("report: health is not handed on: the collector") }) {
            try #require(ContinuousClock.now < deadline)
            try session.type("/model")
            usleep(500_000)
        }
        #expect(try session.end() == 0)
    }
}
