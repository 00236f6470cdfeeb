internal import Glibc
internal import Kernels

/// How lively and how fast a voice speaks, and the seed of what is left to chance.
public struct SynthesisOptions: Sendable, Hashable {
    /// Variation of the sound; 0 for none.
    public var noise: Float
    /// How long everything takes: 2 is half as fast.
    public var lengthScale: Float
    /// Variation of durations; 0 for none.
    public var durationNoise: Float
    /// Equal seeds give equal sound.
    public var seed: UInt64

    /// Makes options; the defaults are Piper's.
    public init(noise: Float = 0.667, lengthScale: Float = 1, durationNoise: Float = 0.8, seed: UInt64 = 0) {
        self.noise = noise
        self.lengthScale = lengthScale
        self.durationNoise = durationNoise
        self.seed = seed
    }
}

/// Numbers of a normal distribution with mean 0 and deviation 1 (Box and Muller).
struct NormalNoise {
    private var random: SplitMix64
    private var spare: Float?

    init(seed: UInt64) { random = SplitMix64(seed: seed) }

    mutating func next() -> Float {
        if let value = spare {
            spare = nil
            return value
        }
        let radius = (-2 * log(1 - random.unit())).squareRoot()
        let angle = 2 * Double.pi * random.unit()
        spare = Float(radius * sin(angle))
        return Float(radius * cos(angle))
    }
}
