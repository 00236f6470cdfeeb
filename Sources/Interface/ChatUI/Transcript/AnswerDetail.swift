internal import AssistantCore

/// One line of what is known of an answer, as it stands under it unfolded.
struct AnswerDetail: Sendable, Hashable {
    enum Value: Sendable, Hashable {
        case words(String)
        /// A moment, in the words of the wall's clock.
        case time(Timestamp, took: Duration?)
        /// The tokens' probabilities, and a few words.
        case tokens(TokenRecord, String)
    }

    var label: String
    var value: Value

    private init(_ label: String, _ value: Value) {
        (self.label, self.value) = (label, value)
    }

    private init(_ label: String, _ words: String) {
        self.init(label, .words(words))
    }

    static let labelWidth = 9

    /// What was measured; what was not is left out.
    static func all(of answer: Answer) -> [AnswerDetail] {
        let figures = answer.figures
        var all: [AnswerDetail] = []
        if let model = answer.model { all.append(AnswerDetail("model", model)) }
        if let time = answer.time { all.append(AnswerDetail("time", .time(time, took: figures.duration))) }
        if let first = figures.timeToFirstToken {
            all.append(AnswerDetail("first", "\(Figures.duration(first)) from sending to the first token"))
        }
        if let speed = speed(figures) { all.append(AnswerDetail("speed", speed)) }
        if let prompt = figures.promptTokens { all.append(AnswerDetail("prompt", "\(prompt) tokens read")) }
        if let sure = sureness(answer) { all.append(AnswerDetail("sure", sure)) }
        if let reason = figures.reason ?? answer.doubt {
            all.append(AnswerDetail("why", TerminalText.sanitised(reason)))
        }
        if let support = support(answer.support) { all.append(AnswerDetail("sources", support)) }
        all.append(AnswerDetail("cost", cost(answer)))
        return all + tokens(answer.tokens)
    }

    private static func speed(_ figures: AnswerFigures) -> String? {
        let words = [
            figures.speed.map { Figures.rate($0) + " tok/s" },
            figures.generatedTokens.map { "\($0) tokens" },
        ].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }

    private static func sureness(_ answer: Answer) -> String? {
        var words: [String] = []
        if let confidence = answer.confidence {
            words.append("conf \(Figures.probability(confidence)) \(basis(of: answer.confidenceSource))")
        }
        if let probability = answer.probability {
            words.append("prob \(Figures.probability(probability)), the mean over its tokens")
        }
        return words.isEmpty ? nil : words.joined(separator: "; ")
    }

    private static func basis(of source: ConfidenceSource?) -> String {
        switch source {
        case .calibration(let model, let task): "calibrated for \(TerminalText.sanitised(model)), \(task)"
        case .requirements(_, let unmet) where !unmet.isEmpty:
            TerminalText.sanitised("asked for and missing: " + unmet.joined(separator: ", "))
        case .requirements: "it has the form that was asked for"
        case .tool: "computed"
        case .answeredQuestion: "the document answers this question"
        case .documentSentence, .probability, .scoring: "not calibrated"
        case nil: "calibrated"
        }
    }

    /// How many of its sentences stand in how many passages.
    private static func support(_ support: AnswerSupport) -> String? {
        guard !support.isEmpty else { return nil }
        let passages = Set(support.citations.map(\.number)).count
        let said = "\(support.sentences - support.unsupported) of \(support.sentences)"
        return said + (support.sentences == 1 ? " sentence" : " sentences")
            + (passages > 0 ? " in \(passages) \(passages == 1 ? "passage" : "passages")" : " in the documents")
    }

    private static func cost(_ answer: Answer) -> String {
        if let cost = answer.figures.costMicroUSD { return Figures.dollars(Money(microUSD: cost)) }
        return switch answer.origin {
        case .local: "nothing, made on this device"
        case .cache: "nothing, an earlier answer"
        case .cloud: Figures.unknown
        }
    }

    private static func tokens(_ record: TokenRecord) -> [AnswerDetail] {
        guard record.count > 0 else { return [] }
        let words = record.guesses == 0 ? "none a guess" : "\(record.guesses) of \(record.count) guesses"
        var lines = [AnswerDetail("tokens", .tokens(record, words))]
        if !record.doubtful.isEmpty {
            let named = record.doubtful.map { "\"\($0.text)\" \(Figures.probability($0.probability))" }
            lines.append(AnswerDetail("unsure of", named.joined(separator: ", ")))
        }
        return lines
    }
}
