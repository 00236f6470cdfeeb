import Synchronization

@testable import Microphone

/// A device that does what a test says: what each opening gives, and what the reads after it give.
///
/// One sample of value `n` comes with each read of sound, `n` counting up from 1 (16 kHz, so that it passes unchanged but
/// for the filter against offsets).
final class ScriptedInput: PCMInput {
    enum Opening: Sendable {
        case works([PCMRead])
        case fails(MicrophoneError)
    }

    private struct State {
        var openings: [Opening]
        var reads: [PCMRead] = []
        var opened = 0
        var closed = 0
    }

    private let state: Mutex<State>

    /// - Parameter openings: one after the other; after the last, every opening fails.
    init(_ openings: [Opening]) { state = Mutex(State(openings: openings)) }

    var opened: Int { state.withLock { $0.opened } }
    var closed: Int { state.withLock { $0.closed } }

    func open() throws(MicrophoneError) -> SoundShape {
        let failure = state.withLock { state -> MicrophoneError? in
            state.opened += 1
            guard !state.openings.isEmpty else { return MicrophoneError(.notFound, "gone for good") }
            switch state.openings.removeFirst() {
            case .works(let reads):
                state.reads = reads
                return nil
            case .fails(let error): return error
            }
        }
        if let failure { throw failure }
        return SoundShape(device: "script", format: .s16, rateHz: 16_000, channels: 1)
    }

    /// After the last read that was scripted, nothing comes any more.
    func read(into bytes: inout [UInt8]) -> PCMRead {
        bytes = Array(repeating: 1, count: 640)
        return state.withLock { $0.reads.isEmpty ? .nothing : $0.reads.removeFirst() }
    }

    func close() { state.withLock { $0.closed += 1 } }
}
