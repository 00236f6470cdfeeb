internal import Synchronization

/// What this program's loudspeaker plays, and when it is heard: what a microphone beside it is to leave out. For any thread.
///
/// The last seconds are kept, at 16 kHz and mono. Places count samples from the making of the object.
package final class PlayedSound: Sendable {
    package static let rateHz = 16_000
    /// Samples that are kept: four seconds. A device takes sound a quarter of a second before it is heard.
    private static let capacity = 1 << 16

    private struct State {
        var ring = [Float](repeating: 0, count: PlayedSound.capacity)
        /// The place behind the last sample.
        var end = 0
    }

    private let state = Mutex(State())
    private let origin = ContinuousClock.now

    package init() {}

    /// The place of the sample that is heard at a moment.
    func place(of moment: ContinuousClock.Instant) -> Int {
        Int(((moment - origin) / .seconds(1) * Double(Self.rateHz)).rounded())
    }

    /// The place behind the last sample that was or will be heard.
    var end: Int { state.withLock(\.end) }

    /// Puts samples at a place; what lies between the last one and them is silence.
    func put(_ samples: [Float], at place: Int) {
        guard place >= 0, !samples.isEmpty else { return }
        state.withLock { state in
            for gap in max(state.end, place - Self.capacity)..<max(state.end, place) {
                state.ring[gap % Self.capacity] = 0
            }
            for (index, sample) in samples.enumerated() { state.ring[(place + index) % Self.capacity] = sample }
            state.end = max(state.end, place + samples.count)
        }
    }

    /// Forgets what would have been heard from a place on.
    func cut(at place: Int) { state.withLock { $0.end = min($0.end, max(0, place)) } }

    /// Samples of some places; silence where there are none.
    func samples(_ places: Range<Int>) -> [Float] {
        state.withLock { state in
            let known = max(0, state.end - Self.capacity)..<state.end
            return places.map { known.contains($0) ? state.ring[$0 % Self.capacity] : 0 }
        }
    }
}
