/// How loud the latest stretch of sound is, in dB of full scale (0 dBFS is the loudest there can be).
public struct SoundLevel: Sendable, Hashable {
    /// Mean power; ``silenceDecibels`` at the least.
    public var rmsDecibels: Float
    /// The loudest sample; ``silenceDecibels`` at the least.
    public var peakDecibels: Float
    /// What the room sounds like while nobody speaks; `nil` until half a second was heard.
    public var noiseFloorDecibels: Float?
    /// Samples stand at full scale: the microphone is turned up too far.
    public var isClipping: Bool
    /// It rises over the noise floor as a voice does.
    public var isSpeech: Bool

    /// The level of digital silence.
    public static let silenceDecibels: Float = -120
    /// The level before anything was heard.
    public static let silence = SoundLevel(rmsDecibels: silenceDecibels, peakDecibels: silenceDecibels)

    public init(
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
