/// What was said in one window.
struct WindowText: Sendable {
    typealias Token = WhisperVocabulary.Token

    let window: WindowPlan.Window
    /// What was decoded; without tokens when nobody spoke.
    var decoded: DecodedText
    var segments: [Recognition.Segment] = []
    /// The tokens of each segment, timestamps included.
    var segmentTokens: [ArraySlice<Token>] = []
    /// Where to go on listening, in frames of the recording.
    var end: Int
    var language: SpokenLanguage?
    var encodeDuration = Duration.zero
    var decodeDuration = Duration.zero

    /// Speech of so many frames behind the last timestamp was not heard and is heard again: 600 ms. Less than that, the
    /// timestamp was only early.
    private static let unheard = 60
    /// A window that is to be heard again from within goes on by this many frames at least.
    private static let leastProgress = 100

    init(_ window: WindowPlan.Window, decoded: DecodedText) {
        self.window = window
        self.decoded = decoded
        end = window.frames.upperBound
    }

    /// Splits the tokens into segments at pairs of timestamps, and says where to go on, as OpenAI's `whisper/transcribe.py`
    /// has it.
    ///
    /// What follows the last pair was left open. Where the window was cut in the midst of speech it is heard again, whole,
    /// by the next window; elsewhere it is one more segment. A decoder that stopped before the speech did is not believed:
    /// the next window begins where it stopped.
    /// - Parameter speech: runs of speech in frames of the recording.
    mutating func split(by vocabulary: WhisperVocabulary, speech: [Range<Int>]) {
        let isLoop = decoded.loopStart != nil
        let tokens = decoded.tokens[..<(decoded.loopStart ?? decoded.tokens.count)]
        let isTime = vocabulary.isTimestamp
        var slices: [ArraySlice<Token>] = []
        var start = tokens.startIndex
        for index in tokens.indices.dropFirst() where isTime(tokens[index]) && isTime(tokens[index - 1]) {
            slices.append(tokens[start..<index])
            start = index
        }
        let isOpen = tokens.count > start && tokens.last.map(isTime) == false
        let isUnfinished = (isLoop || window.isCutInSpeech) && isOpen
        if isUnfinished, !slices.isEmpty {
            goOn(from: frame(of: tokens[start], vocabulary))
        } else {
            if start < tokens.endIndex { slices.append(tokens[start...]) }
            hearRest(after: tokens, isOpen: isOpen && !isLoop, vocabulary, speech)
        }
        for slice in slices {
            guard let segment = segment(slice, vocabulary) else { continue }
            segments.append(segment)
            segmentTokens.append(slice)
        }
    }

    private mutating func goOn(from frame: Int) {
        if frame >= window.frames.lowerBound + Self.leastProgress { end = frame }
    }

    /// Goes on from the last timestamp where it ends the text and much speech follows.
    private mutating func hearRest(
        after tokens: ArraySlice<Token>, isOpen: Bool, _ vocabulary: WhisperVocabulary, _ speech: [Range<Int>]
    ) {
        guard !isOpen, let last = tokens.last(where: vocabulary.isTimestamp) else { return }
        let heard = frame(of: last, vocabulary)
        let left = speech.reduce(0) { sum, run in
            sum + max(0, min(run.upperBound, window.frames.upperBound) - max(run.lowerBound, heard))
        }
        if left >= Self.unheard { goOn(from: heard) }
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
