package import EchoCancellation
internal import Foundation
internal import Synchronization

/// A loudspeaker of this machine, by ALSA: takes samples faster than they are played, falls silent at once when told so, and
/// knows from the device when the last one was played. May be used from any thread.
package final class Speaker: Sendable {
    /// How a sound was played.
    package struct Report: Sendable, Hashable {
        /// The device, by the name it was opened with.
        package var device = ""
        /// When the first sample went to the device.
        package var firstSound: ContinuousClock.Instant?
        /// Seconds of sound that the device has taken.
        package var seconds = 0.0
        /// Root mean square of what the device took last, in dBFS; `nil` while it waits for sound.
        package var level: Float?
        /// How often the device ran dry before its sound was there.
        package var underruns = 0
        /// It was stopped before its end.
        package var wasStopped = false
        /// Why not all of it was heard.
        package var error: SpeakerError?
    }

    fileprivate struct State {
        var queue: [Float] = []
        var isFinished = false
        var isStopped = false
        var volume: Float = 1
        var report = Report()
        var waiting: [CheckedContinuation<Report, Never>] = []
        var hasEnded = false
    }

    private let state = Mutex(State())
    private let changed = DispatchSemaphore(value: 0)

    /// Seconds of sound that wait at most: a voice that is faster than speech waits.
    private static let queueSeconds = 600.0
    /// How long a device that was pulled out is waited for.
    private static let patience = Duration.seconds(3)
    /// A device without a clock of its own, such as a file, is this far ahead of time at most.
    private static let lead = Duration.milliseconds(250)
    private let sampleRateHz: Int
    private let played: PlayedSound?

    /// Opens a device and waits for sound, on a thread of its own, until it is finished or stopped.
    /// - Parameters:
    ///   - device: a name in ALSA's configuration, such as `plughw:CARD=Device,DEV=0`; `nil` takes the default device, or
    ///     else the first sound card that plays.
    ///   - sampleRateHz: of the samples that will come.
    ///   - volume: 0 ... 1.
    ///   - played: is told what is heard and when, for a microphone beside the speaker.
    package init(device: String?, sampleRateHz: Int, volume: Float = 1, played: PlayedSound? = nil) {
        (self.sampleRateHz, self.played) = (sampleRateHz, played)
        state.withLock { $0.volume = volume }
        let thread = Thread { [self] in run(device) }
        thread.name = "speaker"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Adds samples, -1 ... 1. Returns whether they will be heard: not after ``stop()``, a failure, or ten minutes of sound
    /// that nobody has heard yet.
    @discardableResult
    package func play(_ samples: [Float]) -> Bool {
        let isWanted = state.withLock { state in
            guard !state.isStopped, !state.isFinished, !state.hasEnded,
                Double(state.queue.count) < Self.queueSeconds * Double(sampleRateHz)
            else { return false }
            state.queue += samples
            return true
        }
        changed.signal()
        return isWanted
    }

    /// No more samples will come. Returns when the device has played the last one, or was stopped.
    package func finish() async -> Report {
        await withCheckedContinuation { continuation in
            let ended = state.withLock { state -> Report? in
                state.isFinished = true
                if state.hasEnded { return state.report }
                state.waiting.append(continuation)
                return nil
            }
            changed.signal()
            if let ended { continuation.resume(returning: ended) }
        }
    }

    /// Falls silent at once, and ends.
    package func stop() {
        state.withLock { state in
            state.isStopped = true
            state.queue = []
        }
        changed.signal()
    }

    /// Volume from now on, 0 ... 1.
    package func setVolume(_ volume: Float) { state.withLock { $0.volume = max(0, min(1, volume)) } }

    /// How it stands now.
    package var report: Report { state.withLock { $0.report } }

    // MARK: The thread

    private func run(_ device: String?) {
        var error: SpeakerError?
        let giveUp = { ContinuousClock.now + Self.patience }
        var deadline = giveUp()
        while true {
            do throws(SpeakerError) {
                try play(on: try open(device))
                error = nil
                break
            } catch let failure {
                // A device that was pulled out may come back; what it had not played yet is said then.
                if failure.code == .unplugged { deadline = giveUp() }
                error = failure
            }
            guard report.firstSound != nil, ContinuousClock.now < deadline, !state.withLock({ $0.isStopped }) else {
                break
            }
            Thread.sleep(forTimeInterval: 0.1)
        }
        let (waiting, report) = state.withLock { state in
            state.hasEnded = true
            state.report.wasStopped = state.isStopped
            state.report.error = error
            defer { state.waiting = [] }
            return (state.waiting, state.report)
        }
        for continuation in waiting { continuation.resume(returning: report) }
    }

    private func open(_ device: String?) throws(SpeakerError) -> PlaybackHandle {
        var problem = SpeakerError.noDevice
        for name in device.map({ [$0] }) ?? ["default"] + PlaybackDevice.hardware().map(\.id) {
            do throws(SpeakerError) {
                return try PlaybackHandle(device: name, rateHz: sampleRateHz)
            } catch {
                if error.code != .notFound || device != nil { problem = error }
            }
        }
        throw problem
    }

    private func play(on handle: consuming PlaybackHandle) throws(SpeakerError) {
        var converter = RateConverter(from: sampleRateHz, to: handle.rateHz)
        var pending: ArraySlice<Float> = []
        var hasStarted = false
        var written = 0.0
        var started = ContinuousClock.now
        var isFlushed = false
        state.withLock { $0.report.device = handle.device }
        while true {
            let (samples, isFinished, isStopped, volume) = state.withLock { state in
                let samples = pending.isEmpty ? Array(state.queue.prefix(sampleRateHz / 10)) : []
                state.queue.removeFirst(samples.count)
                return (samples, state.isFinished && state.queue.isEmpty, state.isStopped, state.volume)
            }
            if isStopped {
                handle.drop()
                played?.cut(at: .now)
                return
            }
            if !samples.isEmpty { pending = converter.convert(samples)[...] }
            if pending.isEmpty, isFinished, !isFlushed {
                pending = converter.flush()[...]
                isFlushed = true
            }
            if pending.isEmpty {
                if isFinished { break }
                // Little sound that waits for more is heard meanwhile.
                if hasStarted { handle.start() }
                state.withLock { $0.report.level = nil }
                started = .now - .seconds(written)
                _ = changed.wait(timeout: .now() + .milliseconds(50))
                continue
            }
            switch handle.write(pending, volume: volume) {
            case .written(let count):
                let level = Self.level(pending.prefix(count), volume)
                if let played, count > 0 {
                    let length = Duration.seconds(Double(count) / Double(handle.rateHz))
                    played.put(
                        pending.prefix(count).map { $0 * volume }, rateHz: handle.rateHz,
                        heardAt: .now + handle.delay - length)
                }
                pending = pending.dropFirst(count)
                if count > 0 {
                    if !hasStarted { started = .now }
                    let rate = Double(handle.rateHz)
                    state.withLock { state in
                        state.report.level = level
                        if state.report.firstSound == nil { state.report.firstSound = .now }
                        state.report.seconds += Double(count) / rate
                    }
                    hasStarted = true
                    written += Double(count) / rate
                    if .seconds(written) - started.duration(to: .now) > Self.lead {
                        Thread.sleep(forTimeInterval: 0.01)
                    }
                }
            case .underrun: state.withLock { $0.report.underruns += 1 }
            case .failed(let error): throw error
            }
        }
        if hasStarted, !waitForTheEnd(handle) { played?.cut(at: .now) }
    }

    /// Root mean square in dBFS; -100 for silence.
    private static func level(_ samples: ArraySlice<Float>, _ volume: Float) -> Float {
        let sum = samples.reduce(0) { $0 + $1 * $1 }
        return 20 * max(-5, log10(volume * (sum / Float(max(1, samples.count))).squareRoot()))
    }

    /// Until the device has played what it was given.
    /// - Returns: whether it has; not where it was stopped.
    private func waitForTheEnd(_ handle: borrowing PlaybackHandle) -> Bool {
        handle.start()
        handle.drain()
        let deadline = ContinuousClock.now + .seconds(5)
        while handle.isDraining, ContinuousClock.now < deadline {
            if state.withLock({ $0.isStopped }) {
                handle.drop()
                return false
            }
            Thread.sleep(forTimeInterval: 0.005)
        }
        return true
    }
}
