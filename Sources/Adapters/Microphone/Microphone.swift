package import AssistantCore
package import EchoCancellation
internal import Synchronization

/// A microphone of this machine, by ALSA: one thread reads it into a ring of sound from which recordings are taken.
///
/// It is opened by the first recording, or before by ``listen()``, and stays open until ``close()``, so that a recording can
/// begin shortly before it was asked for; sound that no recording takes is forgotten within seconds and never leaves this
/// object. Where the device is missing, in use or pulled out, ``state`` says so and the device is tried again by itself.
/// For any thread; nothing blocks.
package final class Microphone: AudioSource {
    private enum Capture {
        case waiting(any PCMInput, CaptureThread.RecoveryLimits, PlayedSound?)
        case running(CaptureThread)
        case closed
    }

    private let hub: CaptureHub
    private let capture: Mutex<Capture>

    /// How far before its beginning a recording starts.
    package static let preRoll = Duration.milliseconds(300)
    /// Sound that waits for a recording to take it, at most; the oldest is dropped then, and counted.
    package static let capacity = Duration.seconds(10)

    /// - Parameters:
    ///   - device: a name of ``CaptureDevice/all()`` or of the ALSA configuration; `nil` takes ALSA's default, or else the
    ///     first sound card that records.
    ///   - played: what a loudspeaker beside it plays, which it is not to hear.
    package convenience init(device: String? = nil, without played: PlayedSound? = nil) {
        self.init(ALSAInput(device: device), without: played)
    }

    init(_ input: any PCMInput, limits: CaptureThread.RecoveryLimits = .init(), without played: PlayedSound? = nil) {
        let rate = Double(SoundConverter.outputRateHz)
        hub = CaptureHub(
            capacity: Int(Self.capacity.inSeconds * rate), preRoll: Int(Self.preRoll.inSeconds * rate))
        capture = Mutex(.waiting(input, limits, played))
    }

    deinit { close() }

    package var state: AudioSourceState { hub.source }
    /// How loud it is now.
    package var level: SoundLevel { hub.level }

    package func setMuted(_ isMuted: Bool) { hub.setMuted(isMuted) }
    package var isMuted: Bool { hub.isMuted }

    /// Opens the device, so that the next recording has a pre-roll. Further calls do nothing.
    package func listen() {
        capture.withLock { capture in
            guard case .waiting(let input, let limits, let played) = capture else { return }
            capture = .running(CaptureThread(input, hub: hub, limits: limits, without: played))
        }
    }

    package func startRecording() -> any AudioRecording {
        let recording = MicrophoneRecording(hub)
        listen()
        return recording
    }

    /// Gives the device back within a quarter of a second, and ends the recording. It cannot be opened again.
    package func close() {
        capture.withLock { capture in
            if case .running(let thread) = capture { thread.close() } else { hub.closed() }
            capture = .closed
        }
    }
}
