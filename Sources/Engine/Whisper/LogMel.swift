internal import Glibc
internal import Kernels

/// The log-mel front end as products of matrices: 25 ms frames every 10 ms, a periodic Hann window, 80 Slaney mel bands.
///
/// The discrete Fourier transform of a frame is a product with a fixed matrix of cosines and sines that has the window
/// built in. 400 samples every 160 are two and a half rows of a (rows, 160) matrix of sound, so three products without any
/// copying give the transform of all frames. Source: OpenAI `whisper/audio.py`; equal to it to about 1e-5.
final class LogMel: Sendable {
    static let sampleRateHz = 16_000
    /// Samples from one frame to the next: 10 ms.
    static let hop = 160
    /// Samples of a frame: 25 ms.
    static let window = 400
    /// Samples before time 0 that the first frame sees, mirrored.
    static let lead = window / 2
    /// Frequencies of a frame's spectrum.
    static let bins = window / 2 + 1

    let bands: Int
    /// (2 · bins, hop) for the first and second 160 samples of a frame, (2 · bins, 80) for the rest.
    let transform: [WeightMatrix]
    /// (bands, bins)
    let filters: WeightMatrix

    init(bands: Int) throws(KernelError) {
        self.bands = bands
        transform = try [0..<Self.hop, Self.hop..<2 * Self.hop, 2 * Self.hop..<Self.window].map {
            samples throws(KernelError) in
            try Self.matrix(Self.fourier(samples), rows: 2 * Self.bins)
        }
        filters = try Self.matrix(Self.slaneyFilters(bands: bands), rows: bands)
    }

    private static func matrix(_ values: [Float], rows: Int) throws(KernelError) -> WeightMatrix {
        try unsafe WeightMatrix(type: .f32, rows: rows, cols: values.count / rows, bytes: values.span.bytes)
    }

    /// Windowed cosines (the first `bins` rows) and sines of some samples of a frame.
    private static func fourier(_ samples: Range<Int>) -> [Float] {
        let turns = (0..<window).map { Double($0) * 2 * .pi / Double(window) }
        let hann = turns.map { 0.5 - 0.5 * cos($0) }
        let waves = [turns.map { cos($0) }, turns.map { sin($0) }]
        var values: [Float] = []
        values.reserveCapacity(2 * bins * samples.count)
        for wave in waves {
            for bin in 0..<bins {
                for sample in samples { values.append(Float(hann[sample] * wave[bin * sample % window])) }
            }
        }
        return values
    }

    /// Triangles of equal area on Slaney's mel scale: linear below 1 kHz, logarithmic above.
    static func slaneyFilters(bands: Int) -> [Float] {
        let step = log(6.4) / 27
        func mel(_ hertz: Double) -> Double { hertz < 1000 ? hertz * 3 / 200 : 15 + log(hertz / 1000) / step }
        func hertz(_ mel: Double) -> Double { mel < 15 ? mel * 200 / 3 : 1000 * exp(step * (mel - 15)) }
        let top = mel(Double(sampleRateHz) / 2)
        let corners = (0..<bands + 2).map { hertz(top * Double($0) / Double(bands + 1)) }
        var filters: [Float] = []
        for band in 0..<bands {
            let (low, centre, high) = (corners[band], corners[band + 1], corners[band + 2])
            for bin in 0..<bins {
                let frequency = Double(bin * sampleRateHz) / Double(window)
                let height = min((frequency - low) / (centre - low), (high - frequency) / (high - centre))
                filters.append(Float(max(0, height) * 2 / (high - low)))
            }
        }
        return filters
    }
}
