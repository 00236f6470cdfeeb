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
            from an empty context. Shown are the median and the range, and what the confidence meter and the search for
            repetition add to each token.

            --roofline measures what this machine could do at most beside it: a generated token reads every weight once, so
            that memory bounds decoding; a token of a prompt multiplies by every weight once, so that arithmetic bounds prefill.

            --speculation times answers decoded plainly and with guesses ahead, and says how much of each stands in its
            question. Guessing never changes the text. With --draft NAME, a smaller model guesses as well, and what it gains is
            remembered: `draft: auto` takes it where that was a twentieth at least.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var precision: PrecisionOptions
    @Option(help: "Tokens of the prompt.") var prompt = 128
    @Option(help: "Tokens to generate.") var generate = 64
    @Option(help: "Tokens that are in the context already.") var depth = 0
    @Option(help: "How often.") var `repeat` = 5
    @Flag(help: "Measure this machine's limits too, and say what share is reached.") var roofline = false
    @Flag(help: "Measure guessing ahead instead (prompt look-up).") var speculation = false
    @Option(help: "Generate this many tokens through context shifts instead, and watch speed and memory.")
    var soak: Int?
    @Option(help: "Tokens of the context that --soak fills again and again.") var soakContext = 512
    @Flag(help: "A JSON object.") var json = false

    func validate() throws {
        if let soak, soak < 1 { throw ValidationError("--soak takes 1 or more") }
        guard prompt >= 1, generate >= 0, depth >= 0, (1...1_000).contains(`repeat`) else {
            throw ValidationError("--prompt and --repeat take 1 or more, --generate and --depth 0 or more")
        }
    }

    fileprivate struct Report: Encodable {
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
        /// Of the search for repetition.
        var repetition_us_per_token: Double?
        var repetition_share_of_decode: Double?
        var roofline: Roof?
    }

    fileprivate struct Roof: Encodable {
        var read_bytes_per_s: Double
        var multiplications_per_s: Double
        var decode_limit_tokens_per_s: Double
        var prefill_limit_tokens_per_s: Double
        var decode_share: Double?
        var prefill_share: Double
    }

    func run() async throws {
        let model = try await options.loadModel(activations: precision.activations)
        let engine = LocalEngine(model)
        if speculation {
            let ratio = try await SpeculationBench(repeats: `repeat`, json: json, draft: options.loadDraft()).run(
                engine)
            if let ratio, let draft = try await options.draftName() {
                var measurements = DraftMeasurements(options.directories)
                try await measurements.keep(ratio, of: draft, for: options.modelName())
            }
            return
        }
        if let soak { return try await SoakBench(tokens: soak, contextLength: soakContext, json: json).run(engine) }
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
        var report = report(samples, model)
        let check = try await engine.repetitionCheckDuration(Self.proseWithoutRepetition).inSeconds
        report.repetition_us_per_token = check * 1e6
        report.repetition_share_of_decode = report.decode_tokens_per_s.map { $0 * check }
        if roofline { report.roofline = Roof(try await engine.roofline(), report) }
        if json { try JSONLines.write(report) } else { try show(report) }
    }

    /// A few hundred tokens of numbered sentences, all of them different.
    private static let proseWithoutRepetition = {
        let things = [
            "river", "letter", "garden", "engine", "window", "island", "market", "violin", "ladder", "harbour",
        ]
        let deeds = ["turns", "answers", "carries", "follows", "covers", "reaches", "opens", "keeps", "lifts"]
        let places = ["behind the mill", "at noon", "without a sound", "for the first time", "in the north", "again"]
        return (0..<60).map { number in
            let (thing, other) = (things[number % 10], things[(number * 7 + number / 10) % 10])
            return "The \(thing) \(deeds[number % 9]) the \(other) \(places[number * 5 % 6]). "
        }.joined()
    }()

    private func report(_ samples: [BenchmarkSample], _ model: LocalModel) -> Report {
        let prefill = samples.map(\.prefillTokensPerSecond).sorted()
        let decode = samples.compactMap(\.decodeTokensPerSecond).sorted()
        let meter = ConfidenceOverhead.measure {
            ModelConfidence.load(for: model.identity, directories: options.directories)
        }
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
        try showConfidence(report)
        if let time = report.repetition_us_per_token {
            let share = report.repetition_share_of_decode.map { String(format: ", %.2f %% of decode", 100 * $0) } ?? ""
            try Terminal.writeLine("repetition".padded + String(format: "%9.1f µs a token", time) + share)
        }
        if let roof = report.roofline { try show(roof) }
    }

    private func showConfidence(_ report: Report) throws {
        guard let time = report.confidence_us_per_token, let bytes = report.confidence_bytes else {
            return try Terminal.writeLine("confidence".padded + "     n/a (uncalibrated)")
        }
        let share = report.confidence_share_of_decode.map { String(format: ", %.2f %% of decode", 100 * $0) } ?? ""
        try Terminal.writeLine(
            "confidence".padded + String(format: "%9.1f µs a token", time) + share
                + String(format: ", %.0f kB", Double(bytes) / 1e3))
    }

    private func show(_ roof: Roof) throws {
        try Terminal.writeLine(
            String(
                format: "memory is read at %.1f GB/s: at most %.0f tok/s of decoding, of which %@ is reached",
                roof.read_bytes_per_s / 1e9, roof.decode_limit_tokens_per_s,
                roof.decode_share.map { String(format: "%.0f %%", $0 * 100) } ?? "n/a"))
        try Terminal.writeLine(
            String(
                format: "bytes are multiplied at %.0f G/s: at most %.0f tok/s of prefill, of which %.0f %% is reached",
                roof.multiplications_per_s / 1e9, roof.prefill_limit_tokens_per_s, roof.prefill_share * 100))
    }

    /// The most memory that this process has had resident, in bytes.
    private static var peakResidentBytes: Int {
        var usage = rusage()
        guard unsafe getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage) == 0 else { return 0 }
        return usage.ru_maxrss * 1024
    }
}

extension BenchCommand.Roof {
    fileprivate init(_ roofline: Roofline, _ report: BenchCommand.Report) {
        self.init(
            read_bytes_per_s: roofline.readBytesPerSecond, multiplications_per_s: roofline.multiplicationsPerSecond,
            decode_limit_tokens_per_s: roofline.decodeLimit, prefill_limit_tokens_per_s: roofline.prefillLimit,
            decode_share: report.decode_tokens_per_s.map { $0 / roofline.decodeLimit },
            prefill_share: report.prefill_tokens_per_s / roofline.prefillLimit)
    }
}

extension String {
    fileprivate var padded: String { padding(toLength: 14, withPad: " ", startingAt: 0) }
}

extension [Double] {
    /// Of sorted values; `nil` where there are none.
    var median: Double? {
        isEmpty ? nil : count.isMultiple(of: 2) ? (self[count / 2 - 1] + self[count / 2]) / 2 : self[count / 2]
    }

    fileprivate var ends: [Double] {
        guard let first, let last else { return [] }
        return [first, last]
    }
}
