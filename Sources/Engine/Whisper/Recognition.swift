/// What was said in a recording.
public struct Recognition: Sendable {
    /// A stretch of speech.
    public struct Segment: Sendable, Hashable {
        /// From the start of the recording.
        public var start: Duration
        public var end: Duration
        /// As the model wrote it, without the blank before the first word.
        public var text: String

        public init(start: Duration, end: Duration, text: String) {
            self.start = start
            self.end = end
            self.text = text
        }
    }

    /// In order of time; empty when nobody spoke.
    public var segments: [Segment] = []
    /// Mean natural-log probability of the tokens (≤ 0); 0 when nobody spoke.
    public var averageLogProbability: Float = 0
    /// The smallest probability, over the windows that were listened to, that nobody spoke; 1 when none was worth it.
    public var noSpeechProbability: Float = 1
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
