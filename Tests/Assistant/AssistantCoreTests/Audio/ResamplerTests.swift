import AssistantCore
import Foundation
import Testing

@Suite("Resampler")
struct ResamplerTests {
    static let rates = [8_000, 11_025, 22_050, 44_100, 48_000, 96_000]

    /// A sine of amplitude 1 over `seconds`.
    private func sine(_ hertz: Double, rateHz: Int, seconds: Double = 0.12) -> [Float] {
        (0..<Int(Double(rateHz) * seconds)).map { Float(sin(2 * Double.pi * hertz * Double($0) / Double(rateHz))) }
    }

    /// The middle half of a signal, where the filter saw no edge.
    private func middle(_ samples: [Float]) -> ArraySlice<Float> { samples[samples.count / 4..<samples.count * 3 / 4] }

    private func decibels(_ power: Double) -> Double { 10 * log10(max(power, 1e-20)) }

    /// Power of what is left after the sine that was put in (exact in place and size) is taken away; 0 dB is its own.
    private func errorDecibels(_ output: [Float], hertz: Double) -> Double {
        let offset = output.count / 4
        let squares = middle(output).enumerated().map { index, sample in
            let expected = sin(2 * Double.pi * hertz * Double(offset + index) / 16_000)
            return pow(Double(sample) - expected, 2)
        }
        return decibels(2 * squares.reduce(0, +) / Double(squares.count))
    }

    @Test("Tones up to 90 % of the lower Nyquist frequency come out as they went in, 80 dB clean", arguments: rates)
    func passBand(rateHz: Int) {
        let top = 0.9 * Double(min(rateHz, 16_000)) / 2
        for step in 1...7 {
            let hertz = top * Double(step) / 7
            let output = Resampler.resampled(sine(hertz, rateHz: rateHz), from: rateHz)
            #expect(errorDecibels(output, hertz: hertz) < -80, "\(hertz) Hz")
        }
    }

    @Test("Tones above the new Nyquist frequency are at least 80 dB down", arguments: rates.filter { $0 > 16_000 })
    func stopBand(rateHz: Int) {
        for step in 0..<7 {
            let hertz = 8_050 + (Double(rateHz) / 2 - 8_100) * Double(step) / 6
            let output = middle(Resampler.resampled(sine(hertz, rateHz: rateHz), from: rateHz))
            let power = output.reduce(0) { $0 + Double($1) * Double($1) } / Double(output.count)
            #expect(decibels(2 * power) < -80, "\(hertz) Hz")
        }
    }

    @Test("n samples give exactly ⌈n · 16000 / rate⌉, for every small n", arguments: rates + [16_000, 192_000])
    func exactLength(rateHz: Int) {
        for count in [0, 1, 2, 3, 159, 160, 161, 1_000, 1_001] {
            let output = Resampler.resampled(Array(repeating: 0.5, count: count), from: rateHz)
            #expect(output.count == (count * 16_000 + rateHz - 1) / rateHz)
        }
    }

    @Test("Chunks of any size give bit for bit what the whole gives", arguments: rates)
    func chunked(rateHz: Int) {
        var random = SystemRandomNumberGenerator()
        let input = (0..<4_001).map { _ in Float.random(in: -1...1, using: &random) }
        let whole = Resampler.resampled(input, from: rateHz)
        var stream = Resampler(from: rateHz)
        var output: [Float] = []
        var rest = input[...]
        while !rest.isEmpty {
            let size = Int.random(in: 0...700, using: &random)
            stream.resample(rest.prefix(size), into: &output)
            rest = rest.dropFirst(size)
        }
        stream.finish(into: &output)
        #expect(output == whole)
    }

    @Test("A finished stream starts anew")
    func reuse() {
        let input = sine(440, rateHz: 48_000, seconds: 0.02)
        var stream = Resampler(from: 48_000)
        var (first, second): ([Float], [Float]) = ([], [])
        stream.resample(input, into: &first)
        stream.finish(into: &first)
        stream.resample(input, into: &second)
        stream.finish(into: &second)
        #expect(first == second)
    }

    @Test("A constant stays that constant, and odd rates have no ripple", arguments: [1_000, 7_919, 44_099, 768_000])
    func constant(rateHz: Int) {
        let output = Resampler.resampled(Array(repeating: 0.25, count: rateHz / 4), from: rateHz)
        #expect(abs(output.count - 4_000) <= 2)
        #expect(middle(output).allSatisfy { abs($0 - 0.25) < 1e-4 })
    }
}
