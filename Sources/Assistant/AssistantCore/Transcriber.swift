#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// What was said in a recording, and how sure that is.
package struct Transcript: Sendable, Hashable {
    /// Whether there were words at all.
    package enum Outcome: String, Sendable, Hashable, Codable {
        case spoken
        /// Silence or noise: nobody spoke. There is no text then.
        case noSpeech
    }

    /// A stretch of speech.
    package struct Segment: Sendable, Hashable {
        /// From the start of the recording.
        package var start: Duration
        package var end: Duration
        package var text: String
        /// Its words; empty unless they were asked for.
        package var words: [Word]

        package init(start: Duration, end: Duration, text: String, words: [Word] = []) {
            self.start = start
            self.end = end
            self.text = text
            self.words = words
        }
    }

    /// One word with the marks around it.
    package struct Word: Sendable, Hashable {
        /// From the start of the recording.
        package var start: Duration
        package var end: Duration
        package var text: String
        /// How sure the model is of it (0 … 1).
        package var probability: Float

        package init(start: Duration, end: Duration, text: String, probability: Float) {
            self.start = start
            self.end = end
            self.text = text
            self.probability = probability
        }
    }

    /// The language of a recording.
    package struct Language: Sendable, Hashable {
        /// ISO 639-1 where there is one, such as `de`.
        package var code: String
        /// Probability of it among all the languages that the model hears (0 … 1); `nil` where it was given.
        package var probability: Float?

        package init(code: String, probability: Float?) {
            self.code = code
            self.probability = probability
        }
    }

    package var outcome: Outcome
    /// In order of time.
    package var segments: [Segment]
    /// Mean natural-log probability of the tokens (≤ 0): below about −1 the words are doubtful. 0 without speech.
    package var averageLogProbability: Float
    /// Probability that nobody spoke, in the model's eyes (0 … 1).
    package var noSpeechProbability: Float
    /// Length of the recording.
    package var audioDuration: Duration
    /// Time spent on encoding and on decoding, work done ahead of time included.
    package var encodeDuration: Duration
    package var decodeDuration: Duration
    /// From the end of the recording to the text: for a whole recording all of the work, for a stream what was left of it.
    package var totalDuration: Duration
    /// What was spoken; `nil` where the model hears one language only, and where nobody spoke.
    package var language: Language?
    /// All of the recording was listened to; `false` where somebody stopped it.
    package var isComplete = true

    package init(
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
    package var confidence: Double { outcome == .spoken ? exp(Double(averageLogProbability)) : 0 }

    /// All that was said.
    package var text: String { segments.map(\.text).joined(separator: " ") }
}

/// What is wanted of a transcript.
package struct TranscriptionOptions: Sendable, Hashable {
    /// The language that is spoken, such as `de`; `nil` finds it out.
    package var language: String?
    /// Write English, whatever is spoken.
    package var translates: Bool
    /// Find the words' times and probabilities too.
    package var findsWords: Bool

    package init(language: String? = nil, translates: Bool = false, findsWords: Bool = false) {
        self.language = language
        self.translates = translates
        self.findsWords = findsWords
    }
}

/// Turns speech into text: the port behind which the speech engine stands.
package protocol Transcriber: Sendable {
    /// Turns a whole recording into text. Cancelling the task stops the work within one token.
    /// - Parameter samples: 16 kHz mono, −1 … 1.
    /// - Throws: `CancellationError`, or what the engine failed of. A recording without speech is no error.
    func transcribe(_ samples: [Float]) async throws -> Transcript

    /// Begins a recording that is transcribed while it comes.
    func startTranscription() async throws -> any StreamingTranscription
}

/// A recording under way.
package protocol StreamingTranscription: Sendable {
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
