internal import Kernels

/// Turns one recording into text, as it comes or all at once. For one thread at a time; calls block while they compute.
///
/// While sound comes, ``append(_:)`` takes it and ``advance(_:)`` listens to what is there, so that little is left for
/// ``finish(_:)``: a window that can no longer change is done for good, and after every pause all that was said so far is
/// heard ahead of time. If nothing more is said, that is the answer; if more is said, it is a draft that speeds the
/// decoder up.
public final class SpeechRecogniser {
    /// What the caller wants of work that is under way; asked at every token.
    public enum Demand: Sendable {
        /// Go on.
        case work
        /// The recording is over: drop what was heard ahead in the midst of speech.
        case hurry
        /// Drop everything.
        case stop
    }

    private let listener: SpeechListener
    private let options: RecognitionOptions
    private let plan: WindowPlan
    private let mel: MelStream
    private var activity = SpeechActivity()
    private var sampleCount = 0

    /// Windows that are done.
    private(set) var heard: [WindowText] = []
    /// The window at the end, heard ahead of time.
    private var ahead: WindowText?
    /// Frames of the recording when it was last heard ahead.
    private var aheadAt = 0
    private var judgedAt = 0
    private var encodeDuration = Duration.zero
    private var decodeDuration = Duration.zero
    private let clock = ContinuousClock()

    /// Frames of new sound after which the unfinished window is heard again while somebody speaks.
    private static let aheadInterval = 150
    /// Frames between two judgements of a long recording.
    private static let judgingInterval = 500
    /// Levels, and sound without words, are kept for so many frames: five minutes.
    private static let memory = 30_000
    /// A window that is as sure as this of its language decides it for the recording.
    private static let sureLanguage: Float = 0.5

    /// Begins a recording.
    /// - Throws: ``WhisperError`` where the model does not know the language, or cannot translate; `KernelError` where
    ///   memory runs out.
    public init(_ listener: SpeechListener, options: RecognitionOptions = RecognitionOptions()) throws {
        try listener.model.check(options)
        self.listener = listener
        self.options = options
        plan = WindowPlan(longest: listener.longest)
        mel = try MelStream(listener.model.front, pool: listener.pool)
    }

    /// Takes the next samples, 16 kHz mono, −1 … 1. Quick: it computes log-mel frames and levels.
    public func append(_ samples: [Float]) {
        let started = clock.now
        sampleCount += samples.count
        mel.append(samples)
        activity.append(samples)
        encodeDuration += clock.now - started
    }

    /// Up to where the recording is done.
    public var doneDuration: Duration { .milliseconds(10 * (heard.last?.end ?? 0)) }

    /// Does one piece of the work that can be done before the recording ends.
    /// - Returns: all that was understood so far; `nil` when there was nothing to do, or it was interrupted.
    public func advance(_ demand: @escaping () -> Demand = { .work }) -> String? {
        let verdict = activity.verdict()
        let available = min(mel.frameCount, activity.frameCount)
        guard let window = nextWindow(verdict, available: available, isComplete: false) else { return nil }
        if let ahead, ahead.window.frames == window.frames, !window.isClosed { return nil }
        let isPause = available - (verdict.speech.last?.upperBound ?? 0) >= WindowPlan.after
        let isGuess = !window.isClosed && !isPause
        guard !isGuess || available - aheadAt >= Self.aheadInterval else { return nil }
        let isCancelled = { demand() == .stop || isGuess && demand() == .hurry }
        guard let text = known(window) ?? listen(to: window, verdict, isCancelled) else { return nil }
        if window.isClosed {
            take(text)
        } else {
            (ahead, aheadAt) = (text, available)
        }
        return (heard + (ahead.map { [$0] } ?? [])).flatMap(\.segments).map(\.text).joined(separator: " ")
    }

    /// Listens to all windows that no sound to come can change, and forgets the sound before them: a long recording that
    /// is given piece by piece takes little memory.
    /// - Parameters:
    ///   - isCancelled: is asked at every token.
    ///   - progress: is told after each window.
    public func hearClosedWindows(_ isCancelled: @escaping () -> Bool = { false }, progress: () -> Void = {}) {
        let available = min(mel.frameCount, activity.frameCount)
        // A verdict sorts the levels of minutes: not for every little piece.
        guard available - judgedAt >= Self.judgingInterval else { return }
        judgedAt = available
        while !isCancelled() {
            let verdict = activity.verdict()
            guard let window = nextWindow(verdict, available: available, isComplete: false) else {
                // Silence that a louder room might yet turn into speech is kept for a while.
                forget(before: available - Self.memory)
                return
            }
            guard window.isClosed, let text = known(window) ?? listen(to: window, verdict, isCancelled) else { return }
            take(text)
            forget(before: text.end)
            progress()
        }
    }

