import ArgumentParser
import AssistantCore
import ChatUI
import Foundation
import Routing
import Turns

/// Writes a turn to the standard output: as text, or as one JSON object a line.
///
/// A person at a terminal sees the draft as it comes. A pipe gets the one answer that holds, when it holds: until then the
/// turn may be handed over, or a part of the draft taken back.
actor AnswerPrinter {
    private let json: Bool
    private var draft = ""
    private var shownDraft = false
    private var outcome: TurnOutcome?
    private var draftTokens = 0
    private var shownConfidence: Double?

    init(json: Bool) { self.json = json }

    func take(_ update: TurnEvent) throws {
        if case .finished(let outcome) = update { self.outcome = outcome }
        if json { try takeAsJSON(update) } else { try takeAsText(update) }
    }

    // MARK: Text

    private func takeAsText(_ update: TurnEvent) throws {
        switch update {
        case .local(let event, _): try takeAsText(event)
        case .draftRestarted:
            draft = ""
            if shownDraft { try Terminal.write("\n") }
        case .escalation(let escalation):
            if shownDraft { try Terminal.write("\n") }
            Terminal.writeError("→ " + EscalationEntry(escalation, keptDraft: !draft.isEmpty).sentence)
        case .cloud(.retrying(let retry)):
            Terminal.writeError("(attempt \(retry.attempt): \(retry.failure); again in \(retry.delay.inSeconds) s)")
        case .cloud(.content(let text)): try Terminal.write(text)
        case .route, .cloud: break
        case .finished(let outcome): try close(outcome)
        }
    }

    private func takeAsText(_ event: GenerationEvent) throws {
        switch event {
        case .contextTrimmed(let dropped):
            Terminal.writeError("(the oldest \(dropped) messages did not fit and were left out)")
        case .prefilling(let done, let total):
            if done < total { Terminal.progress("reading \(done) of \(total) tokens…") } else { Terminal.endProgress() }
        case .token(let token):
            draft += token.text
            if Terminal.outputIsTerminal {
                shownDraft = true
                try Terminal.write(token.text)
            }
        case .rolledBack(let rollback):
            draft = String(decoding: draft.utf8.dropLast(rollback.textBytes), as: UTF8.self)
            guard shownDraft else { break }
            Terminal.writeError("\n(the answer began to repeat itself and is taken up again from its last line)")
            try Terminal.write(
                draft.split(separator: "\n", omittingEmptySubsequences: false).last.map(String.init) ?? "")
        case .failedOver(let failover):
            Terminal.writeError("(\(failover.reason); \(failover.model.name) goes on)")
        case .prefilled, .scored, .finished: break
        }
    }

    private func close(_ outcome: TurnOutcome) throws {
        if outcome.origin == .cache || outcome.origin == .local && (!shownDraft || outcome.isQuoted) {
            try Terminal.write(outcome.markedText)
        } else if outcome.origin != nil {
            // What has been written stands; a mark at its end can still be set.
            let marked = outcome.markedText
            if marked.hasPrefix(outcome.text) { try Terminal.write(String(marked.dropFirst(outcome.text.count))) }
        }
        if outcome.origin != nil { try Terminal.write("\n") }
        for citation in outcome.support.citations { Terminal.writeError(citation.line) }
        if let gap = outcome.support.gap { Terminal.writeError("(\(gap))") }
        switch outcome.ending {
        case .broken(let why): Terminal.writeError("(the reply broke off: \(why))")
        case .length: Terminal.writeError("(cut at the length limit; --max-tokens allows more)")
        case .complete where outcome.cloud?.stop == .refusal: Terminal.writeError("(the model declined to answer)")
        case .complete, .loop, .stopped, .refused: break
        }
        if outcome.isUnsure {
            let reasons = outcome.decision.reasons.map(\.sentence).joined(separator: "; ")
            Terminal.writeError("(unsure: \(reasons))")
        }
    }

    // MARK: JSON

    private struct TokenLine: Encodable {
        var type = "token"
        var id: Int32
        var text: String
        /// Absent where the model does not tell.
        var logprob: Float?
        var entropy: Float?

        init(_ token: GeneratedToken) {
            (id, text) = (token.id, token.text)
            if token.isScored { (logprob, entropy) = (token.logProbability, token.entropy) }
        }
    }

    private struct FailoverLine: Encodable {
        var type = "took_over"
        var model: String
        var reason: String
    }

    private struct RollbackLine: Encodable {
        var type = "rollback"
        /// The latest tokens that no longer count, and the bytes of their text.
        var tokens: Int
        var text_bytes: Int
    }

    private struct ConfidenceLine: Encodable {
        var type = "confidence"
        var t: Int
        var value: Double
        var calibrated: Bool
        var source: ConfidenceSourceObject
    }

    private struct ReplyLine: Encodable {
        var type: String
        var text: String
    }

    private func takeAsJSON(_ update: TurnEvent) throws {
        switch update {
        case .route(let decision): try JSONLines.write(decision)
        case .local(let event, let reading):
            try takeAsJSON(event)
            if let reading { try writeConfidence(reading) }
        case .escalation(let escalation): try JSONLines.write(escalation)
        case .cloud(.content(let text)): try JSONLines.write(ReplyLine(type: "reply", text: text))
        case .cloud(.reasoning(let text)): try JSONLines.write(ReplyLine(type: "reasoning", text: text))
        case .cloud: break
        case .finished(let outcome):
            if outcome.origin == .local {
                if let value = outcome.confidence, let source = outcome.confidenceSource {
                    try writeConfidence(ConfidenceReading(value: value, source: source))
                }
            }
            for citation in outcome.support.citations { try JSONLines.write(CitationLine(citation)) }
            try JSONLines.write(DoneLine(outcome))
        case .draftRestarted: draftTokens = 0
        }
    }

    private func takeAsJSON(_ event: GenerationEvent) throws {
        switch event {
        case .token(let token):
            draftTokens += 1
            try JSONLines.write(TokenLine(token))
        case .rolledBack(let rollback):
            draftTokens -= rollback.tokens
            try JSONLines.write(RollbackLine(tokens: rollback.tokens, text_bytes: rollback.textBytes))
        case .failedOver(let failover):
            try JSONLines.write(FailoverLine(model: failover.model.name, reason: failover.reason))
        case .contextTrimmed, .prefilling, .prefilled, .scored, .finished: break
        }
    }

    /// A line where the confidence is another than before.
    private func writeConfidence(_ reading: ConfidenceReading) throws {
        guard reading.value != shownConfidence else { return }
        shownConfidence = reading.value
        try JSONLines.write(
            ConfidenceLine(
                t: draftTokens, value: reading.value, calibrated: reading.isCalibrated,
                source: ConfidenceSourceObject(reading.source)))
    }

    /// Reports the failure of a turn without an answer.
    func finish() throws {
        switch outcome?.ending {
        case .refused(let why): throw CommandFailure(why)
        case nil: throw CommandFailure("the turn ended without an outcome")
        case .stopped, .broken: throw ExitCode(1)
        case .complete, .length, .loop: break
        }
    }
}

