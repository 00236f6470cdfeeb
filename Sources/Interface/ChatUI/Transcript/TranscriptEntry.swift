public import AssistantCore

/// One item of the conversation on the screen.
public struct TranscriptEntry: Sendable, Hashable {
    public enum Content: Sendable, Hashable {
        case person(PersonMessage)
        case answer(Answer)
        case escalation(EscalationLine)
        case notice(Notice)
    }

    public var content: Content
    /// Its figures stand under it one by one; folded, they are one line.
    var isUnfolded = false

    /// The text that is wrapped into lines.
    var body: String {
        switch content {
        case .person(let message): message.text.shown
        case .answer(let answer): answer.text.shown
        case .escalation(let escalation): escalation.sentence
        case .notice(let notice): notice.text.shown
        }
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
        case .escalation, .notice: 0
        }
    }
}

/// What a person said.
public struct PersonMessage: Sendable, Hashable {
    /// How a spoken message was heard.
    public struct Spoken: Sendable, Hashable {
        /// From the release of the key to the text.
        public var latency: Duration?
        /// Geometric mean of the tokens' probabilities (0 … 1).
        public var confidence: Double?
        /// The transcriber doubts its words.
        public var isUnsure: Bool

        public init(latency: Duration? = nil, confidence: Double? = nil, isUnsure: Bool = false) {
            self.latency = latency
            self.confidence = confidence
            self.isUnsure = isUnsure
        }
    }

    public var text: ForeignText
    /// `nil` where it was typed.
    public var spoken: Spoken?
    /// When it was sent; `nil` where nobody knows.
    var time: Timestamp?

    public init(_ text: String, spoken: Spoken? = nil, time: Timestamp? = nil) {
        self.text = ForeignText(text)
        self.spoken = spoken
        self.time = time
    }
}

/// What Brim answered, as far as it has come.
public struct Answer: Sendable, Hashable {
    public enum Phase: Sendable, Hashable {
        /// Asked, and nothing heard yet.
        case waiting
        /// The prompt is being read: tokens done, and of how many.
        case reading(done: Int, total: Int)
        /// A remote model has it; what that is at, in a word or two.
        case remote(String)
        case streaming
        case ended
    }

    public var text = ForeignText()
    public var phase = Phase.waiting
    /// Where the text came from: set from what happened.
    public var origin: Origin = .local
    public var model: String?
    public var figures = AnswerFigures()
    /// Geometric mean of the token probabilities, 0 … 1.
    public var probability: Double?
    /// Calibrated, 0 … 1; `nil` where nothing could be said.
    public var confidence: Double?
    /// How old a cached answer is.
    public var age: Duration?
    /// The person (or a limit) ended it early.
    public var wasStopped = false
    public var wasCutByLength = false
    /// The answer stands although Brim doubts it.
    public var isUnsure = false
    /// Why it is doubted, and why nobody else was asked.
    public var doubt: String?
    /// There is none: nothing came.
    public var isMissing = false
    /// Why it failed, in one sentence.
    public var failure: String?
    /// What the person thought of it, once that is kept.
    public var verdict: AnswerVerdict?
    /// It was handed over to a remote model and is kept to compare.
    public var isDraft = false
    /// When it ended; `nil` where nobody knows.
    var time: Timestamp?
    /// How probable its tokens were.
    var tokens = TokenRecord()

    public init() {}

    public var isEnded: Bool { phase == .ended }
}

/// The line that says that a question was handed to a remote model, and why.
public struct EscalationLine: Sendable, Hashable {
    public var provider: String
    public var model: String
    /// Why, in a few words, such as `conf 0.41 < 0.80`.
    public var reason: String
    /// An estimate, until the provider has counted.
    public var sentTokens: Int?
    /// The provider's own count of what was sent.
    var countedTokens: Int?
    /// Pieces of personal data replaced by placeholders.
    public var redacted: Int
    /// How often it was sent: a server that gave nothing is asked again.
    var attempt = 1
    /// Whether something stands above it; set where it enters the transcript.
    var keptDraft = false

    public init(provider: String = "NEBIUS", model: String, reason: String, sentTokens: Int?, redacted: Int = 0) {
        self.provider = provider
        self.model = model
        self.reason = reason
        self.sentTokens = sentTokens
        self.redacted = redacted
    }

    /// `NEBIUS model · why · sent 214 tok · 3 redacted · draft kept`, made safe for the terminal; `~214` is an estimate.
    var sentence: String {
        var parts = ["\(provider) \(model)", reason]
        if let countedTokens {
            parts.append("sent \(countedTokens) tok")
        } else if let sentTokens {
            parts.append("sent ~\(sentTokens) tok")
        }
        parts.append("\(redacted) redacted")
        if attempt > 1 { parts.append("attempt \(attempt)") }
        if keptDraft { parts.append("draft kept") }
        return TerminalText.sanitised(parts.joined(separator: " \u{B7} "))
    }
}

/// A line of the program itself in the conversation.
public struct Notice: Sendable, Hashable {
    public enum Kind: Sendable, Hashable { case information, warning, error }

    public var kind: Kind
    public var text: ForeignText

    public init(_ kind: Kind, _ text: String) {
        self.kind = kind
        self.text = ForeignText(text)
    }
}
