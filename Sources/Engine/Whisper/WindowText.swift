/// What was said in one window.
struct WindowText: Sendable {
    typealias Token = WhisperVocabulary.Token

    let window: WindowPlan.Window
    /// What was decoded; without tokens when nobody spoke.
    var decoded: DecodedText
    var segments: [Recognition.Segment] = []
    /// Where to go on listening, in frames of the recording.
    var end: Int
    var encodeDuration = Duration.zero
    var decodeDuration = Duration.zero

    init(_ window: WindowPlan.Window, decoded: DecodedText) {
        self.window = window
        self.decoded = decoded
        end = window.frames.upperBound
    }

    /// Splits the tokens into segments at pairs of timestamps, as OpenAI's `whisper/transcribe.py` has it.
    ///
    /// What follows the last pair is one more segment, except where the window was cut in the midst of speech: there it is
    /// left for the next window to hear whole.
    mutating func split(by vocabulary: WhisperVocabulary) {
        let tokens = decoded.tokens[..<(decoded.loopStart ?? decoded.tokens.count)]
        var slices: [ArraySlice<Token>] = []
        var start = tokens.startIndex
        for index in tokens.indices.dropFirst()
        where vocabulary.isTimestamp(tokens[index]) && vocabulary.isTimestamp(tokens[index - 1]) {
            slices.append(tokens[start..<index])
            start = index
        }
        let endsWhole =
            tokens.count >= 2 && vocabulary.isTimestamp(tokens[tokens.count - 1])
            && !vocabulary.isTimestamp(tokens[tokens.count - 2])
        if window.isCutInSpeech, !slices.isEmpty, !endsWhole {
            end = frame(of: tokens[start], vocabulary)
        } else {
            slices.append(tokens[start...])
        }
        segments = slices.compactMap { segment($0, vocabulary) }
    }

    private func segment(_ tokens: ArraySlice<Token>, _ vocabulary: WhisperVocabulary) -> Recognition.Segment? {
        let text = vocabulary.text(tokens).trimmingBlanks()
        guard !text.isEmpty else { return nil }
        let times = tokens.filter(vocabulary.isTimestamp).map { frame(of: $0, vocabulary) }
        let start = times.first ?? window.frames.lowerBound
        let end = times.count > 1 ? times[times.count - 1] : window.frames.upperBound
        return Recognition.Segment(
            start: .milliseconds(10 * start), end: .milliseconds(10 * max(start, end)), text: text)
    }

    /// Where in the recording a timestamp lies; never behind the window.
    private func frame(of timestamp: Token, _ vocabulary: WhisperVocabulary) -> Int {
        let frames = 2 * Int(timestamp - vocabulary.firstTimestamp)
        return min(window.frames.lowerBound + frames, window.frames.upperBound)
    }
}

extension String {
    /// Without blanks at both ends.
    func trimmingBlanks() -> String {
        let kept = unicodeScalars.drop { $0.properties.isWhitespace }
        return String(String.UnicodeScalarView(kept.reversed().drop { $0.properties.isWhitespace }.reversed()))
    }
}
