internal import Foundation

/// An answer's signals as the numbers that a model of its confidence takes: bounded, so that nothing an answer holds can
/// carry the confidence away.
///
/// Few, and chosen because they carry over to kinds of questions that no fit has seen. Signals that merely tell the kinds
/// apart (numbers, length, a passage in the prompt) do well on known kinds and mislead on new ones; they are left out.
struct FeatureVector: Sendable {
    /// Stand in calibration files: a file with other names is refused.
    static let names = [
        "content_lowest_logprob", "content_mean_logprob", "content_lowest_probability", "content_first_probability",
        "content_first_entropy", "content_highest_entropy", "content_lowest_margin", "mean_logprob", "lowest_logprob",
    ]

    /// Where an answer has no say.
    static let none = [Double](repeating: 0, count: names.count)

    let values: [Double]

    /// - Parameter signals: settled or finished.
    init(_ signals: AnswerSignals) {
        let all = signals.all
        // Before the first content word the whole stands in for it.
        let content = signals.content.count > 0 ? signals.content : all
        let first =
            signals.firstContent
            ?? AnswerSignals.Reading(logProbability: all.lowest, entropy: all.highestEntropy, margin: 0)
        values = [
            Self.bounded(content.lowest, -8, 0), Self.bounded(content.meanLogProbability, -6, 0), exp(content.lowest),
            exp(first.logProbability), Self.bounded(first.entropy, 0, 8), Self.bounded(content.highestEntropy, 0, 8),
            Self.bounded(content.lowestMargin, 0, 6), Self.bounded(all.meanLogProbability, -4, 0),
            Self.bounded(all.lowest, -8, 0),
        ]
    }

    private static func bounded(_ value: Double, _ lower: Double, _ upper: Double) -> Double {
        min(max(value, lower), upper)
    }
}
