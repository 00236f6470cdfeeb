/// How loud the latest stretch of sound is, in dB of full scale (0 dBFS is the loudest there can be).
package struct SoundLevel: Sendable, Hashable {
    /// Mean power; ``silenceDecibels`` at the least.
    package var rmsDecibels: Float
    /// The loudest sample; ``silenceDecibels`` at the least.
    package var peakDecibels: Float
    /// What the room sounds like while nobody speaks; `nil` until half a second was heard.
    package var noiseFloorDecibels: Float?
    /// Samples stand at full scale: the microphone is turned up too far.
    package var isClipping: Bool
    /// It rises over the noise floor as a voice does.
    package var isSpeech: Bool

    /// The level of digital silence.
    package static let silenceDecibels: Float = -120
    /// The level before anything was heard.
    package static let silence = SoundLevel(rmsDecibels: silenceDecibels, peakDecibels: silenceDecibels)

    package init(
        rmsDecibels: Float, peakDecibels: Float, noiseFloorDecibels: Float? = nil, isClipping: Bool = false,
        isSpeech: Bool = false
    ) {
        self.rmsDecibels = rmsDecibels
        self.peakDecibels = peakDecibels
        self.noiseFloorDecibels = noiseFloorDecibels
        self.isClipping = isClipping
        self.isSpeech = isSpeech
    }
}
