package import AssistantCore
internal import Grammar
internal import Kernels
internal import Tokenizers
internal import Transformer

/// Chooses tokens as a sampler does, out of those that a form allows, and brings the text to its end in time.
///
/// For one answer, on one thread.
final class ConstrainedChooser {
    private let tokenizer: Tokenizer
    private var constraint: TokenConstraint
    /// The logits with the tokens that are not allowed at −∞: (1, vocabulary)
    private let masked: FloatMatrix
    private let ends: Set<Int32>

    /// - Throws: ``LocalInferenceError/Code/invalidRequest`` where the form cannot be read, or not be kept.
    init(_ wanted: OutputConstraint, model: LocalModel, answerSoFar: String) throws {
        tokenizer = model.tokenizer
        ends = tokenizer.vocabulary.endOfGeneration
        let grammar = try wanted.grammar()
        do {
            constraint = try TokenConstraint(grammar, model.tokenTrie, ends: ends)
        } catch {
            throw LocalInferenceError(.invalidRequest, "\(wanted.name): \(error)", underlying: error)
        }
        guard constraint.take(answerSoFar.utf8) else {
            throw LocalInferenceError(.invalidRequest, "\(wanted.name): what has been said already is not of this form")
        }
        guard !constraint.isExhausted else {
            throw LocalInferenceError(.invalidRequest, "\(wanted.name): there is nothing to be said in this form")
        }
        do {
            masked = try FloatMatrix(rows: 1, columns: model.weights.config.vocabularySize)
        } catch {
            throw LocalInferenceError(.failed, "\(error)", underlying: error)
        }
    }

    /// Whether the text is complete, and nothing more may come.
    var isExhausted: Bool { constraint.isExhausted }

    /// - Throws: ``LocalInferenceError/Code/invalidRequest`` where even the shortest text may take more than `tokens`.
    func check(room tokens: Int) throws {
        guard constraint.closingTokens <= tokens else {
            throw LocalInferenceError(
                .invalidRequest,
                "The shortest text of this form takes up to \(constraint.closingTokens) tokens, and \(tokens) may be"
                    + " written: raise --max-tokens, or shorten the prompt.")
        }
    }

    /// Chooses, and takes note of it.
    ///
    /// - Parameter room: how many tokens may still be written, this one among them; never fewer than what the text takes
    ///   to be closed, which holds from one token to the next.
    func choose(_ sampler: inout Sampler, _ logits: FloatRows, room: Int) throws -> TokenChoice {
        var choice = try choose(&sampler, logits, out: constraint.allowed())
        var bytes = try bytes(of: choice.id)
        if !constraint.canClose(after: bytes, within: room - 1) {
            choice = try choose(&sampler, logits, out: constraint.allowed(closingWithin: room - 1))
            bytes = try self.bytes(of: choice.id)
        }
        guard constraint.take(bytes) else { preconditionFailure("a token was allowed and then not taken") }
        return choice
    }

    /// Nothing for a token that ends the answer.
    private func bytes(of token: Int32) throws -> [UInt8] {
        ends.contains(token) ? [] : try tokenizer.bytes(of: token)
    }

    private func choose(
        _ sampler: inout Sampler, _ logits: FloatRows, out mask: TokenMask
    ) throws -> TokenChoice {
        // Where there is no choice, nothing can be learned from what the model would have chosen.
        if let only = mask.only {
            return TokenChoice(id: only, logProbability: .nan, entropy: .nan, margin: .nan)
        }
        let row = masked[rows: 0..<1]
        logits.withRow(0) { logits in row.withMutableRow(0) { mask.apply(to: logits, &$0) } }
        let choice = try sampler.choose(row)
        guard mask.contains(choice.id) else {
            // Rounding let a draw run past the last token that has a probability.
            var best = choice
            best.id = Int32(LogitStatistics(row).top)
            return best
        }
        return choice
    }
}

extension OutputConstraint {
    /// Reads the grammar or the schema.
    /// - Throws: ``LocalInferenceError/Code/invalidRequest`` that says what is wrong with it, and where.
    func grammar() throws(LocalInferenceError) -> Grammar {
        do {
            switch form {
            case .grammar: return try Grammar(gbnf: text)
            case .jsonSchema: return try Grammar(jsonSchema: text)
            }
        } catch {
            throw LocalInferenceError(.invalidRequest, "\(name): \(error)", underlying: error)
        }
    }

    /// Reads the grammar or the schema, to find early what is wrong with it.
    /// - Throws: ``LocalInferenceError/Code/invalidRequest``.
    package func check() throws(LocalInferenceError) { _ = try grammar() }
}
