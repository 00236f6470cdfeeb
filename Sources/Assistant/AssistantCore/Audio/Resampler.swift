#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Changes the sample rate of a mono stream: a polyphase windowed-sinc filter, fed in chunks of any size.
///
/// The output is time-aligned with the input (no group delay), `n` input samples give exactly `⌈n · to / from⌉` output
/// samples once ``finish(into:)`` was called, and how the input was cut into chunks changes no bit of it. The Kaiser
/// window (β ≈ 9) keeps what would alias, or mirror when the rate rises, about 90 dB down; the pass-band reaches 91 %
/// of the lower Nyquist frequency. A ratio with a numerator above 2000 (from 44,099 Hz, say) gives way to a simpler
/// neighbour, less than 0.05 % away.
///
/// A value type: copies are independent streams. It allocates for the samples it keeps (one filter length) and for what
/// it appends.
package struct Resampler: Sendable {
    /// Rates that can be converted, in samples per second.
    package static let supportedRatesHz = 1_000...768_000

    /// Zero crossings of the sinc on each side of its centre.
    private static let zeroCrossings = 64
    private static let stopBandDecibels = 90.0

    /// Output samples per `decimation` input samples.
    private let interpolation: Int
    private let decimation: Int
    /// Input samples that the filter reaches to each side.
    private let reach: Int
    /// (interpolation, 2 · reach) row-major: one row of taps for each position between two input samples.
    private let taps: [Float]

    /// Input not yet left behind by the filter; `pending[0]` is the first sample under the next output's filter.
    private var pending: [Float]
    /// Numerator of the next output's place between two input samples, in units of `1 / interpolation`.
    private var phase = 0
    private var inputCount = 0
    private var outputCount = 0

    /// Prepares a stream.
    /// - Parameters:
    ///   - inputRateHz: rate of the samples that will come; must lie in ``supportedRatesHz``.
    ///   - outputRateHz: rate of the samples that are wanted; must lie in ``supportedRatesHz``.
    package init(from inputRateHz: Int, to outputRateHz: Int = 16_000) {
        precondition(Self.supportedRatesHz ~= inputRateHz && Self.supportedRatesHz ~= outputRateHz)
        (interpolation, decimation) = Self.simpleRatio(outputRateHz, inputRateHz)
        let lowerRate = min(1, Double(interpolation) / Double(decimation))
        reach = interpolation == decimation ? 0 : Int((Double(Self.zeroCrossings) / lowerRate).rounded(.up))
        taps = Self.filter(phases: interpolation, reach: reach, lowerRate: lowerRate)
        pending = Array(repeating: 0, count: max(0, reach - 1))
    }

    /// Takes the next samples of the stream and appends to `output` all that they complete.
    package mutating func resample(_ input: some Sequence<Float>, into output: inout [Float]) {
        guard reach > 0 else {
            output.append(contentsOf: input)
            return
        }
        let before = pending.count
        pending.append(contentsOf: input)
        inputCount += pending.count - before
        emit(upTo: .max, into: &output)
    }

    /// Ends the stream: appends what the last samples still owe, as if silence followed. The stream can then start anew.
    package mutating func finish(into output: inout [Float]) {
        guard reach > 0 else { return }
        let total = (inputCount * interpolation + decimation - 1) / decimation
        pending.append(contentsOf: repeatElement(0, count: 2 * reach))
        emit(upTo: total, into: &output)
        pending = Array(repeating: 0, count: reach - 1)
        (phase, inputCount, outputCount) = (0, 0, 0)
    }

    /// The whole of `input` at once.
    package static func resampled(_ input: [Float], from inputRateHz: Int, to outputRateHz: Int = 16_000) -> [Float] {
        guard inputRateHz != outputRateHz else { return input }
        var stream = Resampler(from: inputRateHz, to: outputRateHz)
        var output: [Float] = []
        stream.resample(input, into: &output)
        stream.finish(into: &output)
        return output
    }

    /// Computes outputs while the samples under their filter are there, then forgets those left behind.
    private mutating func emit(upTo total: Int, into output: inout [Float]) {
        let width = 2 * reach
        var start = 0
        unsafe pending.withUnsafeBufferPointer { samples in
            unsafe taps.withUnsafeBufferPointer { rows in
                while start + width <= samples.count, outputCount < total {
                    let row = unsafe UnsafeBufferPointer(rebasing: rows[phase * width..<(phase + 1) * width])
                    let window = unsafe UnsafeBufferPointer(rebasing: samples[start..<start + width])
                    output.append(unsafe Self.dotProduct(row, window))
                    outputCount += 1
                    phase += decimation
                    start += phase / interpolation
                    phase %= interpolation
                }
            }
        }
        pending.removeFirst(start)
    }

    /// Both spans have the same even length. Four sums keep the additions from waiting for each other.
    private static func dotProduct(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Float {
        var (s0, s1, s2, s3): (Float, Float, Float, Float) = (0, 0, 0, 0)
        var index = 0
        while index + 4 <= a.count {
            unsafe s0 += a[index] * b[index]
            unsafe s1 += a[index + 1] * b[index + 1]
            unsafe s2 += a[index + 2] * b[index + 2]
            unsafe s3 += a[index + 3] * b[index + 3]
            index += 4
        }
        while index < a.count {
            unsafe s0 += a[index] * b[index]
            index += 1
        }
        return (s0 + s1) + (s2 + s3)
    }
}

extension Resampler {
    /// `output / input` in lowest terms, or its nearest convergent whose numerator is at most 2000.
    private static func simpleRatio(_ output: Int, _ input: Int) -> (Int, Int) {
        var (numerator, denominator) = (output, input)
        var (previous, current) = ((0, 1), (1, 0))
        while denominator != 0 {
            let whole = numerator / denominator
            let next = (whole * current.0 + previous.0, whole * current.1 + previous.1)
            if next.0 > 2000, current.1 != 0 { break }
            (previous, current) = (current, next)
            (numerator, denominator) = (denominator, numerator % denominator)
        }
        return current
    }

    /// Kaiser-windowed sinc, (phases, 2 · reach) row-major; each row sums to 1, so that a constant stays that constant.
    private static func filter(phases: Int, reach: Int, lowerRate: Double) -> [Float] {
        let transition = (stopBandDecibels - 7.95) / (14.36 * Double(2 * zeroCrossings))
        let cutoff = lowerRate * (1 - transition)
        let beta = 0.1102 * (stopBandDecibels - 8.7)
        var taps: [Float] = []
        taps.reserveCapacity(phases * 2 * reach)
        for phase in 0..<phases {
            let offset = Double(phase) / Double(phases)
            let row = (0..<2 * reach).map { index -> Double in
                let time = Double(index - reach + 1) - offset
                let edge = time / Double(reach)
                let window = besselI0(beta * max(0, 1 - edge * edge).squareRoot())
                let angle = Double.pi * cutoff * time
                return window * (abs(angle) < 1e-9 ? 1 : sin(angle) / angle)
            }
            let sum = row.reduce(0, +)
            taps.append(contentsOf: row.map { Float($0 / sum) })
        }
        return taps
    }

    /// Modified Bessel function of the first kind, order 0, by its power series.
    private static func besselI0(_ x: Double) -> Double {
        var (term, sum, index) = (1.0, 1.0, 1.0)
        while term > sum * 1e-17 {
            term *= (x / (2 * index)) * (x / (2 * index))
            sum += term
            index += 1
        }
        return sum
    }
}
