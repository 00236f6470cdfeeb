import AssistantCore

/// A transcript as `--json` shows it.
struct TranscriptRow: Encodable {
    struct Segment: Encodable {
        var startS: Double
        var endS: Double
        var text: String

        enum CodingKeys: String, CodingKey {
            case startS = "start_s"
            case endS = "end_s"
            case text
        }
    }

    /// Where the sound came from: a file, or a device.
    var file: String?
    var device: String?
    var text: String
    var outcome: Transcript.Outcome
    var segments: [Segment]
    var averageLogProbability: Double
    var noSpeechProbability: Double
    var audioS: Double
    var encodeMs: Double
    var decodeMs: Double
    var totalMs: Double
    var notes: [String]

    enum CodingKeys: String, CodingKey {
        case file, device, text, outcome, segments, notes
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
            Segment(startS: Self.rounded($0.start.inSeconds), endS: Self.rounded($0.end.inSeconds), text: $0.text)
        }
        averageLogProbability = Double(transcript.averageLogProbability)
        noSpeechProbability = Double(transcript.noSpeechProbability)
        audioS = Self.rounded(transcript.audioDuration.inSeconds)
        encodeMs = Self.rounded(transcript.encodeDuration.inMilliseconds)
        decodeMs = Self.rounded(transcript.decodeDuration.inMilliseconds)
        totalMs = Self.rounded(transcript.totalDuration.inMilliseconds)
    }

    /// To a thousandth, so that no binary fraction's tail is printed.
    private static func rounded(_ value: Double) -> Double { (value * 1_000).rounded() / 1_000 }
}
