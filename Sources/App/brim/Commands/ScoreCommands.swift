import ArgumentParser
import Foundation
import LocalInference

/// `brim perplexity`: how well the model predicts a text.
struct PerplexityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "perplexity",
        abstract: "How well the model predicts a text.",
        discussion: """
            The text is cut into consecutive windows; each is read from an empty context, and every token but a window's
            first is scored. Lower is better.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var precision: PrecisionOptions
    @Argument(help: "A text file.", completion: .file()) var file: String
    @Option(help: "Tokens of a window.") var context = 512
    @Flag(help: "A JSON object.") var json = false

    private struct Line: Encodable {
        var tokens_scored: Int
        var mean_nll: Double
        var perplexity: Double
    }

    func validate() throws {
        guard context >= 2 else { throw ValidationError("--context takes 2 or more") }
    }

    func run() async throws {
        let text = try InputFile.bytes(file)
        let engine = try await LocalEngine(options.loadModel(activations: precision.activations))
        let tokens = engine.tokenize(Array(text))
        let context = context
        let result = try await Interruption.cancelling {
            try await engine.perplexity(of: tokens, window: context) { done, all in
                Terminal.progress("scored \(done) of \(all) tokens")
            }
        }
        Terminal.endProgress()
        if json {
            try JSONLines.write(
                Line(
                    tokens_scored: result.scoredTokens, mean_nll: result.meanNegativeLogLikelihood,
                    perplexity: result.value))
        } else {
            try Terminal.writeLine(
                String(
                    format: "perplexity %.4f over %d tokens (mean negative log-likelihood %.5f)", result.value,
                    result.scoredTokens, result.meanNegativeLogLikelihood))
        }
    }
}

/// `brim logprobs`: what the model thinks of given continuations.
struct LogprobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logprobs",
        abstract: "Natural-log probabilities along given tokens (teacher-forced).",
        discussion: """
            Each line of the file is {"prompt_ids":[…],"output_ids":[…]}; each line of the output is
            {"logprobs":[…],"top1":[…],"top5":[[[id,logprob],…],…]}, one entry for each output id.

            With --kl every line of the output is {"kl":[…]}, how far the fast activations take the distribution before each
            output id from that of F32 activations: Kullback–Leibler divergence, in nats. The last line
            is the mean over all: {"mean_kl":…,"tokens":…}. With --kv q8_0 it tells what that adds.
            """)

    @OptionGroup var options: GlobalOptions
    @OptionGroup var precision: PrecisionOptions
    @Argument(help: "JSON Lines; \"-\" stands for the standard input.", completion: .file()) var file: String
    @Flag(help: "One JSON object a line (always so; accepted for symmetry).") var json = false
    @Flag(help: "The divergence of the fast activations from F32 ones, in nats.") var kl = false

    func validate() throws {
        guard !kl || precision.activations == .quantised else {
            throw ValidationError("--kl compares the quantised activations with f32: leave --activations out")
        }
    }

    private struct Request: Decodable {
        var prompt_ids: [Int32]
        var output_ids: [Int32]
    }

    func run() async throws {
        let data = try InputFile.bytes(file)
        let requests = try JSONLines.lines(of: data).map { line in
            try JSONLines.decode(Request.self, line, of: file, what: #"{"prompt_ids":[…],"output_ids":[…]}"#)
        }
        let engine = try await LocalEngine(options.loadModel(activations: precision.activations))
        if kl { return try await writeDivergences(of: requests, engine) }
        for (number, request) in requests.enumerated() {
            if requests.count > 1 { Terminal.progress("scored \(number) of \(requests.count) lines") }
            let scores = try await engine.logProbabilities(prompt: request.prompt_ids, output: request.output_ids)
            Terminal.endProgress()
            try JSONLines.write(ScoreLine(scores))
        }
    }
}

extension LogprobsCommand {
    private struct DivergenceLine: Encodable { var kl: [Double] }
    private struct MeanLine: Encodable {
        var mean_kl: Double
        var tokens: Int
    }

    private func writeDivergences(of requests: [Request], _ engine: LocalEngine) async throws {
        var all: [Double] = []
        for (number, request) in requests.enumerated() {
            Terminal.progress("compared \(number) of \(requests.count) lines")
            let values = try await engine.divergence(prompt: request.prompt_ids, output: request.output_ids)
            Terminal.endProgress()
            all += values
            try JSONLines.write(DivergenceLine(kl: values))
        }
        guard !all.isEmpty else { return }
        try JSONLines.write(MeanLine(mean_kl: all.reduce(0, +) / Double(all.count), tokens: all.count))
    }
}

/// A line of `brim logprobs`.
private struct ScoreLine: Encodable {
    let scores: TeacherForcedScores

    init(_ scores: TeacherForcedScores) { self.scores = scores }

    private enum CodingKeys: String, CodingKey { case logprobs, top1, top5 }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(scores.logProbabilities, forKey: .logprobs)
        try container.encode(scores.top1, forKey: .top1)
        var rows = container.nestedUnkeyedContainer(forKey: .top5)
        for best in scores.top5 {
            var row = rows.nestedUnkeyedContainer()
            for candidate in best {
                var pair = row.nestedUnkeyedContainer()
                try pair.encode(candidate.id)
                try pair.encode(candidate.logProbability)
            }
        }
    }
}
