package import AssistantCore

/// One item of the conversation on the screen.
package struct TranscriptEntry: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case person(PersonMessage)
        case answer(Answer)
        case escalation(EscalationEntry)
        /// A sentence that the answer above rests on.
        case citation(Citation)
        case notice(Notice)
    }

    package var content: Content
    /// Its figures stand under it one by one; folded, they are one line.
    var isUnfolded = false

    /// The text that is wrapped into lines.
    var body: String {
        switch content {
        case .person(let message): message.text.shown
        case .answer(let answer): answer.text.shown
        case .escalation(let escalation): escalation.sentence
        case .citation(let citation): TerminalText.sanitised(citation.line)
        case .notice(let notice): notice.text.shown
        }
    }

    /// The text as it came, to be copied.
    var source: String {
        switch content {
        case .person(let message): message.text.text
        case .answer(let answer): answer.text.text
        case .escalation, .citation, .notice: body
        }
    }

    var isCitation: Bool {
        if case .citation = content { true } else { false }
    }

    /// Whether its text is shown as Markdown: what a model wrote.
    var isMarkdown: Bool {
        if case .answer = content { true } else { false }
    }

    /// Lines that stand under the text: figures, or what is being done.
    var footCount: Int {
        switch content {
        case .person(let message): message.spoken == nil ? 0 : 1
        case .answer(let answer): 1 + (isUnfolded && answer.isEnded ? AnswerDetail.all(of: answer).count : 0)
        case .escalation, .citation, .notice: 0
        }
    }
}

/// What a person said.
package struct PersonMessage: Sendable, Hashable {
    /// How a spoken message was heard.
    package struct Spoken: Sendable, Hashable {
        /// From the release of the key to the text.
        package var latency: Duration?
        /// Geometric mean of the tokens' probabilities (0 … 1).
        package var confidence: Double?
        /// The transcriber doubts its words.
        package var isUnsure: Bool
        /// The language that was heard, by its code; `nil` where the model hears one only.
        package var language: String?
        /// How sure that is (0 … 1); `nil` where it was given.
        package var languageProbability: Double?

        package init(latency: Duration? = nil, confidence: Double? = nil, isUnsure: Bool = false) {
            self.latency = latency
            self.confidence = confidence
            self.isUnsure = isUnsure
        }
    }

    package var text: ForeignText
    /// `nil` where it was typed.
    package var spoken: Spoken?
    /// When it was sent; `nil` where nobody knows.
    var time: Timestamp?

    package init(_ text: String, spoken: Spoken? = nil, time: Timestamp? = nil) {
        self.text = ForeignText(text)
        self.spoken = spoken
        self.time = time
    }
}

/// What Brim answered, as far as it has come.
package struct Answer: Sendable, Hashable {
    package enum Phase: Sendable, Hashable {
        /// Asked, and nothing heard yet.
        case waiting
        /// The prompt is being read: tokens done, and of how many.
        case reading(done: Int, total: Int)
        /// A remote model has it; what that is at, in a word or two.
        case remote(String)
        case streaming
        case ended
    }

    package var text = ForeignText()
    package var phase = Phase.waiting
    /// Where the text came from: set from what happened.
    package var origin: Origin = .local
    package var model: String?
    package var figures = AnswerFigures()
    /// Geometric mean of the token probabilities, 0 … 1.
    package var probability: Double?
    /// Calibrated, 0 … 1; `nil` where nothing could be said.
    package var confidence: Double?
    /// What the confidence rests on; `nil` where nobody knows any more.
    var confidenceSource: ConfidenceSource?
    /// How old a cached answer is.
    package var age: Duration?
    /// The person (or a limit) ended it early.
    package var wasStopped = false
    package var wasCutByLength = false
    /// It repeated itself and was cut behind the first repetition.
    package var repeatedItself = false
    /// The answer stands although Brim doubts it.
    package var isUnsure = false
    /// Why it is doubted, and why nobody else was asked.
    package var doubt: String?
    /// There is none: nothing came.
    package var isMissing = false
    /// Why it failed, in one sentence.
    package var failure: String?
    /// What the person thought of it, once that is kept.
    package var verdict: AnswerVerdict?
    /// It was handed over to a remote model and is kept to compare.
    package var isDraft = false
    /// When it ended; `nil` where nobody knows.
    var time: Timestamp?
    /// How probable its tokens were.
    var tokens = TokenRecord()
    /// What of it stands in documents; its marks are in ``text``.
    var support = AnswerSupport()
    /// The documents were asked first and had nothing to say.
    var isBesideDocuments = false
    /// What of ``text`` is being said aloud, in characters of what is shown.
    var said: Range<Int>?

    package init() {}

    package var isEnded: Bool { phase == .ended }
}

/// The line that says that a question was handed to a remote model, and why.
package struct EscalationEntry: Sendable, Hashable {
    package var escalation: Escalation
    /// The provider's own count of what was sent.
    var countedTokens: Int?
    /// How often it was sent: a server that gave nothing is asked again.
    var attempt: Int
    /// Whether something stands above it.
    var keptDraft: Bool

    package init(_ escalation: Escalation, attempt: Int = 1, keptDraft: Bool = false) {
        self.escalation = escalation
        self.attempt = attempt
        self.keptDraft = keptDraft
    }

    /// `NEBIUS model · why · sent 214 tok · 3 redacted · draft kept`, made safe for the terminal; `~214` is an estimate.
    package var sentence: String {
        var parts = ["NEBIUS \(escalation.model)", escalation.reason.sentence]
        parts.append("sent " + (countedTokens.map(String.init) ?? "~\(escalation.sentTokens)") + " tok")
        if let share = escalation.share { parts += [share.words, share.savings] }
        parts.append("\(escalation.redactions) redacted")
        if attempt > 1 { parts.append("attempt \(attempt)") }
        if keptDraft { parts.append("draft kept") }
        return TerminalText.sanitised(parts.joined(separator: " \u{B7} "))
    }
}

/// A line of the program itself in the conversation.
package struct Notice: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case information, warning, error }

    package var kind: Kind
    package var text: ForeignText

    package init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = ForeignText(text)
    }
}
