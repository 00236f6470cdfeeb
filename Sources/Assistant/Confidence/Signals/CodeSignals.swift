internal import AssistantCore
internal import Foundation

/// What can be known of a program that a model writes, from the tokens of its code so far: in constant memory.
///
/// Code stands between fences; of an answer without any, all of it counts. What is said around the code says nothing of it.
struct CodeSignals: Sendable {
    /// Tokens, with how surprising they were to the model that wrote them.
    private struct Tokens: Sendable {
        var count = 0
        /// Sum of log-probabilities (≤ 0).
        var sum = 0.0

        mutating func add(_ logProbability: Double) {
            count += 1
            sum += logProbability
        }
    }

    private var all = Tokens()
    private var code = Tokens()
    private var isInCode = false
    /// Back quotes in a row up to here.
    private var quotes = 0
    /// A number that is no number came in; nothing can be said any more.
    private(set) var isBroken = false

    mutating func observe(_ token: GeneratedToken) {
        guard token.logProbability.isFinite else {
            isBroken = true
            return
        }
        let logProbability = min(0, Double(token.logProbability))
        all.add(logProbability)
        if isInCode { code.add(logProbability) }
        for character in token.text {
            quotes = character == "`" ? quotes + 1 : 0
            if quotes == 3 { isInCode.toggle() }
        }
    }

    /// Stand in calibration files, which have as many numbers.
    static let featureCount = 2

    /// How surprising the program is as a whole, and for each of its tokens; `nil` before it has any. Bounded, so that
    /// nothing an answer holds can carry the confidence away.
    var features: [Double]? {
        let tokens = code.count > 0 ? code : all
        guard tokens.count > 0, !isBroken else { return nil }
        return [max(-100, tokens.sum), max(-1, tokens.sum / Double(tokens.count))]
    }
}
