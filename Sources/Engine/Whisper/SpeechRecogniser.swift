public import Kernels

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
    private let plan: WindowPlan
    private let mel: MelStream
    private var activity = SpeechActivity()
    private var sampleCount = 0

    /// Windows that are done.
    private var heard: [WindowText] = []
    /// The window at the end, heard ahead of time.
    private var ahead: WindowText?
    /// Frames of the recording when it was last heard ahead.
    private var aheadAt = 0
    private var encodeDuration = Duration.zero
    private var decodeDuration = Duration.zero
    private let clock = ContinuousClock()

    /// Frames of new sound after which the unfinished window is heard again while somebody speaks.
    private static let aheadInterval = 150

    /// Begins a recording.
    /// - Throws: `KernelError` where memory runs out.
    public init(_ listener: SpeechListener) throws(KernelError) {
        self.listener = listener
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

    /// Does one piece of the work that can be done before the recording ends.
    /// - Returns: all that was understood so far; `nil` when there was nothing to do, or it was interrupted.
    public func advance(_ demand: @escaping () -> Demand = { .work }) -> String? {
        let verdict = activity.verdict()
        let available = min(mel.frameCount, activity.levels.count)
        guard let window = nextWindow(verdict, available: available, isComplete: false) else { return nil }
        if let ahead, ahead.window.frames == window.frames, !window.isClosed { return nil }
        let isPause = available - (verdict.speech.last?.upperBound ?? 0) >= WindowPlan.after
        let isGuess = !window.isClosed && !isPause
        guard !isGuess || available - aheadAt >= Self.aheadInterval else { return nil }
        let isCancelled = { demand() == .stop || isGuess && demand() == .hurry }
        guard let text = known(window) ?? listen(to: window, verdict, isCancelled) else { return nil }
        if window.isClosed {
            heard.append(text)
            ahead = nil
        } else {
            (ahead, aheadAt) = (text, available)
        }
        return (heard + (ahead.map { [$0] } ?? [])).flatMap(\.segments).map(\.text).joined(separator: " ")
    }

    /// Ends the recording and says what was said in it. Nothing may be appended afterwards.
    /// - Parameter isCancelled: is asked at every token.
    public func finish(_ isCancelled: @escaping () -> Bool = { false }) -> Recognition {
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
            heard.append(text)
            ahead = nil
        }
        summarise(into: &result)
        return result
    }

    private func nextWindow(
        _ verdict: SpeechActivity.Verdict, available: Int, isComplete: Bool
    ) -> WindowPlan.Window? {
        plan.next(speech: verdict.speech, from: heard.last?.end ?? 0, available: available, isComplete: isComplete)
    }

    /// What was heard ahead of time, if it was of this very window.
    private func known(_ window: WindowPlan.Window) -> WindowText? {
        ahead.flatMap { $0.window.frames == window.frames ? $0 : nil }
    }

    private func listen(
        to window: WindowPlan.Window, _ verdict: SpeechActivity.Verdict, _ isCancelled: @escaping () -> Bool
    ) -> WindowText? {
        let bands = listener.model.front.bands
        let end = min(window.frames.upperBound, mel.frameCount)
        let text = listener.listen(
            to: window, mel.values[window.frames.lowerBound * bands..<end * bands], isSteady: verdict.isSteady,
            draft: ahead?.decoded.tokens ?? [], isCancelled: isCancelled)
        encodeDuration += text?.encodeDuration ?? .zero
        decodeDuration += text?.decodeDuration ?? .zero
        return text
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
        (result.encodeDuration, result.decodeDuration) = (encodeDuration, decodeDuration)
    }
}
