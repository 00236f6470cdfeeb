public import AssistantCore
internal import Synchronization

/// A microphone of this machine, by ALSA: one thread reads it into a ring of sound from which recordings are taken.
///
/// It is opened by the first recording, or before by ``listen()``, and stays open until ``close()``, so that a recording can
/// begin shortly before it was asked for; sound that no recording takes is forgotten within seconds and never leaves this
/// object. Where the device is missing, in use or pulled out, ``state`` says so and the device is tried again by itself.
/// For any thread; nothing blocks.
public final class Microphone: AudioSource {
    private enum Capture {
        case waiting(any PCMInput, CaptureThread.Patience)
        case running(CaptureThread)
        case closed
    }

    private let hub: CaptureHub
    private let capture: Mutex<Capture>

    /// How far before its beginning a recording starts.
    public static let preRoll = Duration.milliseconds(300)
    /// Sound that waits for a recording to take it, at most; the oldest is dropped then, and counted.
    public static let capacity = Duration.seconds(10)

    /// - Parameter device: a name of ``CaptureDevice/all()`` or of the ALSA configuration; `nil` takes ALSA's default, or
    ///   else the first sound card that records.
    public convenience init(device: String? = nil) {
        self.init(ALSAInput(device: device))
    }

    init(_ input: any PCMInput, patience: CaptureThread.Patience = .init()) {
        let rate = Double(SoundConverter.outputRateHz)
        hub = CaptureHub(
            capacity: Int(Self.capacity.inSeconds * rate), preRoll: Int(Self.preRoll.inSeconds * rate))
        capture = Mutex(.waiting(input, patience))
    }

    deinit { close() }

    public var state: AudioSourceState { hub.source }
    /// How loud it is now.
    public var level: SoundLevel { hub.level }

    public func setMuted(_ isMuted: Bool) { hub.setMuted(isMuted) }
    public var isMuted: Bool { hub.isMuted }

    /// Opens the device, so that the next recording has a pre-roll. Further calls do nothing.
    public func listen() {
        capture.withLock { capture in
            guard case .waiting(let input, let patience) = capture else { return }
            capture = .running(CaptureThread(input, hub: hub, patience: patience))
        }
    }

    public func startRecording() -> any AudioRecording {
        let recording = MicrophoneRecording(hub)
        listen()
        return recording
    }

    /// Gives the device back within a quarter of a second, and ends the recording. It cannot be opened again.
    public func close() {
        capture.withLock { capture in
            if case .running(let thread) = capture { thread.close() } else { hub.closed() }
            capture = .closed
        }
    }
}
