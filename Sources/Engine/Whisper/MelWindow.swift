/// A stretch of log-mel frames as the encoder takes them: floored 8 below the loudest value and scaled, (x + 4) / 4.
struct MelWindow {
    /// (frames, bands) row-major.
    let values: [Float]
    /// The value of silence.
    let silence: Float

    /// Nothing is heard that lies further below the loudest value, in log10 of energy.
    private static let range: Float = 8
    /// What the loudest value becomes when loudness is evened out: that of clear speech at half of full scale.
    private static let evenPeak: Float = 1

    /// The value of silence where loudness is evened out.
    static let evenSilence = (evenPeak - range + 4) / 4

    /// - Parameters:
    ///   - logs: log10 energies from a ``MelStream``.
    ///   - evened: shift the loudest value to a fixed level, as turning the volume would. Then silence is the same for all
    ///     recordings, and quiet ones are heard as well as loud ones. Without, it is what OpenAI's front end gives.
    init(_ logs: some Collection<Float>, evened: Bool) {
        let peak = logs.max() ?? -10
        let shift = evened ? Self.evenPeak - peak : 0
        let floor = peak - Self.range
        values = logs.map { (max($0, floor) + shift + 4) / 4 }
        silence = (floor + shift + 4) / 4
    }

    /// No frame at all: silence only.
    init(silence: Float) {
        values = []
        self.silence = silence
    }
}
