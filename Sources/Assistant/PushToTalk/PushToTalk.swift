package import AssistantCore

/// Push to talk as a state machine: keys, sound and time in; what is to be done out. Pure.
///
/// A press begins a recording at once, whatever becomes of it. Where the release is reported, letting go ends it, but for a
/// short tap, which leaves it on until the next press. Where it is not, the next press ends it. A key held down on such a
/// terminal repeats: presses that follow each other too fast for a finger are taken as one that is held, and their end as
/// the release.
package struct PushToTalk: Sendable {
    package enum Event: Sendable {
        case key(TalkKey)
        /// What came of the recording.
        case audio(AudioEvent)
        /// What was understood so far.
        case partialText(String)
        /// The recording's words; only after ``Effect/finishRecording``.
        case heard(Transcript)
        /// There will be no words; one readable line says why.
        case failed(String)
        /// Whether talking is possible; a reason where it is not.
        case allowed(because: String?)
        /// The time that ``Effect/wake(at:)`` asked for has come.
        case timer
    }

    package enum Effect: Sendable, Hashable {
        /// An answer that is being given falls silent: the person speaks.
        case stopAnswer
        case startRecording
        /// The recording is over: its words are wanted.
        case finishRecording
        /// The recording, or the search for its words, is to be forgotten.
        case dropRecording
        /// ``Event/timer`` is wanted then; replaces an earlier wish.
        case wake(at: Duration)
        case emit(TalkUpdate)
    }

    /// Times that decide what a key means, and from when on words are doubtful.
    package struct Settings: Sendable {
        /// A press that is let go sooner was a tap.
        package var tap = Duration.milliseconds(350)
        /// Keyboards repeat a held key after this time at the latest.
        package var repeatDelay = Duration.milliseconds(750)
        /// A held key repeats faster than this.
        package var repeatGap = Duration.milliseconds(180)
        /// A device that went away in mid-recording is waited for so long.
        package var interruptionTimeout = Duration.seconds(5)
        package var longest = TalkStatus.longestRecording
        /// Words with a lower confidence are offered for editing.
        package var unsureBelow = 0.5
        /// So are words that the model half takes for no speech.
        package var noSpeechAbove = 0.5

        package init() {}
    }

    /// How the end of the recording will show.
    private enum Mode: Sendable, Hashable {
        case held
        case tapped
        /// A second press came so early that it may be the first repeat of a held key.
        case undecided(since: Duration)
        /// A held key repeats; the last one came then.
        case repeating(last: Duration)
    }

    private struct Take: Sendable {
        var startedAt: Duration
        var mode: Mode
        var shown: TalkStatus.Recording
        var shownAt: Duration
        var interruptedAt: Duration?
        var hasSound = false
    }

    private enum Phase: Sendable {
        case idle
        case recording(Take)
        case hearing(since: Duration)
    }

    /// What a press means after the one that ended a recording, which may still be held: where releases are not
    /// reported, its repeats look like presses.
    private enum AfterEnd: Sendable {
        case settled
        /// The first repeat may come until then.
        case mayRepeat(until: Duration)
        /// A press came that may be the first repeat; if no other follows, it was a press.
        case undecided(since: Duration)
        /// The held key repeats; the last one came then.
        case repeating(last: Duration)
    }

    private let settings: Settings
    private var phase = Phase.idle
    private var method: TalkMethod?
    /// Why there is no talking.
    private var obstacle: String?
    private var afterEnd = AfterEnd.settled

    /// The screen is told of the recording so often.
    private static let pictureInterval = Duration.milliseconds(90)

    package init(_ settings: Settings = Settings()) { self.settings = settings }

    /// - Parameter now: time that only runs forward, from any start.
    package mutating func handle(_ event: Event, at now: Duration) -> [Effect] {
        switch event {
        case .key(.press(let isReleaseReported)): press(isReleaseReported, now)
        case .key(.release): release(now)
        case .key(.cancel): drop(nil)
        case .audio(let event): hear(event, now)
        case .partialText(let text): change(now) { $0.shown.text = text }
        case .heard(let transcript): deliver(transcript, now)
        case .failed(let why): drop(why)
        case .allowed(let reason): allow(reason)
        case .timer: wake(now)
        }
    }

    // MARK: Keys

    private mutating func press(_ isReleaseReported: Bool, _ now: Duration) -> [Effect] {
        switch phase {
        case .hearing:
            if !isReleaseReported { afterEnd = .repeating(last: now) }
            return []
        case .recording(let take): return pressAgain(take, now)
        case .idle: break
        }
        switch afterEnd {
        case .mayRepeat(let end) where now < end && !isReleaseReported:
            afterEnd = .undecided(since: now)
            return [.wake(at: now + settings.repeatGap)]
        case .undecided where !isReleaseReported:
            afterEnd = .repeating(last: now)
            return []
        case .repeating(let last) where now - last < settings.repeatGap && !isReleaseReported:
            afterEnd = .repeating(last: now)
            return []
        default: return start(isReleaseReported, pressedAt: now)
        }
    }

    /// - Parameter time: of the press; what is said from then on belongs to the recording.
    private mutating func start(_ isReleaseReported: Bool, pressedAt time: Duration) -> [Effect] {
        afterEnd = .settled
        if let obstacle { return [.emit(.notice(obstacle))] }
        method = isReleaseReported ? .hold : .tap
        let take = Take(
            startedAt: time, mode: isReleaseReported ? .held : .tapped, shown: TalkStatus.Recording(), shownAt: time)
        phase = .recording(take)
        return [.stopAnswer, .startRecording, emitStatus, .wake(at: time + settings.longest)]
    }

    private mutating func pressAgain(_ take: Take, _ now: Duration) -> [Effect] {
        var take = take
        switch take.mode {
        // The release of the press before was lost.
        case .held: return finish(now)
        case .tapped:
            let mayRepeat = method == .tap && now - take.startedAt < settings.repeatDelay
            guard mayRepeat else { return finish(now) }
            take.mode = .undecided(since: now)
        case .undecided, .repeating: take.mode = .repeating(last: now)
        }
        if case .repeating = take.mode { method = .hold }
        phase = .recording(take)
        return [.wake(at: now + settings.repeatGap)]
    }

    private mutating func release(_ now: Duration) -> [Effect] {
        guard case .recording(var take) = phase, case .held = take.mode else { return [] }
        guard now - take.startedAt < settings.tap else { return finish(now) }
        take.mode = .tapped
        // The release is reported, so that a second press cannot be a repeat.
        phase = .recording(take)
        return [emitStatus]
    }

    private mutating func wake(_ now: Duration) -> [Effect] {
        guard case .recording(let take) = phase else { return wakeIdle(now) }
        if now - take.startedAt >= settings.longest {
            return finish(now) + [.emit(.notice("Two minutes are the longest recording."))]
        }
        if let since = take.interruptedAt, now - since >= settings.interruptionTimeout { return giveUp(take, now) }
        switch take.mode {
        case .undecided(let since) where now - since >= settings.repeatGap: return finish(now)
        case .repeating(let last) where now - last >= settings.repeatGap: return finish(now)
        default: return [.wake(at: nextWake(take))]
        }
    }

    /// A press soon after the end of a recording that no other followed was no repeat.
    private mutating func wakeIdle(_ now: Duration) -> [Effect] {
        guard case .idle = phase, case .undecided(let since) = afterEnd, now - since >= settings.repeatGap else {
            return []
        }
        return start(false, pressedAt: since)
    }

    /// When something happens by time alone.
    private func nextWake(_ take: Take) -> Duration {
        var times = [take.startedAt + settings.longest]
        if let since = take.interruptedAt { times.append(since + settings.interruptionTimeout) }
        switch take.mode {
        case .undecided(let since): times.append(since + settings.repeatGap)
        case .repeating(let last): times.append(last + settings.repeatGap)
        case .held, .tapped: break
        }
        return times.min() ?? take.startedAt
    }

    // MARK: Sound

    private mutating func hear(_ event: AudioEvent, _ now: Duration) -> [Effect] {
        switch event {
        case .sound(_, let level):
            return change(now) { take in
                take.hasSound = true
                take.shown.level = level
                take.shown.hasSpeech = take.shown.hasSpeech || level.isSpeech
            }
        case .overrun(let total): return change(now) { $0.shown.overruns = total }
        case .lost: return []
        case .interrupted(let why):
            guard case .recording(let take) = phase else { return [] }
            guard take.hasSound else { return drop(why) }
            let effects = change(now, always: true) { take in
                take.shown.problem = why
                take.interruptedAt = take.interruptedAt ?? now
            }
            return effects + wake(now)
        case .resumed:
            return change(now, always: true) { take in
                take.shown.problem = nil
                take.interruptedAt = nil
            }
        }
    }

    /// Changes the recording and shows it, unless it was shown just now.
    private mutating func change(_ now: Duration, always: Bool = false, _ body: (inout Take) -> Void) -> [Effect] {
        guard case .recording(var take) = phase else { return [] }
        body(&take)
        take.shown.elapsed = now - take.startedAt
        let isDue = always || now - take.shownAt >= Self.pictureInterval
        if isDue { take.shownAt = now }
        phase = .recording(take)
        return isDue ? [emitStatus] : []
    }

    /// The device did not come back: what was said until then counts.
    private mutating func giveUp(_ take: Take, _ now: Duration) -> [Effect] {
        guard take.shown.hasSpeech, let why = take.shown.problem else { return drop(take.shown.problem) }
        return finish(now) + [.emit(.notice(why))]
    }

    // MARK: The end

    private mutating func finish(_ now: Duration) -> [Effect] {
        phase = .hearing(since: now)
        afterEnd = .mayRepeat(until: now + settings.repeatDelay)
        return [.finishRecording, emitStatus]
    }

    private mutating func drop(_ why: String?) -> [Effect] {
        if case .idle = phase { return why.map { [.emit(.notice($0))] } ?? [] }
        phase = .idle
        return [.dropRecording, emitStatus] + (why.map { [.emit(.notice($0))] } ?? [])
    }

    private mutating func deliver(_ transcript: Transcript, _ now: Duration) -> [Effect] {
        guard case .hearing(let since) = phase else { return [] }
        phase = .idle
        guard transcript.outcome == .spoken else { return [emitStatus, .emit(.notice("No speech was heard."))] }
        var spoken = SpokenText(
            text: transcript.text, confidence: transcript.confidence,
            noSpeechProbability: Double(transcript.noSpeechProbability), audioDuration: transcript.audioDuration,
            releaseToText: now - since)
        spoken.language = transcript.language
        spoken.isUnsure =
            spoken.confidence < settings.unsureBelow || spoken.noSpeechProbability > settings.noSpeechAbove
        return [emitStatus, .emit(.spoken(spoken))]
    }

    private mutating func allow(_ reason: String?) -> [Effect] {
        obstacle = reason
        guard case .idle = phase else { return [] }
        return [emitStatus]
    }

    /// Shows how talking stands.
    private var emitStatus: Effect { .emit(.status(status)) }

    package var status: TalkStatus {
        switch phase {
        case .idle: TalkStatus(obstacle.map { .unavailable($0) } ?? .ready, method: method)
        case .recording(let take): TalkStatus(.recording(take.shown), method: method)
        case .hearing: TalkStatus(.hearing, method: method)
        }
    }
}
