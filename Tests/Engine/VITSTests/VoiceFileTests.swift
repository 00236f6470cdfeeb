import Foundation
import Kernels
import Testing

@testable import VITS

@Suite("Voice files", .serialized) struct VoiceFileTests {
    private let pool: WorkerPool

    init() throws { pool = try WorkerPool(threads: 1) }

    private func error(_ bytes: [UInt8]) throws -> VITSError? {
        try TinyVoice.withFile(bytes) { path in
            do throws(VITSError) {
                _ = try VITSModel(path: path, pool: pool)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("What is no voice is refused in one sentence that says why")
    func foreign() throws {
        let others: [[UInt8]] = [
            [], [0], Array("GGUF".utf8), Array(repeating: 0xFF, count: 100), Array(repeating: 0x0A, count: 1_000),
            Array("{\"a\": 1}".utf8), [0x3A, 0x00], [0x3A, 0x02, 0x0A, 0x00],
        ]
        for bytes in others {
            let error = try #require(try error(bytes), "\(bytes.prefix(4))")
            #expect(!error.description.contains("\n"))
        }
        #expect(throws: VITSError.self) { try VITSModel(path: "/nowhere/voice.onnx", pool: pool) }
        #expect(throws: VITSError.self) { try VITSModel(path: "/tmp", pool: pool) }
    }

    @Test("Another graph is refused, and what is different is named")
    func otherGraphs() throws {
        for (name, other) in [
            ("scales", "scaled"), ("dp.flows.0.m", "dp.flows.9.m"),
            ("enc_p.encoder.norm_layers_1.5.gamma", "enc_p.encoder.norm_layers_1.9.gamma"),
        ] {
            let error = try error(try TinyVoice.bytes(replacing: name, by: other))
            #expect(error?.code == .unsupported || error?.code == .foreign, "\(name): \(String(describing: error))")
        }
        // A step is found by its name or by its weights: exporters change one or the other.
        for (name, other) in [
            ("dec.conv_post.weight", "dec.conv_pest.weight"), ("/dec/ups.2/ConvTranspose", "/dec/ups.9/ConvTranspose"),
        ] {
            #expect(try error(try TinyVoice.bytes(replacing: name, by: other)) == nil, "\(name)")
        }
        let several = try error(try TinyVoice.bytes(replacing: "input_lengths", by: "sid_of_people"))
        #expect(several == nil, "the name of an input that is not read matters to nobody")
    }

    @Test("No cut makes the reader trap or read beyond the file")
    func cuts() throws {
        let whole = try TinyVoice.bytes()
        for count in stride(from: 0, to: whole.count, by: 1_999) {
            #expect(try error(Array(whole[..<count])) != nil, "\(count) bytes")
        }
    }

    @Test("No changed byte makes it trap, and what is still read can be spoken with")
    func mutations() throws {
        let whole = try TinyVoice.bytes()
        var random = SplitMix64(seed: 22)
        var spoken = 0
        for _ in 0..<120 {
            var mutant = whole
            // The index is at the ends; in between are weights.
            for _ in 0..<1 + Int(random.next() % 4) {
                mutant[Int(random.next() % UInt64(whole.count))] = UInt8(truncatingIfNeeded: random.next())
            }
            try TinyVoice.withFile(mutant) { path in
                guard let model = try? VITSModel(path: path, pool: pool) else { return }
                let synthesiser = SpeechSynthesiser(model, pool: pool)
                guard let utterance = try? synthesiser.prepare([1, 0, 3 % model.symbolCount, 0]) else { return }
                _ = try synthesiser.samples(of: 0..<min(4, utterance.frameCount), utterance)
                spoken += 1
            }
        }
        #expect(spoken > 0)
    }

    @Test("Huge counts in the index are errors and no allocations")
    func hugeCounts() throws {
        // A weight "a" of type float with the dimensions given, and no values.
        func tensor(_ dimensions: [UInt64]) -> [UInt8] {
            var body: [UInt8] = []
            for dimension in dimensions { body += [0x08] + varint(dimension) }
            body += [0x10, 1, 0x42, 1, UInt8(ascii: "a"), 0x4A, 0]
            let graph = [0x2A] + varint(UInt64(body.count)) + body
            return [0x3A] + varint(UInt64(graph.count)) + graph
        }
        func varint(_ value: UInt64) -> [UInt8] {
            var (rest, bytes): (UInt64, [UInt8]) = (value, [])
            while rest >= 0x80 { (bytes, rest) = (bytes + [UInt8(rest & 0x7F) | 0x80], rest >> 7) }
            return bytes + [UInt8(rest)]
        }
        for dimensions in [
            [UInt64.max], [1 << 63, 2], [1 << 40, 1 << 40], Array(repeating: 65_536, count: 8),
            Array(repeating: 1, count: 100),
        ] {
            #expect(try error(tensor(dimensions)) != nil)
        }
        // A field longer than the file, a number without end, a kind that does not exist.
        for bytes in [
            [0x3A] + varint(1 << 62), [UInt8](repeating: 0x80, count: 40), [0x3F], [0x3D, 1, 2], [0x00, 0x00],
        ] {
            #expect(try error(bytes) != nil)
        }
    }
}
