internal import Glibc
public import Kernels

/// Speaks with one voice: phonemes become latents at once, and sound piece by piece. For one thread at a time, which it
/// blocks while it computes.
public final class SpeechSynthesiser {
    private let model: VITSModel
    private let encoder: TextEncoder
    private let durations: DurationPredictor
    private let flow: LatentFlow
    private let decoder: WaveDecoder
    private let latents = RowBuffer()

    /// Most phonemes at a time; a sentence has one or two hundred.
    public static let symbolLimit = 2_000
    /// Most frames at a time: some three minutes.
    private static let frameLimit = 16_384

    /// - Parameter pool: threads that compute.
    public init(_ model: VITSModel, pool: WorkerPool) {
        self.model = model
        encoder = TextEncoder(model.weights, pool: pool)
        durations = DurationPredictor(model.weights, pool: pool)
        flow = LatentFlow(model.weights, pool: pool)
        decoder = WaveDecoder(model.weights, pool: pool)
    }

    /// Something to be said, as far as it does not depend on what is heard first. Valid until the next one is prepared.
    public struct Utterance {
        /// Length in frames of ``VITSModel/samplesPerFrame`` samples.
        public let frameCount: Int
        let latents: FloatRows
    }

    /// Prepares the sound of `symbols`: how long each lasts, and how the whole is said.
    /// - Parameter symbols: 1 ... symbolLimit phoneme numbers below the voice's `symbolCount`.
    /// - Throws: ``VITSError`` when the voice gives no usable durations, `KernelError` where memory runs out.
    public func prepare(_ symbols: [Int], options: SynthesisOptions = SynthesisOptions()) throws -> Utterance {
        precondition(1...Self.symbolLimit ~= symbols.count, "no phonemes, or too many")
        precondition(symbols.allSatisfy { 0..<model.symbolCount ~= $0 }, "no such phoneme")
        var noise = NormalNoise(seed: options.seed)
        let width = model.weights.width
        let (states, statistics) = try encoder.run(symbols)
        let first = symbols.map { _ in noise.next() * options.durationNoise }
        let second = symbols.map { _ in noise.next() * options.durationNoise }
        let logarithms = try durations.logarithms(states, noise: (first, second))
        var counts: [Int] = []
        var total = 0
        for logarithm in logarithms {
            let frames = (expf(logarithm) * options.lengthScale).rounded(.up)
            guard frames >= 0, frames <= Float(Self.frameLimit - total) else {
                throw VITSError(.malformed, model.path, "it wants to speak longer than any sentence lasts")
            }
            counts.append(Int(frames))
            total += Int(frames)
        }
        if total == 0 { (counts[0], total) = (1, 1) }

        let latents = try latents.rows(total, width: width)
        var frame = 0
        for (symbol, count) in counts.enumerated() where count > 0 {
            statistics.withRow(symbol) { statistics in
                for row in frame..<frame + count {
                    latents.withMutableRow(row) { latents in
                        for column in 0..<width {
                            latents[column] = statistics[column]
                            if options.noise != 0 {
                                latents[column] += noise.next() * expf(statistics[width + column]) * options.noise
                            }
                        }
                    }
                }
            }
            frame += count
        }
        try flow.run(latents)
        return Utterance(frameCount: total, latents: latents)
    }

    /// The sound of some frames, -1 ... 1. Pieces put together are the sound of the whole.
    public func samples(of frames: Range<Int>, _ utterance: Utterance) throws -> [Float] {
        precondition(!frames.isEmpty && frames.lowerBound >= 0 && frames.upperBound <= utterance.frameCount)
        return try decoder.samples(of: frames, utterance.latents)
    }
}
