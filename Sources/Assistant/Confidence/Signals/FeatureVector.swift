internal import Foundation

/// An answer's signals as the numbers that a model of its confidence takes: bounded, so that nothing an answer holds can
/// carry the confidence away.
///
/// Three, and chosen because they carry over to kinds of questions that no fit has seen. The two least probable content
/// tokens say most, nearly all of it by themselves: as a probability they tell good answers apart, as its logarithm the bad
/// ones. More signals of the same tokens (means, margins, quantiles, the first content token), of those before them, and how
/// much of the question the answer repeats only let a fit bend to the kinds it has seen, as do those that tell the kinds
/// apart (numbers, length, a passage in the prompt).
struct FeatureVector: Sendable {
    /// Stand in calibration files: a file with other names is refused.
    static let names = ["two_lowest_probability", "two_lowest_log_probability", "last_content_entropy"]

    /// Where an answer has no say.
    static let none = [Double](repeating: 0, count: names.count)

    /// Below it (1 in 400) all is equally hopeless.
    private static let leastLogProbability = -6.0

    let values: [Double]

    /// - Parameter signals: settled or finished.
    init(_ signals: AnswerSignals) {
        // Before the first content word the whole stands in for it.
        let tokens = signals.content.count > 0 ? signals.content : signals.all
        let twoLowest = tokens.lowest + tokens.secondLowest
        values = [exp(twoLowest), max(Self.leastLogProbability, twoLowest), min(signals.lastEntropy, 8)]
    }
}
