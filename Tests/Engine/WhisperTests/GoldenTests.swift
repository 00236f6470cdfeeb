import Foundation
import Kernels
import Testing

@testable import Whisper

/// Numbers against a reference: an f32 forward pass of the same weights in NumPy, with OpenAI's log-mel front end.
@Suite("Golden values", .serialized) struct GoldenTests {
    struct Golden: Decodable {
        var melFrames: [Int]
        var mel: [[Float]]
        var encoderRows: [Int]
        var encoder: [[Float]]
        var tokens: [WhisperVocabulary.Token]
        var picked: [Int]
        var logProbabilities: [[Float]]
    }

    /// Two seconds: a chirp, and a tone that stops after one.
    private let sound: [Float] = (0..<32_000).map { index in
        let time = Double(index) / 16_000
        let chirp = 0.3 * sin(2 * Double.pi * (200 * time + 300 * time * time))
        return Float(chirp + (time < 1 ? 0.2 * sin(2 * Double.pi * 1234 * time) : 0))
    }

    private func golden() throws -> Golden { try SpeechModel.fixture("golden", as: Golden.self) }

    /// The first 30 s, filled up with silence, as OpenAI's front end gives them.
    private func window(_ pool: WorkerPool) throws -> MelWindow {
        let mel = try MelStream(LogMel(bands: 80), pool: pool)
        mel.append(sound + Array(repeating: 0, count: 480_000 - sound.count))
        mel.finish()
        #expect(mel.frameCount == 3_000)
        return MelWindow(mel.values, evened: false)
    }

    @Test("Log-mel values are the reference's to 1e-4")
    func mel() throws {
        let (golden, window) = (try golden(), try window(try WorkerPool(threads: 2)))
        for (frame, expected) in zip(golden.melFrames, golden.mel) {
            for band in 0..<80 { #expect(abs(window.values[frame * 80 + band] - expected[band]) < 1e-4) }
        }
    }

    @Test("Log-mel frames do not depend on how the sound was cut into chunks")
    func chunks() throws {
        let pool = try WorkerPool(threads: 1)
        let front = try LogMel(bands: 80)
        let (whole, pieces) = (try MelStream(front, pool: pool), try MelStream(front, pool: pool))
        whole.append(sound[..<5_000])
        var rest = sound[..<5_000]
        for size in [1, 100, 99, 1, 7, 333, 1_000, 2, 3_457] {
            pieces.append(rest.prefix(size))
            rest = rest.dropFirst(size)
        }
        pieces.append(rest)
        whole.finish()
        pieces.finish()
        #expect(whole.values == pieces.values)
        #expect(whole.frameCount == 32)
    }

    @Test("The encoder with 8-bit weights stays within 2 % of the reference in f32")
    func encoder() throws {
        let (model, pool) = try SpeechModel.model()
        let encoder = try SpeechEncoder(model.weights, pool: pool)
        let encoded = try #require(encoder.encode(try window(pool), positions: 1_500, tail: nil))
        let golden = try golden()
        var (error, size, largest) = (0.0, 0.0, Float(0))
        for (row, expected) in zip(golden.encoderRows, golden.encoder) {
            encoded.withRow(row) { values in
                for column in values.indices {
                    let difference = abs(values[column] - expected[column])
                    error += Double(difference * difference)
                    size += Double(expected[column] * expected[column])
                    largest = max(largest, difference)
                }
            }
        }
        #expect((error / size).squareRoot() < 0.02, "relative error \((error / size).squareRoot())")
        #expect(largest < 0.3)
    }

    @Test("The decoder's log-probabilities are the reference's to a few hundredths")
    func decoder() throws {
        let (model, pool) = try SpeechModel.model()
        let golden = try golden()
        let encoder = try SpeechEncoder(model.weights, pool: pool)
        let encoded = try #require(encoder.encode(try window(pool), positions: 1_500, tail: nil))
        let decoder = try SpeechDecoder(model.weights, pool: pool)
        decoder.begin(encoded, tail: nil)
        let logits = decoder.step(golden.tokens)
        for (row, expected) in golden.logProbabilities.enumerated() {
            let statistics = LogitStatistics(logits[rows: row..<row + 1])
            logits.withRow(row) { values in
                for (token, expected) in zip(golden.picked, expected) where expected > -9 {
                    let found = values[token] - statistics.logSumExp
                    #expect(abs(found - expected) < 0.15, "row \(row), token \(token): \(found), not \(expected)")
                }
            }
        }
    }

    @Test("Tokens one by one and all at once give the same logits, and rewinding forgets")
    func steps() throws {
        let (model, pool) = try SpeechModel.model()
        let encoder = try SpeechEncoder(model.weights, pool: pool)
        let encoded = try #require(encoder.encode(MelWindow(silence: -0.75), positions: 20, tail: nil))
        let decoder = try SpeechDecoder(model.weights, pool: pool)
        decoder.begin(encoded, tail: nil)
        let tokens: [WhisperVocabulary.Token] = [50_257, 50_362, 2_166, 3_641]
        let together = decoder.step(tokens).withRow(3) { row in row.indices.map { row[$0] } }
        decoder.rewind(to: 1)
        var last: [Float] = []
        for token in [50_362, 13, 13] as [WhisperVocabulary.Token] { _ = decoder.step([token]) }
        decoder.rewind(to: 1)
        for token in tokens.dropFirst() {
            last = decoder.step([token]).withRow(0) { row in row.indices.map { row[$0] } }
        }
        #expect(together == last)
    }

    @Test("Mel filters are Slaney's: triangles of equal area, linear below 1 kHz")
    func filters() {
        let filters = LogMel.slaneyFilters(bands: 80)
        for band in 0..<80 {
            let row = filters[band * LogMel.bins..<(band + 1) * LogMel.bins]
            // A triangle of area 1 sampled every 40 Hz; the narrow low ones catch only one or two samples.
            let area = row.reduce(0, +) * 40
            if band > 20 { #expect(abs(area - 1) < 0.2, "band \(band): \(area)") }
            #expect(row.allSatisfy { $0 >= 0 })
        }
        #expect(abs(filters[1] - 0.024_862_6) < 1e-6)
    }
}
