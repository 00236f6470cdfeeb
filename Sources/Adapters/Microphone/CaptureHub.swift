internal import AssistantCore
internal import Synchronization

/// Where the capture thread and the rest of the program meet: the ring of sound, how the device stands, and who records.
///
/// For any thread; nothing blocks but for the copy of some milliseconds of sound.
final class CaptureHub: Sendable {
    /// What a recording gets next.
    enum Step: Sendable {
        case event(AudioEvent)
        case wait
        case end
    }

    private struct Recording {
        var number: Int
        /// The next sample to hand out.
        var place: Int
        /// Where the recording ends; `nil` while it goes on.
        var end: Int?
        /// What else happened, and before which sample.
        var notices: [(place: Int, event: AudioEvent)] = []
        var waiter: CheckedContinuation<Void, Never>?
    }

    private struct State {
        var ring: SampleRing
        var source = AudioSourceState.opening
        var level = SoundLevel.silence
        var overruns = 0
        var isMuted = false
        var recordings = 0
        var recording: Recording?
    }

    private let state: Mutex<State>
    private let preRoll: Int

    /// Samples handed out at once, at most: one second.
    private static let samplesAtOnce = 16_000
    /// Notices that wait to be taken, at most.
    private static let notices = 64

    /// - Parameters:
    ///   - capacity: samples that wait to be taken, at most; the oldest are dropped then, and counted.
    ///   - preRoll: samples from before a recording that belong to it; less than `capacity`.
    init(capacity: Int, preRoll: Int) {
        precondition(0..<capacity ~= preRoll, "the pre-roll lies in the ring")
        state = Mutex(State(ring: SampleRing(capacity: capacity)))
        self.preRoll = preRoll
    }

    var source: AudioSourceState { state.withLock { $0.source } }
    var level: SoundLevel { state.withLock { $0.level } }
    var isMuted: Bool { state.withLock { $0.isMuted } }

    func setMuted(_ isMuted: Bool) { state.withLock { $0.isMuted = isMuted } }

    // MARK: The capture thread's side

    /// Takes sound; a closed gate turns it into silence.
    func put(_ samples: [Float], _ level: SoundLevel) {
        change { state in
            let isMuted = state.isMuted
            state.level = isMuted ? .silence : level
            if isMuted {
                state.ring.append(repeatElement(0, count: samples.count))
            } else {
                state.ring.append(samples)
            }
        }
    }

    func opened(_ device: String) {
        change { state in
            if case .interrupted = state.source { Self.note(.resumed, &state) }
            state.source = .open(device: device)
            state.overruns = 0
        }
    }

    func overran() {
        change { state in
            state.overruns += 1
            Self.note(.overrun(total: state.overruns), &state)
        }
    }

    func interrupted(_ why: String) {
        change { state in
            guard state.source != .interrupted(why) else { return }
            state.source = .interrupted(why)
            state.level = .silence
            Self.note(.interrupted(why), &state)
        }
    }

    func closed() {
        change { state in
            state.source = .closed
            state.recording?.end = state.ring.end
        }
    }

    /// Changes the state and wakes who waits for it.
    private func change(_ body: (inout State) -> Void) {
        let waiter = state.withLock { state in
            body(&state)
            return Self.takeWaiter(&state)
        }
        waiter?.resume()
    }

    private static func takeWaiter(_ state: inout State) -> CheckedContinuation<Void, Never>? {
        defer { state.recording?.waiter = nil }
        return state.recording?.waiter
    }

    private static func note(_ event: AudioEvent, _ state: inout State) {
        guard var recording = state.recording, recording.end == nil else { return }
        if case .overrun = event, let last = recording.notices.last, last.place == state.ring.end,
            case .overrun = last.event
        {
            recording.notices.removeLast()
        }
        if recording.notices.count < notices { recording.notices.append((state.ring.end, event)) }
        state.recording = recording
    }

    // MARK: The recording's side

    /// Begins a recording and ends the one before.
    /// - Returns: its number.
    func beginRecording() -> Int {
        let (number, waiter) = state.withLock { state in
            let waiter = Self.takeWaiter(&state)
            state.recordings += 1
            // What came before a gap in the sound has nothing to do with what is said now.
            var isWhole = false
            if case .open = state.source { isWhole = true }
            let place = isWhole ? max(state.ring.start, state.ring.end - preRoll) : state.ring.end
            state.recording = Recording(
                number: state.recordings, place: place, end: state.source == .closed ? state.ring.end : nil)
            if case .interrupted(let why) = state.source { Self.note(.interrupted(why), &state) }
            return (state.recordings, waiter)
        }
        waiter?.resume()
        return number
    }

    func endRecording(_ number: Int) {
        change { state in
            guard state.recording?.number == number, state.recording?.end == nil else { return }
            state.recording?.end = state.ring.end
        }
    }

    /// What a recording gets next; `wait` means to call ``wait(_:)`` and ask again.
    func next(_ number: Int) -> Step {
        state.withLock { state in
            guard var recording = state.recording, recording.number == number else { return .end }
            defer { state.recording = recording }
            let limit = recording.notices.first?.place ?? recording.end ?? state.ring.end
            if recording.place >= limit {
                if !recording.notices.isEmpty { return .event(recording.notices.removeFirst().event) }
                return recording.end == nil ? .wait : .end
            }
            let lost = state.ring.start - recording.place
            if lost > 0 {
                recording.place += lost
                return .event(.lost(samples: lost))
            }
            let end = min(limit, recording.place + Self.samplesAtOnce)
            defer { recording.place = end }
            return .event(.sound(state.ring.samples(recording.place..<end), state.level))
        }
    }

    /// Waits until there may be something new for a recording.
    func wait(_ number: Int) async {
        await withCheckedContinuation { continuation in
            let now = state.withLock { state -> CheckedContinuation<Void, Never>? in
                guard let recording = state.recording, recording.number == number, recording.end == nil,
                    recording.notices.isEmpty, recording.place >= state.ring.end, recording.waiter == nil
                else { return continuation }
                state.recording?.waiter = continuation
                return nil
            }
            now?.resume()
        }
    }
}
