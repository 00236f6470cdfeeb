internal import AssistantCore

/// Turns what a device yields into 16 kHz mono, and measures it on the way. Pure; one stream.
///
/// Two channels are averaged. Of more, the first is taken: arrays of microphones put their best there, and their loudspeaker
/// into one of the others. A constant offset, which cheap microphones have, is filtered out below about 20 Hz.
struct SoundConverter: Sendable {
    static let outputRateHz = 16_000
    /// Rates that can be taken.
    static var inputRatesHz: ClosedRange<Int> { Resampler.supportedRatesHz }

    private let shape: SoundShape
    private var resampler: Resampler
    private var mono: [Float] = []

    /// Pole of the high-pass filter.
    private let pole: Float
    private var lastInput: Float?
    private var lastOutput: Float = 0

    /// - Parameter shape: with a rate in `Resampler.supportedRatesHz`.
    init(_ shape: SoundShape) {
        self.shape = shape
        resampler = Resampler(from: shape.rateHz, to: Self.outputRateHz)
        pole = 1 - 2 * Float.pi * 20 / Float(shape.rateHz)
    }

    /// What one stretch of sound measured.
    struct Measure: Sendable {
        /// Sum of the squares of `count` samples.
        var energy: Float = 0
        var count = 0
        var peak: Float = 0
        /// Samples at full scale, in any channel.
        var clipped = 0
    }

    /// Converts whole frames; a last frame that is not whole is dropped.
    /// - Parameter output: 16 kHz mono samples are appended.
    mutating func convert(_ bytes: [UInt8], into output: inout [Float]) -> Measure {
        var measure = Measure()
        mono.removeAll(keepingCapacity: true)
        let size = shape.format.byteCount
        let used = shape.channels == 2 ? 2 : 1
        for frame in 0..<bytes.count / shape.frameBytes {
            var sum: Float = 0
            for channel in 0..<used {
                let value = shape.format.value(bytes, at: frame * shape.frameBytes + channel * size)
                if abs(value) >= shape.format.fullScale { measure.clipped += 1 }
                sum += value
            }
            let sample = filtered(sum / Float(used))
            measure.energy += sample * sample
            measure.peak = max(measure.peak, abs(sample))
            mono.append(sample)
        }
        measure.count = mono.count
        resampler.resample(mono, into: &output)
        return measure
    }

    private mutating func filtered(_ input: Float) -> Float {
        lastOutput = input - (lastInput ?? input) + pole * lastOutput
        lastInput = input
        return lastOutput
    }
}
