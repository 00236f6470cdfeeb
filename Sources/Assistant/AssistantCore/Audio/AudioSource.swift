/// Where sound comes from: the port behind which the microphone stands.
package protocol AudioSource: Sendable {
    /// How the source stands now.
    var state: AudioSourceState { get }

    /// Lets no sound through while `true`; time goes on, in silence.
    func setMuted(_ isMuted: Bool)

    /// Begins a recording. It starts with what was heard in the last moments before, so that no first syllable is lost.
    /// One at a time: a new recording ends the one before.
    func startRecording() -> any AudioRecording
}

/// How a source of sound stands.
package enum AudioSourceState: Sendable, Hashable {
    /// It has not been opened yet, or is being opened.
    case opening
    /// Sound comes.
    case open(device: String)
    /// No sound comes, and one readable line says why. It is tried again by itself.
    case interrupted(String)
    /// It was closed for good.
    case closed
}

/// A recording under way.
package protocol AudioRecording: Sendable {
    /// Everything that happens, in order. Ends after ``stop()``, once all that was recorded has been taken.
    var events: AsyncStream<AudioEvent> { get }

    /// Ends the recording. For any thread; further calls do nothing.
    func stop()
}

/// What happens during a recording.
package enum AudioEvent: Sendable, Hashable {
    /// The next samples, 16 kHz mono, −1 … 1, and how loud it is.
    case sound([Float], SoundLevel)
    /// Sound is missing here, in samples of 16 kHz: it was not taken in time.
    case lost(samples: Int)
    /// The device overran its buffer, so often since it was opened: some sound is missing. It goes on by itself.
    case overrun(total: Int)
    /// No sound comes any more, and one readable line says why; the device is tried again by itself.
    case interrupted(String)
    /// Sound comes again.
    case resumed
}
