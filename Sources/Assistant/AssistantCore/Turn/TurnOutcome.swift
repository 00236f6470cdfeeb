/// How a turn ended: what the person was given, and what it took.
package struct TurnOutcome: Sendable, Hashable {
    package enum Ending: Sendable, Hashable {
        case complete
        /// The limit of tokens was reached.
        case length
        /// It repeated itself, and ends behind the first repetition.
        case loop
        /// The person stopped it.
        case stopped
        /// The cloud's reply broke off; the sentence says why.
        case broken(String)
        /// There is no answer; the sentence says why.
        case refused(String)
    }

    /// The answer; empty where there is none.
    package var text = ""
    /// Where `text` came from; `nil` where there is no answer.
    package var origin: Origin?
    package var model: String?
    package var ending: Ending
    /// The decision that held.
    package var decision: RouteDecision
    /// The local answer stands for want of a better one.
    package var isUnsure = false
    /// In [0, 1], of the local draft; `nil` where nothing can be said.
    package var confidence: Double?
    /// What ``confidence`` rests on; `nil` where there is none, or where nobody knows any more.
    package var confidenceSource: ConfidenceSource?
    /// An exact tool answered; `model` names it.
    package var isComputed = false
    /// `text` stands in a document in so many words: nobody generated it; `model` names the collection.
    package var isQuoted = false
    /// What of `text` stands in the passages that it was made from.
    package var support = AnswerSupport()
    /// The collections were asked first and had nothing to say: the answer is a model's own.
    package var isBesideDocuments = false
    /// Whether the answer may ever be sent: not where it was made from a collection that stays on the device.
    package var mayLeave = true
    /// The local draft that another answer replaced; empty where there was none.
    package var draft = ""
    /// Tokens that the device generated, whether or not they became the answer.
    package var draftTokens = 0
    package var prefill: PrefillStatistics?
    package var local: GenerationSummary?
    package var cloud: CloudSummary?
    package var cost: Money?
    /// How old a cached answer is.
    package var cachedAge: Duration?

    /// Makes the outcome of a turn that brought nothing yet.
    package init(_ ending: Ending, origin: Origin?, decision: RouteDecision) {
        (self.ending, self.origin, self.decision) = (ending, origin, decision)
    }
}

extension TurnOutcome {
    /// `text` as it is shown: with the marks of its citations.
    package var markedText: String { support.marked(text) }

    /// Whether ``confidence`` means what it says.
    package var isCalibrated: Bool { confidenceSource?.isCalibrated == true }

    /// Whether a model of this device wrote ``text`` for this very turn, and so told of it as it came.
    package var isDrafted: Bool { origin == .local && !isComputed && !isQuoted }

    /// The record of the answer, for the store.
    package var figures: AnswerFigures {
        var figures = measured
        if !support.isEmpty { figures.support = support }
        return figures
    }

    private var measured: AnswerFigures {
        switch origin {
        case .cloud:
            AnswerFigures(
                promptTokens: cloud?.usage?.promptTokens, generatedTokens: cloud?.usage?.completionTokens,
                timeToFirstToken: cloud?.timeToFirstToken, duration: cloud?.duration,
                tokensPerSecond: cloud?.tokensPerSecond, confidence: confidence,
                costMicroUSD: cost?.microUSD, reason: decision.reasons.first?.sentence, stop: cloud?.stop.word)
        case .local:
            AnswerFigures(
                promptTokens: prefill?.promptTokens, generatedTokens: draftTokens,
                timeToFirstToken: local?.timeToFirstToken, duration: local.map { $0.decodeDuration },
                tokensPerSecond: local?.decodeTokensPerSecond, confidence: confidence,
                reason: decision.reasons.first?.sentence, stop: ending == .length ? CloudStop.length.word : nil)
        case .cache, nil:
            AnswerFigures(confidence: confidence, reason: decision.reasons.first?.sentence)
        }
    }
}

extension CloudSummary {
    /// After the first token, where the server counted.
    fileprivate var tokensPerSecond: Double? {
        guard let tokens = usage?.completionTokens, let timeToFirstToken, tokens > 1 else { return nil }
        let streaming = (duration - timeToFirstToken).inSeconds
        return streaming > 0 ? Double(tokens - 1) / streaming : nil
    }
}
