internal import AssistantCore

/// Writes what one loudspeaker plays into a ``PlayedSound``. For the thread that plays.
package struct PlaybackTap {
    private let sound: PlayedSound
    private let rateHz: Int
    private var resampler: Resampler
    /// Where the first sample since the last jump stands, and how many came in and went out since.
    private var first: Int?
    private var taken = 0
    private var given = 0

    /// A device's word of its delay moves by so many samples of 16 kHz without meaning anything: 30 ms.
    private static let jitter = 480

    /// - Parameter rateHz: of the samples that will come.
    package init(_ sound: PlayedSound, rateHz: Int) {
        (self.sound, self.rateHz) = (sound, rateHz)
        resampler = Resampler(from: rateHz, to: PlayedSound.rateHz)
    }

    /// Takes in what the device was given.
    /// - Parameter moment: when the first of the samples is heard.
    package mutating func take(_ samples: some Sequence<Float>, heardAt moment: ContinuousClock.Instant) {
        let samples = Array(samples)
        guard !samples.isEmpty else { return }
        let place = sound.place(of: moment)
        let expected = first.map { $0 + taken * PlayedSound.rateHz / rateHz }
        if expected.map({ abs($0 - place) > Self.jitter }) ?? true {
            resampler = Resampler(from: rateHz, to: PlayedSound.rateHz)
            (first, taken, given) = (place, 0, 0)
        }
        var converted: [Float] = []
        resampler.resample(samples, into: &converted)
        sound.put(converted, at: (first ?? place) + given)
        taken += samples.count
        given += converted.count
    }

    /// The device fell silent: what it had not played yet is not heard.
    package mutating func stop(at moment: ContinuousClock.Instant) {
        sound.cut(at: sound.place(of: moment))
        first = nil
    }
}