/// A sentence of a document that an answer rests on, as an object of JSON.
struct CitationLine: Encodable {
    var type = "citation"
    /// As it stands in the answer.
    var number: Int
    var collection: String
    var document: String
    /// Absent where the document has no pages.
    var page: Int?
    var text: String

    init(_ citation: Citation) {
        (number, collection, document) = (citation.number, citation.collection, citation.document)
        (page, text) = (citation.page, citation.text)
    }
}

/// The last line of `brim ask --json`.
struct DoneLine: Encodable {
    var type = "done"
    var text: String
    var prompt_tokens: Int?
    var generated_tokens: Int
    var ttft_ms: Double?
    var prefill_tokens_per_s: Double?
    var decode_tokens_per_s: Double?
    var stop: String
    /// What makes the same answer again; absent where chance had no part in it.
    var seed: UInt64?
    var origin: String?
    var model: String?
    var confidence: Double?
    /// Whether `confidence` means what it says.
    var calibrated: Bool
    /// What `confidence` rests on; absent where there is none, or where nobody knows any more.
    var confidence_source: ConfidenceSourceObject?
    /// An exact tool answered; `model` names it.
    var computed: Bool
    /// Sentences of the collections say what the answer says, all of it; the lines before have them.
    var grounded: Bool
    /// Sentences of the answer that no passage says, `[?]` in `text`; absent where it was made from no passages.
    var unsupported_sentences: Int?
    /// The collections were asked first and had nothing to say.
    var not_in_documents: Bool
    var unsure: Bool
    var cost_usd: Double?
    var cloud_ttft_ms: Double?
    var error: String?

    init(_ outcome: TurnOutcome) {
        text = outcome.markedText
        prompt_tokens = outcome.prefill?.promptTokens
        generated_tokens = outcome.draftTokens
        ttft_ms = outcome.local?.timeToFirstToken?.inMilliseconds
        prefill_tokens_per_s = outcome.prefill?.tokensPerSecond
        decode_tokens_per_s = outcome.local?.decodeTokensPerSecond
        seed = outcome.local?.seed
        origin = outcome.origin?.rawValue
        model = outcome.model
        confidence = outcome.confidence
        calibrated = outcome.isCalibrated
        confidence_source = outcome.confidenceSource.map(ConfidenceSourceObject.init)
        computed = outcome.isComputed
        grounded = outcome.support.isComplete
        unsupported_sentences = outcome.support.isEmpty ? nil : outcome.support.unsupported
        not_in_documents = outcome.isBesideDocuments || outcome.decision.reasons.first?.code == .notInDocuments
        unsure = outcome.isUnsure
        cost_usd = outcome.cost.map { $0.usd }
        cloud_ttft_ms = outcome.cloud?.timeToFirstToken?.inMilliseconds
        // Why the remote model ended an answer that may not be whole.
        let cloudStop = outcome.origin == .cloud ? outcome.cloud?.stop.word : nil
        switch outcome.ending {
        case .complete: stop = cloudStop ?? StopReason.eos.rawValue
        case .length: stop = StopReason.length.rawValue
        case .loop: stop = StopReason.loop.rawValue
        case .stopped: stop = StopReason.cancelled.rawValue
        case .broken(let why), .refused(let why):
            stop = cloudStop ?? StopReason.cancelled.rawValue
            error = why
        }
    }
}