    /// Ends the recording and says what was said in it. Nothing may be appended afterwards.
    /// - Parameters:
    ///   - isCancelled: is asked at every token; what was heard until then is kept.
    ///   - progress: is told after each window.
    public func finish(_ isCancelled: @escaping () -> Bool = { false }, progress: () -> Void = {}) -> Recognition {
        let started = clock.now
        mel.finish()
        let verdict = activity.verdict()
        encodeDuration += clock.now - started
        var result = Recognition()
        while let window = nextWindow(verdict, available: mel.frameCount, isComplete: true) {
            guard let text = known(window) ?? listen(to: window, verdict, isCancelled) else {
                result.isCancelled = true
                break
            }
            take(text)
            progress()
        }
        summarise(into: &result)
        return result
    }

    private func take(_ text: WindowText) {
        heard.append(text)
        ahead = nil
    }

    private func forget(before frame: Int) {
        mel.forget(before: frame)
        activity.forget(before: frame - Self.memory)
    }

    private func nextWindow(
        _ verdict: SpeechActivity.Verdict, available: Int, isComplete: Bool
    ) -> WindowPlan.Window? {
        let start = max(heard.last?.end ?? 0, mel.firstFrame)
        return plan.next(speech: verdict.speech, from: start, available: available, isComplete: isComplete)
    }

    /// What was heard ahead of time, if it was of this very window.
    private func known(_ window: WindowPlan.Window) -> WindowText? {
        ahead.flatMap { $0.window.frames == window.frames ? $0 : nil }
    }

    private func listen(
        to window: WindowPlan.Window, _ verdict: SpeechActivity.Verdict, _ isCancelled: @escaping () -> Bool
    ) -> WindowText? {
        var context = WindowContext(speech: verdict.speech, isSteady: verdict.isSteady)
        context.draft = ahead?.decoded.tokens ?? []
        context.previous = previousTokens
        context.language = knownLanguage
        (context.translates, context.findsWords) = (options.translates, options.findsWords)
        let end = min(window.frames.upperBound, mel.frameCount)
        let text = listener.listen(
            to: window, mel.logs(window.frames.lowerBound..<end), context, isCancelled: isCancelled)
        encodeDuration += text?.encodeDuration ?? .zero
        decodeDuration += text?.decodeDuration ?? .zero
        return text
    }

    /// The language that was given, or that some window was sure of; `nil` while it has to be found out.
    private var knownLanguage: SpokenLanguage? {
        if let code = options.language {
            return listener.model.vocabulary.isMultilingual ? SpokenLanguage(code: code, probability: nil) : nil
        }
        return heard.first { !$0.segments.isEmpty && $0.language?.probability ?? 0 >= Self.sureLanguage }?.language
    }

    /// What the decoder goes on from: all that was said since it last had to guess wildly.
    private var previousTokens: [WhisperVocabulary.Token] {
        let reset = heard.lastIndex { $0.decoded.temperature > 0.5 }.map { $0 + 1 } ?? 0
        return heard[reset...].flatMap(\.segmentTokens).flatMap { $0 }
    }

    private func summarise(into result: inout Recognition) {
        result.audioDuration = .microseconds(sampleCount * 1_000_000 / LogMel.sampleRateHz)
        for var segment in heard.flatMap(\.segments) {
            // The last frame may reach beyond the last sample.
            segment.end = min(segment.end, result.audioDuration)
            result.segments.append(segment)
        }
        let spoken = heard.filter { !$0.segments.isEmpty }
        let tokens = spoken.reduce(0) { $0 + $1.decoded.tokens.count + 1 }
        if tokens > 0 {
            result.averageLogProbability = spoken.reduce(0) { $0 + $1.decoded.logProbability } / Float(tokens)
        }
        result.noSpeechProbability = heard.map(\.decoded.noSpeechProbability).min() ?? 1
        if !spoken.isEmpty {
            let detected = spoken.compactMap(\.language).max { $0.probability ?? 0 < $1.probability ?? 0 }
            result.language = knownLanguage ?? detected
        }
        (result.encodeDuration, result.decodeDuration) = (encodeDuration, decodeDuration)
    }
}
