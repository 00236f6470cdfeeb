import ArgumentParser
import AssistantCore

/// How to answer. What is not said is the configuration's to say, and then the model's profile's: open requests are sampled
/// as suits the model, everything else is answered with the most probable tokens.
struct GenerationOptions: ParsableArguments {
    @Option(help: "What the model is told first; else system_prompt of the configuration.") var system: String?
    @Option(help: "0 takes the most probable token each time; up to 2 is more and more random.") var temperature:
        Double?
    @Option(help: "Keep the K most probable tokens; 0 keeps all.") var topK: Int?
    @Option(help: "Keep the most probable tokens that together reach P.") var topP: Double?
    @Option(help: "Drop tokens less probable than P times the best.") var minP: Double?
    @Option(help: "Make tokens that were used lately less probable; 1 is off.") var repetitionPenalty: Double?
    @Option(help: "How many of the latest tokens the repetition penalty looks back on.") var repetitionWindow: Int?
    @Option(help: "Make it less probable that a run of tokens is repeated (DRY); 0 is off, 0.8 is usual.")
    var dryMultiplier: Double?
    @Option(help: "By how much that grows with each token of the run.") var dryBase: Double?
    @Option(help: "Tokens that may be repeated without a penalty.") var dryAllowedLength: Int?
    @Option(help: "The same seed gives the same answer.") var seed: UInt64?
    @Option(help: "Generate at most this many tokens.") var maxTokens = 512
    @Option(
        name: .customLong("stop"),
        help: ArgumentHelp("End the local answer before this text; may be given several times.", valueName: "text"))
    var stopTexts: [String] = []

    func validate() throws {
        for parameter in SamplingParameter.allCases {
            guard let value = sampling[parameter] else { continue }
            guard parameter.range.contains(value) else {
                let flag = parameter.rawValue.map { $0 == "_" ? "-" : String($0) }.joined()
                throw ValidationError("--\(flag) takes \(parameter.rangeInWords)")
            }
        }
        guard (1...1_000_000).contains(maxTokens) else { throw ValidationError("--max-tokens takes 1 or more") }
        guard stopTexts.allSatisfy({ !$0.isEmpty }) else { throw ValidationError("--stop takes a text") }
    }

    /// What the model is told first: the flag's words, else the configuration's; `nil` for what ships with Brim.
    func systemPrompt(in configuration: BrimConfiguration) -> String? { system ?? configuration.systemPrompt }

    /// What the flags say of the sampling: the rest is the configuration's, and then the model's own.
    var sampling: SamplingChoice {
        var choice = SamplingChoice()
        choice.temperature = temperature
        choice.topK = topK
        choice.topP = topP
        choice.minP = minP
        choice.repetitionPenalty = repetitionPenalty
        choice.repetitionWindow = repetitionWindow
        choice.dryMultiplier = dryMultiplier
        choice.dryBase = dryBase
        choice.dryAllowedLength = dryAllowedLength
        choice.seed = seed
        return choice
    }
}
