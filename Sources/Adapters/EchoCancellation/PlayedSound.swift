internal import Synchronization

/// What this program's loudspeaker plays, and when it is heard, on its way to the one microphone that is to leave it out.
///
/// For any thread; nothing blocks, and what nobody takes is forgotten after some seconds. Converting it is the taker's work: who
/// plays has no time for it.
package final class PlayedSound: Sendable {
    /// What becomes of the sound.
    enum Event: Sendable {
        /// These samples are heard, the first of them then.
        case heard([Float], rateHz: Int, at: ContinuousClock.Instant)
        /// From then on nothing is heard of what was said to be.
        case silence(from: ContinuousClock.Instant)
    }

    private struct State {
        var events: [Event] = []
        /// Seconds of sound among them.
        var seconds = 0.0
    }

    private let state = Mutex(State())

    /// Seconds of sound that wait at most.
    private static let limit = 4.0

    package init() {}

    /// Takes in what a device was given.
    /// - Parameter moment: when the first of the samples is heard.
    package func put(_ samples: [Float], rateHz: Int, heardAt moment: ContinuousClock.Instant) {
        guard !samples.isEmpty else { return }
        state.withLock { state in
            state.events.append(.heard(samples, rateHz: rateHz, at: moment))
            state.seconds += Double(samples.count) / Double(rateHz)
            // Nobody listens: the older half goes.
            guard state.seconds > Self.limit else { return }
            state.events.removeFirst((state.events.count + 1) / 2)
            state.seconds = state.events.reduce(0) { sum, event in
                guard case .heard(let samples, let rateHz, _) = event else { return sum }
                return sum + Double(samples.count) / Double(rateHz)
            }
        }
    }

    /// The device fell silent: what it had not played yet is not heard.
    package func cut(at moment: ContinuousClock.Instant) {
        state.withLock { $0.events.append(.silence(from: moment)) }
    }

    /// All that happened since the last call, in order.
    func take() -> [Event] {
        state.withLock { state in
            defer { state = State() }
            return state.events
        }
    }
}
