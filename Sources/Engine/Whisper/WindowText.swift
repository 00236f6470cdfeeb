/// What was said in one window.
struct WindowText: Sendable {
    typealias Token = WhisperVocabulary.Token

    /// What was asked for; ``end`` may lie before its end.
    var window: WindowPlan.Window
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
    /// A timestamp lies so many frames behind a pause of as many at most, where it belongs before it: 1 s.
    private static let lateTimestamp = 100
    /// A window that is to be heard again from within goes on by this many frames at least.
    private static let leastProgress = 100
    /// Speech of so many frames that no segment covers was passed over, not only marked inexactly; as was a shorter run
    /// that lies between segments as a whole.
    private static let uncovered = 100
    private static let uncoveredRun = 50
    /// A segment of so many frames of speech or more…
    private static let sparseFrames = 250
    /// …with less than a token for so many was passed over in parts: who speaks says twice as much.
    private static let framesPerSparseToken = 50

    init(_ window: WindowPlan.Window, decoded: DecodedText) {
        self.window = window
        self.decoded = decoded
        end = window.frames.upperBound
    }

    /// Splits the tokens into segments at pairs of timestamps, and says where to go on, as OpenAI's `whisper/transcribe.py`
    /// has it.
    ///
    /// What follows the last pair was left open. Where the window was cut in the midst of speech it is heard again, whole,
    /// by the next window; elsewhere it is one more segment. A decoder that stopped before the speech did is not believed,
    /// nor is one that goes over speech without a word: the next window begins where that speech does.
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
        let isCut = isUnfinished && !slices.isEmpty && canGoOn(from: frame(of: tokens[start], vocabulary))
        if !isCut, start < tokens.endIndex { slices.append(tokens[start...]) }
        if !isLoop, let place = firstSkip(in: slices, vocabulary, speech), place > 0,
            let last = slices[place - 1].last, canGoOn(from: frame(of: last, vocabulary))
        {
            slices.removeSubrange(place...)
            goOn(from: frame(of: last, vocabulary))
        } else if isCut {
            goOn(from: frame(of: tokens[start], vocabulary))
        } else {
            hearRest(after: tokens, isOpen: isOpen && !isLoop, vocabulary, speech)
        }
        for slice in slices {
            guard let segment = segment(slice, vocabulary) else { continue }
            segments.append(segment)
            segmentTokens.append(slice)
        }
    }

    /// As what was heard of the window that `other` is about: its beginning was listened to again.
    func inPlace(of other: WindowText) -> WindowText {
        var text = self
        text.window = other.window
        text.encodeDuration += other.encodeDuration
        text.decodeDuration += other.decodeDuration
        return text
    }

    /// Where the first segment passes over much speech: the stretch that it should have put into words.
    func skippedStart(_ vocabulary: WhisperVocabulary, speech: [Range<Int>]) -> Range<Int>? {
        guard decoded.loopStart == nil, firstSkip(in: Array(segmentTokens.prefix(1)), vocabulary, speech) == 0,
            let first = segmentTokens.first, let last = first.last(where: vocabulary.isTimestamp)
        else { return nil }
        let isOpen = first.last.map(vocabulary.isTimestamp) == false
        let end = isOpen ? window.frames.upperBound : frame(of: last, vocabulary)
        return window.frames.lowerBound..<max(end, window.frames.lowerBound)
    }

    /// The first segment before or in which speech was passed over.
    private func firstSkip(
        in slices: [ArraySlice<Token>], _ vocabulary: WhisperVocabulary, _ speech: [Range<Int>]
    ) -> Int? {
        var covered = window.frames.lowerBound
        for (index, slice) in slices.enumerated() {
            guard let first = slice.first, let last = slice.last, vocabulary.isTimestamp(first) else { return nil }
            let start = frame(of: first, vocabulary)
            let end = vocabulary.isTimestamp(last) ? frame(of: last, vocabulary) : window.frames.upperBound
            let gap = covered..<max(start, covered)
            let isRun = speech.contains { $0.count >= Self.uncoveredRun && $0.clamped(to: gap) == $0 }
            if index > 0, isRun || spoken(gap, speech) >= Self.uncovered { return index }
            let frames = spoken(start..<max(start, end), speech)
            let count = slice.count(where: vocabulary.isText)
            if frames >= Self.sparseFrames, count * Self.framesPerSparseToken < frames { return index }
            covered = max(covered, end)
        }
        return nil
    }

    /// How many frames of a stretch hold speech.
    private func spoken(_ frames: Range<Int>, _ speech: [Range<Int>]) -> Int {
        speech.reduce(0) { $0 + $1.clamped(to: frames).count }
    }

    /// The next window begins a little before a frame: cut off in its first sound, a sentence is passed over.
    private mutating func goOn(from frame: Int) {
        if canGoOn(from: frame) { end = frame - WindowPlan.before }
    }

    private func canGoOn(from frame: Int) -> Bool {
        frame - WindowPlan.before >= window.frames.lowerBound + Self.leastProgress
    }

    /// Goes on from the last timestamp where it ends the text and much speech follows.
    private mutating func hearRest(
        after tokens: ArraySlice<Token>, isOpen: Bool, _ vocabulary: WhisperVocabulary, _ speech: [Range<Int>]
    ) {
        // A second timestamp at the end begins a segment without a word.
        let isPair = tokens.suffix(2).count(where: vocabulary.isTimestamp) == 2
        let ended = isPair ? tokens.dropLast() : tokens
        guard !isOpen, let last = ended.last(where: vocabulary.isTimestamp) else { return }
        let heard = frame(of: last, vocabulary)
        let rest = heard..<max(heard, window.frames.upperBound)
        guard spoken(rest, speech) >= Self.unheard else { return }
        // What is left of a run that was heard is its end, and no beginning.
        let next = speech.first { run in
            run.upperBound > heard && (run.lowerBound >= heard || run.upperBound - heard >= Self.unheard)
        }
        goOn(from: next.flatMap { Self.beginning(of: $0, after: heard, speech) } ?? heard)
    }

    /// Where to listen to a run whose rest was not heard: a timestamp shortly behind a long pause is only late, and cut into, a
    /// sentence is lost.
    private static func beginning(of run: Range<Int>, after heard: Int, _ speech: [Range<Int>]) -> Int {
        let pause = run.lowerBound - (speech.last { $0.upperBound <= run.lowerBound }?.upperBound ?? run.lowerBound)
        let isLate = heard - run.lowerBound < lateTimestamp && pause >= lateTimestamp
        return isLate ? run.lowerBound : max(heard, run.lowerBound)
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
