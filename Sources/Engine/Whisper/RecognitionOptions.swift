/// What is wanted of a recording's words.
public struct RecognitionOptions: Sendable, Hashable {
    /// Code of the language that is spoken, such as `de`; `nil` finds it out.
    public var language: String?
    /// Write English, whatever is spoken.
    public var translates: Bool
    /// Find times and probabilities of single words too, which takes longer.
    public var findsWords: Bool

    /// Makes options; `nil` lets the model find the language.
    public init(language: String? = nil, translates: Bool = false, findsWords: Bool = false) {
        self.language = language
        self.translates = translates
        self.findsWords = findsWords
    }
}

/// The language of a recording.
public struct SpokenLanguage: Sendable, Hashable {
    /// Whisper's code: ISO 639-1 where there is one, such as `de`.
    public var code: String
    /// The model's probability of it among all its languages (0 … 1); `nil` where the language was given.
    public var probability: Float?
}

/// What is known of a window before it is listened to.
struct WindowContext {
    typealias Token = WhisperVocabulary.Token

    /// Runs of speech, in frames of the recording.
    var speech: [Range<Int>] = []
    /// The level of the recording says that nobody speaks.
    var isSteady = false
    /// A guess at the tokens.
    var draft: [Token] = []
    /// Tokens of what was said before.
    var previous: [Token] = []
    /// The language where it is known.
    var language: SpokenLanguage?
    var translates = false
    var findsWords = false
}
