import ArgumentParser
import AssistantCore
import Foundation
import LocalInference

/// `brim bench`: how fast the model runs here.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "How fast the model runs on this machine.",
        discussion: """
            Reads --depth tokens, then times reading --prompt tokens and generating --generate tokens; --repeat times, each
            from an empty context. Shown are the median and the range, and what the confidence meter adds to each token.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var precision: PrecisionOptions
    @Option(help: "Tokens of the prompt.") var prompt = 128
    @Option(help: "Tokens to generate.") var generate = 64
    @Option(help: "Tokens that are in the context already.") var depth = 0
    @Option(help: "How often.") var `repeat` = 5
    @Flag(help: "A JSON object.") var json = false

    func validate() throws {
        guard prompt >= 1, generate >= 0, depth >= 0, (1...1_000).contains(`repeat`) else {
            throw ValidationError("--prompt and --repeat take 1 or more, --generate and --depth 0 or more")
        }
    }

    private struct Report: Encodable {
        var prefill_tokens_per_s: Double
        var prefill_range: [Double]
        var decode_tokens_per_s: Double?
        var decode_range: [Double]
        var ttft_ms: Double
        var load_ms: Double
        var peak_rss_bytes: Int
        var kernels: String
        var threads: Int
        var model: String
        var prompt: Int
        var generate: Int
        var depth: Int
        var runs: Int
        /// Of the calibrated meter; absent where there is no calibration for the model.
        var confidence_us_per_token: Double?
        var confidence_share_of_decode: Double?
        var confidence_bytes: Int?
    }

    func run() async throws {
        let model = try await options.loadModel(activations: precision.activations)
        let engine = LocalEngine(model)
        var samples: [BenchmarkSample] = []
        for number in 1...`repeat` {
            Terminal.progress("run \(number) of \(`repeat`)…")
            let (prompt, generate, depth) = (prompt, generate, depth)
            samples.append(
                try await Interruption.cancelling {
                    try await engine.benchmark(prompt: prompt, generate: generate, depth: depth)
                })
        }
        Terminal.endProgress()
        let report = report(samples, model)
        if json { try JSONLines.write(report) } else { try show(report) }
    }

    private func report(_ samples: [BenchmarkSample], _ model: LocalModel) -> Report {
        let prefill = samples.map(\.prefillTokensPerSecond).sorted()
        let decode = samples.compactMap(\.decodeTokensPerSecond).sorted()
        let meter = ConfidenceOverhead.measure { ConfidenceDesk.load(for: model.identity, places: options.places) }
        return Report(
            prefill_tokens_per_s: prefill.median ?? 0, prefill_range: prefill.ends,
            decode_tokens_per_s: decode.median, decode_range: decode.ends,
            ttft_ms: samples.map { $0.prefillDuration.inMilliseconds }.sorted().median ?? 0,
            load_ms: model.loadDuration.inMilliseconds, peak_rss_bytes: Self.peakResidentBytes,
            kernels: LocalModel.kernels, threads: model.threads, model: model.identity.name, prompt: prompt,
            generate: generate, depth: depth, runs: samples.count,
            confidence_us_per_token: meter.map { $0.perToken.inSeconds * 1e6 },
            confidence_share_of_decode: meter.flatMap { meter in decode.median.map { $0 * meter.perToken.inSeconds } },
            confidence_bytes: meter?.bytes)
    }

    private func show(_ report: Report) throws {
        func row(_ name: String, _ value: Double?, _ range: [Double], _ unit: String) -> String {
            guard let value else { return "\(name)  n/a" }
            let spread = range.count == 2 ? String(format: "  (%.1f … %.1f)", range[0], range[1]) : ""
            return name + String(format: "%9.1f ", value) + unit + spread
        }
        try Terminal.writeLine(
            "\(report.model), \(report.threads) threads, \(report.kernels), median of \(report.runs)")
        try Terminal.writeLine(
            row("prefill \(prompt)".padded, report.prefill_tokens_per_s, report.prefill_range, "tok/s"))
        try Terminal.writeLine(
            row("decode \(generate)".padded, report.decode_tokens_per_s, report.decode_range, "tok/s"))
        try Terminal.writeLine(row("first token".padded, report.ttft_ms, [], "ms"))
        try Terminal.writeLine(row("load".padded, report.load_ms, [], "ms"))
        try Terminal.writeLine(row("peak memory".padded, Double(report.peak_rss_bytes) / 1e6, [], "MB"))
        guard let time = report.confidence_us_per_token, let bytes = report.confidence_bytes else {
            return try Terminal.writeLine("confidence".padded + "     n/a (uncalibrated)")
        }
        let share = report.confidence_share_of_decode.map { String(format: ", %.2f %% of decode", 100 * $0) } ?? ""
        try Terminal.writeLine(
            row("confidence".padded, time, [], "µs a token") + share + String(format: ", %.0f kB", Double(bytes) / 1e3))
    }

    /// The most memory that this process has had resident, in bytes.
    private static var peakResidentBytes: Int {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return usage.ru_maxrss * 1024
    }
}

extension String {
    fileprivate var padded: String { padding(toLength: 14, withPad: " ", startingAt: 0) }
}

extension [Double] {
    /// Of sorted values; `nil` where there are none.
    fileprivate var median: Double? {
        isEmpty ? nil : count.isMultiple(of: 2) ? (self[count / 2 - 1] + self[count / 2]) / 2 : self[count / 2]
    }

    fileprivate var ends: [Double] {
        guard let first, let last else { return [] }
        return [first, last]
    }
}
