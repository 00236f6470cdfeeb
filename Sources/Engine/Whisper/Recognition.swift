/// What was said in a recording.
public struct Recognition: Sendable {
    /// A stretch of speech.
    public struct Segment: Sendable, Hashable {
        /// From the start of the recording.
        public var start: Duration
        /// When it ends, from the beginning of the recording.
        public var end: Duration
        /// As the model wrote it, without the blank before the first word.
        public var text: String
        /// Its words; empty unless they were asked for.
        public var words: [Word] = []

        /// Makes a piece of text with its times.
        public init(start: Duration, end: Duration, text: String) {
            self.start = start
            self.end = end
            self.text = text
        }
    }

    /// One word with the marks around it.
    public struct Word: Sendable, Hashable {
        /// From the start of the recording.
        public var start: Duration
        /// When it ends, from the beginning of the recording.
        public var end: Duration
        /// What was said.
        public var text: String
        /// The model's probability of it (0 … 1).
        public var probability: Float
    }

    /// In order of time; empty when nobody spoke.
    public var segments: [Segment] = []
    /// Mean natural-log probability of the tokens (≤ 0); 0 when nobody spoke.
    public var averageLogProbability: Float = 0
    /// The smallest probability, over the windows that were listened to, that nobody spoke; 1 when none was worth it.
    public var noSpeechProbability: Float = 1
    /// The language that was heard, or given; `nil` for an English-only model, and where nobody spoke.
    public var language: SpokenLanguage?
    /// Length of the recording.
    public var audioDuration: Duration = .zero
    /// Time spent on log-mel and encoder, all in all.
    public var encodeDuration: Duration = .zero
    /// Time spent on the decoder, all in all.
    public var decodeDuration: Duration = .zero
    /// Stopped before its end.
    public var isCancelled = false

    /// All that was said.
    public var text: String { segments.map(\.text).joined(separator: " ") }
}
