import AssistantCore
import Foundation
import Microphone

/// A microphone that is opened from afar: every recording is announced on this machine's own console, so that nobody
/// beside it is overheard unawares. Without the announcement there is no recording.
struct AnnouncedMicrophone: AudioSource {
    let microphone: Microphone
    /// The console's device, `/dev/tty1` on a Raspberry Pi.
    let console: String
    /// Who listens, in words.
    let listener: String

    var state: AudioSourceState { microphone.state }

    func setMuted(_ isMuted: Bool) { microphone.setMuted(isMuted) }

    func startRecording() -> any AudioRecording {
        if let problem = announce() { return RefusedRecording(problem) }
        return microphone.startRecording()
    }

    /// Writes the announcement; a reason where that cannot be.
    private func announce() -> String? {
        let descriptor = unsafe open(console, O_WRONLY | O_APPEND | O_NOCTTY | O_NONBLOCK | O_CLOEXEC)
        guard descriptor >= 0 else { return problem(errno) }
        defer { close(descriptor) }
        let line = Array("\r\nbrim: the microphone of this machine records for \(listener)\r\n".utf8)
        let count = unsafe line.withUnsafeBytes { unsafe Foundation.write(descriptor, $0.baseAddress, $0.count) }
        return count == line.count ? nil : problem(errno)
    }

    private func problem(_ code: Int32) -> String {
        "Over SSH each recording is announced on \(console), which cannot be written: \(unsafe String(cString: strerror(code)))."
    }
}

/// A recording that never was; it says why.
private struct RefusedRecording: AudioRecording {
    let events: AsyncStream<AudioEvent>

    init(_ why: String) {
        events = AsyncStream { continuation in
            continuation.yield(.interrupted(why))
            continuation.finish()
        }
    }

    func stop() {}
}

extension BrimConfiguration.Voice {
    /// The microphone as a source of sound; one that is opened from afar announces itself.
    func source(_ microphone: Microphone) -> any AudioSource {
        guard let remoteListener else { return microphone }
        return AnnouncedMicrophone(microphone: microphone, console: console, listener: remoteListener)
    }
}
