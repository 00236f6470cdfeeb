/// What a person does to talk: the keys of the screen, or a button.
package enum TalkKey: Sendable, Hashable {
    /// Talk was pressed. `isReleaseReported` where the letting go will be reported too (a button, a terminal that speaks
    /// the kitty protocol); where not, a second press ends the recording. Repeats that are known as such are no presses.
    case press(isReleaseReported: Bool)
    case release
    /// The recording is to be forgotten.
    case cancel
}

/// How the end of a recording is told.
package enum TalkMethod: Sendable, Hashable {
    /// Hold and let go.
    case hold
    /// Press to begin, press to send.
    case tap
}

/// How talking stands, as the screen shows it.
package struct TalkStatus: Sendable, Hashable {
    package enum Phase: Sendable, Hashable {
        /// There is no talking; one readable line says why.
        case unavailable(String)
        case ready
        case recording(Recording)
        /// The recording has ended and its words are sought.
        case hearing
    }

    /// A recording under way.
    package struct Recording: Sendable, Hashable {
        package var elapsed: Duration
        package var level: SoundLevel
        /// Whether there was speech so far.
        package var hasSpeech: Bool
        /// Overruns of the device: some sound is missing.
        package var overruns: Int
        /// What was understood so far; may change.
        package var text: String
        /// The device yields no sound at the moment; one readable line.
        package var problem: String?

        package init(
            elapsed: Duration = .zero, level: SoundLevel = .silence, hasSpeech: Bool = false, overruns: Int = 0,
            text: String = "", problem: String? = nil
        ) {
            self.elapsed = elapsed
            self.level = level
            self.hasSpeech = hasSpeech
            self.overruns = overruns
            self.text = text
            self.problem = problem
        }
    }

    package var phase: Phase
    /// How this recording ends, or the last one did; `nil` before the first.
    package var method: TalkMethod?

    package init(_ phase: Phase, method: TalkMethod? = nil) {
        self.phase = phase
        self.method = method
    }

    /// The longest recording.
    package static let longestRecording = Duration.seconds(120)
}

/// Words that were spoken, on their way into the conversation.
package struct SpokenText: Sendable, Hashable {
    package var text: String
    /// Geometric mean of the tokens' probabilities (0 … 1).
    package var confidence: Double
    /// Probability that nobody spoke (0 … 1).
    package var noSpeechProbability: Double
    /// So unsure that it is offered for editing instead of sent.
    package var isUnsure: Bool
    /// Length of the recording.
    package var audioDuration: Duration
    /// From the end of the recording to the words.
    package var releaseToText: Duration
    /// The language that was heard; `nil` where the model hears one only.
    package var language: Transcript.Language?

    package init(
        text: String, confidence: Double, noSpeechProbability: Double = 0, isUnsure: Bool = false,
        audioDuration: Duration, releaseToText: Duration
    ) {
        self.text = text
        self.confidence = confidence
        self.noSpeechProbability = noSpeechProbability
        self.isUnsure = isUnsure
        self.audioDuration = audioDuration
        self.releaseToText = releaseToText
    }
}

/// What the screen is told of talking.
package enum TalkUpdate: Sendable, Hashable {
    /// About ten times a second while recording, and at every change of phase.
    case status(TalkStatus)
    /// To be sent, or to be put into the input line where it is unsure.
    case spoken(SpokenText)
    /// A readable line about what did not work, or that nobody spoke.
    case notice(String)
}
