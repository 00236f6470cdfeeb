import Kernels
import Testing

@testable import VITS

@Suite("Synthesis", .serialized) struct SynthesisTests {
    private static let silent = SynthesisOptions(noise: 0, durationNoise: 0)

    private func sound(
        _ synthesiser: SpeechSynthesiser, _ ids: [Int], options: SynthesisOptions = silent, pieces: [Int] = [1 << 20]
    ) throws -> [Float] {
        let utterance = try synthesiser.prepare(ids, options: options)
        var samples: [Float] = []
        var (frame, round) = (0, 0)
        while frame < utterance.frameCount {
            let end = min(utterance.frameCount, frame + pieces[round % pieces.count])
            samples += try synthesiser.samples(of: frame..<end, utterance)
            (frame, round) = (end, round + 1)
        }
        return samples
    }

    @Test("The sound is onnxruntime's, on every instruction set, with one thread and with two", arguments: [1, 2])
    func reference(threads: Int) throws {
        let pool = try WorkerPool(threads: threads)
        let reference = try TinyVoice.reference()
        try onEveryInstructionSet { level in
            let model = try VITSModel(path: try TinyVoice.path(), weightType: .f32, pool: pool)
            let samples = try sound(SpeechSynthesiser(model, pool: pool), reference.ids)
            try #require(samples.count == reference.count)
            let errors = reference.samples.indices.map { abs(samples[$0 * reference.every] - reference.samples[$0]) }
            #expect(errors.max() ?? 1 < 2e-5, "\(level)")
        }
    }

    @Test("With weights in 16 bits the sound differs by less than its own 16 bits would")
    func halves() throws {
        let (noise, power) = try noise(of: .f16)
        #expect(noise < power * 1e-4)
    }

    @Test("With integers where the most work is, what they round is far below the sound")
    func integers() throws {
        try onEveryInstructionSet { level in
            let (noise, power) = try noise(of: .q8_0)
            #expect(noise < power * 1e-2, "\(level)")
        }
    }

    /// Energy of the difference from the reference's sound, and of that sound.
    private func noise(of type: WeightType) throws -> (noise: Float, power: Float) {
        let pool = try WorkerPool(threads: 2)
        let reference = try TinyVoice.reference()
        let model = try VITSModel(path: try TinyVoice.path(), weightType: type, pool: pool)
        let samples = try sound(SpeechSynthesiser(model, pool: pool), reference.ids)
        try #require(samples.count == reference.count)
        var (noise, power): (Float, Float) = (0, 0)
        for (index, wanted) in reference.samples.enumerated() {
            let error = samples[index * reference.every] - wanted
            (noise, power) = (noise + error * error, power + wanted * wanted)
        }
        return (noise, power)
    }

    /// Runs `body` under each instruction set of this processor. They hold for the whole process, which runs these tests alone.
    private func onEveryInstructionSet(_ body: (InstructionSet) throws -> Void) throws {
        let before = InstructionSet.active
        defer { try? before.select() }
        for level in InstructionSet.available {
            try level.select()
            try body(level)
        }
    }

    @Test("However the sound is cut into pieces, it is the same to the bit")
    func pieces() throws {
        let pool = try WorkerPool(threads: 2)
        let synthesiser = SpeechSynthesiser(try VITSModel(path: try TinyVoice.path(), pool: pool), pool: pool)
        let ids = try TinyVoice.reference().ids
        let whole = try sound(synthesiser, ids)
        for pieces in [[1], [2, 5], [7], [16]] {
            #expect(try sound(synthesiser, ids, pieces: pieces) == whole, "\(pieces)")
        }
    }

    @Test("The same seed gives the same sound, another one another; slower is longer")
    func seeds() throws {
        let pool = try WorkerPool(threads: 1)
        let synthesiser = SpeechSynthesiser(try VITSModel(path: try TinyVoice.path(), pool: pool), pool: pool)
        let ids = try TinyVoice.reference().ids
        let first = try sound(synthesiser, ids, options: SynthesisOptions(seed: 1))
        #expect(try sound(synthesiser, ids, options: SynthesisOptions(seed: 1)) == first)
        #expect(try sound(synthesiser, ids, options: SynthesisOptions(seed: 2)) != first)
        let slow = SynthesisOptions(noise: 0, lengthScale: 2, durationNoise: 0)
        let usual = try sound(synthesiser, ids).count
        #expect(try sound(synthesiser, ids, options: slow).count > usual)
    }

    @Test("Any length of text is spoken, from one phoneme to the most")
    func lengths() throws {
        let pool = try WorkerPool(threads: 2)
        let synthesiser = SpeechSynthesiser(try VITSModel(path: try TinyVoice.path(), pool: pool), pool: pool)
        for count in [1, 2, 15, 16, 17, 49, 97, 400] {
            let samples = try sound(synthesiser, (0..<count).map { $0 % 40 })
            #expect(samples.count >= 256 && samples.allSatisfy { abs($0) <= 1 })
        }
    }
}
