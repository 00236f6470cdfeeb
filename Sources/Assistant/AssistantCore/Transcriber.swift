#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What was said in a recording, and how sure that is.
public struct Transcript: Sendable, Hashable {
    /// Whether there were words at all.
    public enum Outcome: String, Sendable, Hashable, Codable {
        case spoken
        /// Silence or noise: nobody spoke. There is no text then.
        case noSpeech
    }

    /// A stretch of speech.
    public struct Segment: Sendable, Hashable {
        /// From the start of the recording.
        public var start: Duration
        public var end: Duration
        public var text: String

        public init(start: Duration, end: Duration, text: String) {
            self.start = start
            self.end = end
            self.text = text
        }
    }

    public var outcome: Outcome
    /// In order of time.
    public var segments: [Segment]
    /// Mean natural-log probability of the tokens (≤ 0): below about −1 the words are doubtful. 0 without speech.
    public var averageLogProbability: Float
    /// Probability that nobody spoke, in the model's eyes (0 … 1).
    public var noSpeechProbability: Float
    /// Length of the recording.
    public var audioDuration: Duration
    /// Time spent on encoding and on decoding, work done ahead of time included.
    public var encodeDuration: Duration
    public var decodeDuration: Duration
    /// From the end of the recording to the text: for a whole recording all of the work, for a stream what was left of it.
    public var totalDuration: Duration

    public init(
        outcome: Outcome, segments: [Segment], averageLogProbability: Float, noSpeechProbability: Float,
        audioDuration: Duration, encodeDuration: Duration, decodeDuration: Duration, totalDuration: Duration
    ) {
        self.outcome = outcome
        self.segments = segments
        self.averageLogProbability = averageLogProbability
        self.noSpeechProbability = noSpeechProbability
        self.audioDuration = audioDuration
        self.encodeDuration = encodeDuration
        self.decodeDuration = decodeDuration
        self.totalDuration = totalDuration
    }

    /// Geometric mean of the tokens' probabilities (0 … 1); 0 without speech.
    public var confidence: Double { outcome == .spoken ? exp(Double(averageLogProbability)) : 0 }

    /// All that was said.
    public var text: String { segments.map(\.text).joined(separator: " ") }
}

/// Turns speech into text: the port behind which the speech engine stands.
public protocol Transcriber: Sendable {
    /// Turns a whole recording into text. Cancelling the task stops the work within one token.
    /// - Parameter samples: 16 kHz mono, −1 … 1.
    /// - Throws: `CancellationError`, or what the engine failed of. A recording without speech is no error.
    func transcribe(_ samples: [Float]) async throws -> Transcript

    /// Begins a recording that is transcribed while it comes.
    func startTranscription() async throws -> any StreamingTranscription
}

/// A recording under way.
public protocol StreamingTranscription: Sendable {
    /// What was understood so far, again and again as a whole; only the newest is kept. Ends with the recording.
    var partialTexts: AsyncStream<String> { get }

    /// Takes the next samples, 16 kHz mono, −1 … 1. Returns at once; for any thread, one at a time.
    func append(_ samples: [Float])

    /// Ends the recording and says what was said in it. Call it once.
    /// - Throws: `CancellationError` after ``cancel()`` or when the task is cancelled.
    func finish() async throws -> Transcript

    /// Drops the recording.
    func cancel()
}
