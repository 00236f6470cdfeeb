internal import Glibc

/// Brings sound from one rate to another, in pieces: a windowed sinc, in as many phases as the ratio has.
struct RateConverter {
    private let numerator: Int
    private let denominator: Int
    /// (numerator, taps)
    private let phases: [[Float]]
    /// Samples that are still needed, the oldest first.
    private var history: [Float]
    /// Place of the next output sample, in parts of an input sample from the start of `history`.
    private var position = 0

    /// Input samples that an output sample is made of.
    private static let taps = 32

    /// - Precondition: both rates are positive.
    init(from input: Int, to output: Int) {
        var (a, b) = (input, output)
        while b != 0 { (a, b) = (b, a % b) }
        numerator = output / a
        denominator = input / a
        history = Array(repeating: 0, count: Self.taps / 2 - 1)
        // Below half of the lower rate.
        let cutoff = 0.94 * min(1, Double(output) / Double(input))
        let half = Double(Self.taps / 2)
        var phases: [[Float]] = []
        for phase in 0..<numerator {
            let offset = Double(phase) / Double(numerator)
            let weights = (0..<Self.taps).map { tap -> Double in
                let distance = Double(tap) - (half - 1) - offset
                let angle = Double.pi * distance * cutoff
                let sinc = distance == 0 ? 1 : sin(angle) / angle
                let place = distance / half
                // Blackman's window.
                let window = abs(place) >= 1 ? 0 : 0.42 + 0.5 * cos(.pi * place) + 0.08 * cos(2 * .pi * place)
                return sinc * window
            }
            // Silence stays silence, and a constant what it was.
            let sum = weights.reduce(0, +)
            phases.append(weights.map { Float($0 / sum) })
        }
        self.phases = phases
    }

    /// The sound that is complete now.
    mutating func convert(_ samples: [Float]) -> [Float] {
        guard numerator != denominator else { return samples }
        history += samples
        var output: [Float] = []
        output.reserveCapacity(samples.count * numerator / denominator + 1)
        while position / numerator + Self.taps <= history.count {
            let first = position / numerator
            let weights = phases[position % numerator]
            var sum: Float = 0
            for tap in 0..<Self.taps { sum += weights[tap] * history[first + tap] }
            output.append(sum)
            position += denominator
        }
        let done = min(position / numerator, history.count)
        history.removeFirst(done)
        position -= done * numerator
        return output
    }

    /// The end of the sound.
    mutating func flush() -> [Float] {
        numerator == denominator ? [] : convert(Array(repeating: 0, count: Self.taps / 2))
    }
}
