internal import AssistantCore
internal import Foundation
internal import Kernels
internal import Tokenizers
internal import Transformer

/// A smaller model that guesses ahead for a larger one of the same vocabulary (speculative decoding).
///
/// It takes the most probable token each time and stops where it is not sure. For one thread at a time; it computes on the
/// larger model's threads. Source: Y. Leviathan et al., "Fast Inference from Transformers via Speculative Decoding", 2023.
final class DraftModel {
    private let session: Session

    /// A guess less probable than this is hardly worth computing.
    private static let leastProbability: Float = 0.6

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
    }

    /// Whether the same ids stand for the same texts.
    static func agree(_ one: Vocabulary, _ other: Vocabulary) -> Bool {
        one.count == other.count && (0..<Int32(one.count)).allSatisfy { one.text(of: $0) == other.text(of: $0) }
    }

    /// Reads what it has not read of `context`, and forgets what is not of it.
    ///
    /// - Returns: whether `more` tokens fit behind it.
    func follow(_ context: [Int32], more: Int) throws(TransformerError) -> Bool {
        guard context.count + more <= session.contextLength else { return false }
        let known = session.truncate(to: session.commonPrefix(with: context))
        if known < context.count { try session.evaluate(context[known...]) }
        return true
    }

    /// Appends to `batch` what may come after the context that it follows and `token`: `limit` guesses at most.
    func guess(after token: Int32, limit: Int, into batch: inout [Int32]) throws(TransformerError) {
        var latest = token
        for _ in 0..<limit {
            try session.evaluate(latest)
            let statistics = LogitStatistics(session.logits)
            guard exp(statistics.topLogit - statistics.logSumExp) >= Self.leastProbability else { return }
            latest = Int32(statistics.top)
            batch.append(latest)
        }
    }
}
