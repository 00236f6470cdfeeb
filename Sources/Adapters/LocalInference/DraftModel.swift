internal import AssistantCore
internal import Foundation
internal import Kernels
internal import Tokenizers
internal import Transformer

/// A smaller model that guesses ahead for a larger one of the same vocabulary (speculative decoding).
///
/// It takes the most probable token each time and stops where it is not sure. It need not read a whole context to guess what
/// comes next: where it has fallen behind, it begins anew a few tokens back. For one thread at a time; it computes on the
/// larger model's threads. Source: Y. Leviathan et al., "Fast Inference from Transformers via Speculative Decoding", 2023.
final class DraftModel {
    private let session: Session
    /// Where in the context its own begins.
    private var start = 0
    /// Tokens that are read with the next guess.
    private var pending: [Int32] = []
    /// When it is asked, learnt from all answers.
    var pace: DraftModelPace

    /// A guess less probable than this is hardly worth computing.
    private static let leastProbability: Float = 0.6
    /// Tokens that it reads of a context at most before it guesses.
    private static let window = 48

    /// - Throws: ``LocalInferenceError/Code/unusableModel`` where the two have different vocabularies.
    init(_ draft: LocalModel, for model: LocalModel) throws {
        guard Self.agree(draft.tokenizer.vocabulary, model.tokenizer.vocabulary) else {
            throw LocalInferenceError(
                .unusableModel,
                "\(draft.identity.name) cannot guess ahead for \(model.identity.name): their vocabularies differ. "
                    + "Take a smaller model of the same family.")
        }
        guard model.weights.config.canTakeBack else {
            throw LocalInferenceError(
                .unusableModel,
                "Nothing can guess ahead for \(model.identity.name): what such a model keeps of a text cannot be wound back. "
                    + "Leave the draft model out.")
        }
        session = try draft.makeSession(
            contextLength: min(draft.identity.contextLength, model.identity.contextLength), pool: model.pool)
        pace = DraftModelPace(relativeCost: Double(draft.bytesPerToken) / Double(max(1, model.bytesPerToken)))
        pending.reserveCapacity(Self.window)
    }

    /// Whether the same ids stand for the same texts.
    static func agree(_ one: Vocabulary, _ other: Vocabulary) -> Bool {
        one.count == other.count && (0..<Int32(one.count)).allSatisfy { one.text(of: $0) == other.text(of: $0) }
    }

    /// How many tokens it would read before it could guess what follows `context`.
    func unread(of context: [Int32]) -> Int {
        let kept = common(with: context)
        return kept == 0 ? min(context.count, Self.window) : context.count - start - kept
    }

    /// How many of its own tokens are those of `context`; 0 where it has fallen too far behind.
    private func common(with context: [Int32]) -> Int {
        let own = session.tokens
        var count = 0
        while count < own.count, start + count < context.count, own[count] == context[start + count] { count += 1 }
        return start + count + Self.window < context.count ? 0 : count
    }

    /// Reads what it has not read of `context`, and forgets what is not of it. What the next guess can take along is left to it.
    ///
    /// - Returns: whether `more` tokens fit behind it.
    func follow(_ context: [Int32], more: Int) throws(TransformerError) -> Bool {
        guard Self.window + more <= session.contextLength else { return false }
        var kept = common(with: context)
        if kept == 0 || context.count - start + more > session.contextLength {
            (start, kept) = (max(0, context.count - Self.window), 0)
        }
        kept = session.truncate(to: kept)
        pending.removeAll(keepingCapacity: true)
        if context.count - start - kept > DraftModelPace.readAlong {
            try session.evaluate(context[(start + kept)...])
        } else {
            pending.append(contentsOf: context[(start + kept)...])
        }
        return true
    }

    /// Appends to `batch` what may come after the context that it follows and `token`: `limit` guesses at most.
    ///
    /// - Returns: its steps, one for each guess and one for a last that it did not dare.
    func guess(after token: Int32, limit: Int, into batch: inout [Int32]) throws(TransformerError) -> Int {
        pending.append(token)
        for steps in 1...max(1, limit) {
            try session.evaluate(pending[...])
            let statistics = LogitStatistics(session.logits)
            guard exp(statistics.topLogit - statistics.logSumExp) >= Self.leastProbability else { return steps }
            pending.removeAll(keepingCapacity: true)
            pending.append(Int32(statistics.top))
            batch.append(Int32(statistics.top))
        }
        return limit
    }
}
