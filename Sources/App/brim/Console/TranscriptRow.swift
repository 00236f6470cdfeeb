import AssistantCore

/// A transcript as `--json` shows it.
struct TranscriptRow: Encodable {
    struct Segment: Encodable {
        var startS: Double
        var endS: Double
        var text: String
        /// `nil` unless they were asked for.
        var words: [Word]?

        enum CodingKeys: String, CodingKey {
            case startS = "start_s"
            case endS = "end_s"
            case text, words
        }
    }

    struct Word: Encodable {
        var startS: Double
        var endS: Double
        var word: String
        var probability: Double

        enum CodingKeys: String, CodingKey {
            case startS = "start_s"
            case endS = "end_s"
            case word, probability
        }
    }

    /// Where the sound came from: a file, or a device.
    var file: String?
    var device: String?
    var text: String
    var outcome: Transcript.Outcome
    /// `nil` where the model hears one language only.
    var language: String?
    /// `nil` where the language was given.
    var languageProbability: Double?
    /// Whether all of the sound was listened to.
    var complete: Bool
    var segments: [Segment]
    var averageLogProbability: Double
    var noSpeechProbability: Double
    var audioS: Double
    var encodeMs: Double
    var decodeMs: Double
    var totalMs: Double
    var notes: [String]

    enum CodingKeys: String, CodingKey {
        case file, device, text, outcome, segments, notes, language, complete
        case languageProbability = "language_probability"
        case averageLogProbability = "avg_logprob"
        case noSpeechProbability = "no_speech_prob"
        case audioS = "audio_s"
        case encodeMs = "encode_ms"
        case decodeMs = "decode_ms"
        case totalMs = "total_ms"
    }

    init(_ transcript: Transcript, file: String? = nil, device: String? = nil, notes: [String]) {
        self.file = file
        self.device = device
        self.notes = notes
        text = transcript.text
        outcome = transcript.outcome
        segments = transcript.segments.map {
            Segment(
                startS: Self.rounded($0.start.inSeconds), endS: Self.rounded($0.end.inSeconds), text: $0.text,
                words: $0.words.isEmpty ? nil : $0.words.map(Self.row))
        }
        (language, complete) = (transcript.language?.code, transcript.isComplete)
        languageProbability = (transcript.language?.probability).map { Self.rounded(Double($0)) }
        averageLogProbability = Double(transcript.averageLogProbability)
        noSpeechProbability = Double(transcript.noSpeechProbability)
        audioS = Self.rounded(transcript.audioDuration.inSeconds)
        encodeMs = Self.rounded(transcript.encodeDuration.inMilliseconds)
        decodeMs = Self.rounded(transcript.decodeDuration.inMilliseconds)
        totalMs = Self.rounded(transcript.totalDuration.inMilliseconds)
    }

    private static func row(_ word: Transcript.Word) -> Word {
        Word(
            startS: rounded(word.start.inSeconds), endS: rounded(word.end.inSeconds), word: word.text,
            probability: rounded(Double(word.probability)))
    }

    /// To a thousandth, so that no binary fraction's tail is printed.
    private static func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}
