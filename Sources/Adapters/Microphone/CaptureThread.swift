internal import AssistantCore
internal import EchoCancellation
internal import Foundation

/// The one thread that reads the device: it converts, measures, recovers, and opens again what went away.
final class CaptureThread: Sendable {
    /// How patient it is.
    struct RecoveryLimits: Sendable {
        /// Waits before a device that failed is opened again: the first, and the longest, each twice the one before.
        var firstRetry = Duration.milliseconds(250)
        var longestRetry = Duration.seconds(2)
        /// A device that yields nothing for so many reads in a row is opened anew.
        var silentReads = 12
        /// Overruns in a row, without any sound between them, that show a device in trouble.
        var overruns = 20
        /// A source without a clock of its own, such as a file, is slowed down to be this far ahead of time at most.
        var lead = Duration.milliseconds(200)
    }

    private let input: any PCMInput
    private let hub: CaptureHub
    private let limits: RecoveryLimits
    private let played: PlayedSound?
    /// Is signalled once, to end the thread.
    private let closing = DispatchSemaphore(value: 0)

    /// Starts the thread. It ends soon after ``close()``.
    init(
        _ input: any PCMInput, hub: CaptureHub, limits: RecoveryLimits = RecoveryLimits(),
        without played: PlayedSound? = nil
    ) {
        (self.input, self.hub, self.limits, self.played) = (input, hub, limits, played)
        // The thread holds this object until it ends; close() ends it.
        let thread = Thread { [self] in run() }
        thread.name = "microphone"
        thread.stackSize = 1 << 20
        thread.start()
    }

    /// Lets the thread end. For any thread; returns at once.
    func close() { closing.signal() }

    private func run() {
        var retry = limits.firstRetry
        // It has learnt the room, and outlives a device that was opened anew.
        let canceller = played.flatMap(EchoCanceller.init)
        while true {
            var pump: CapturePump?
            do throws(MicrophoneError) {
                let shape = try input.open()
                hub.opened(shape.device)
                pump = CapturePump(shape, hub: hub, limits: limits, canceller: canceller)
                while !isClosing(within: try pump?.step(input) ?? .zero) {}
                break
            } catch {
                hub.interrupted(error.description)
            }
            input.close()
            if pump?.hasSound == true { retry = limits.firstRetry }
            guard !isClosing(within: retry) else { break }
            retry = min(limits.longestRetry, retry * 2)
        }
        input.close()
        hub.closed()
    }

    /// Waits, but not beyond the end.
    private func isClosing(within time: Duration) -> Bool {
        closing.wait(timeout: .now() + time.inSeconds) == .success
    }
}
