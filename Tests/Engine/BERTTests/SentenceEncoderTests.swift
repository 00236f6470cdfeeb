import Foundation
import Kernels
import Testing

@testable import BERT

/// The tiny encoder of the fixtures, which `Tests/Support/make-encoder-fixture` wrote.
enum TinyEncoder {
    struct Case: Decodable {
        var text: String
        var pieces: [Int]
        var vector: [Float]
    }

    static func path(_ name: String) throws -> String {
        try #require(Bundle.module.url(forResource: "Fixtures/" + name, withExtension: nil)).path
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: URL(fileURLWithPath: try path(name))))
    }

    static func cases() throws -> [Case] {
        try JSONDecoder().decode([Case].self, from: Data(try bytes("reference.json")))
    }

    static func model(_ type: WeightType = .q8_0, pool: WorkerPool) throws -> BERTModel {
        try BERTModel(
            weights: try path("model.safetensors"), vocabulary: try path("vocab.txt"), weightType: type, pool: pool)
    }
}

@Suite("Sentence encoder", .serialized) struct SentenceEncoderTests {
    @Test("A text is cut into the pieces that the reference tokenizer finds")
    func pieces() throws {
        let vocabulary = try WordPieceVocabulary(path: try TinyEncoder.path("vocab.txt"))
        for one in try TinyEncoder.cases() {
            #expect(vocabulary.numbers(of: one.text, limit: 48) == one.pieces, "\(one.text.prefix(40))")
        }
    }

    @Test("The vectors are the reference's, on every instruction set, with one thread and with two", arguments: [1, 2])
    func vectors(threads: Int) throws {
        let pool = try WorkerPool(threads: threads)
        let before = InstructionSet.active
        defer { try? before.select() }
        for level in InstructionSet.available {
            try level.select()
            let exact = try SentenceEncoder(TinyEncoder.model(.f32, pool: pool), pool: pool, precision: .f32)
            let rounded = try SentenceEncoder(TinyEncoder.model(pool: pool), pool: pool, precision: .int8)
            for one in try TinyEncoder.cases() {
                let vector = exact.vector(of: one.text)
                try #require(vector.count == one.vector.count)
                let error = zip(vector, one.vector).map { abs($0 - $1) }.max() ?? 1
                #expect(error < 2e-4, "\(level): \(one.text.prefix(40))")
                let likeness = zip(rounded.vector(of: one.text), one.vector).reduce(0) { $0 + $1.0 * $1.1 }
                #expect(likeness > 0.998, "\(level), in integers: \(one.text.prefix(40))")
            }
        }
    }

    @Test("A text has the same vector whatever was encoded before it")
    func independent() throws {
        let pool = try WorkerPool(threads: 2)
        let model = try TinyEncoder.model(pool: pool)
        let used = try SentenceEncoder(model, pool: pool)
        for one in try TinyEncoder.cases() {
            #expect(used.vector(of: one.text) == (try SentenceEncoder(model, pool: pool)).vector(of: one.text))
        }
    }
}

@Suite("Files of sentence encoders", .serialized) struct EncoderFileTests {
    private let pool: WorkerPool

    init() throws { pool = try WorkerPool(threads: 1) }

    private func error(weights: [UInt8]? = nil, vocabulary: [UInt8]? = nil) throws -> BERTError? {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let files = (folder.appendingPathComponent("model"), folder.appendingPathComponent("vocab"))
        try Data(try weights ?? TinyEncoder.bytes("model.safetensors")).write(to: files.0)
        try Data(try vocabulary ?? TinyEncoder.bytes("vocab.txt")).write(to: files.1)
        do throws(BERTError) {
            _ = try BERTModel(weights: files.0.path, vocabulary: files.1.path, pool: pool)
            return nil
        } catch {
            return error
        }
    }

    @Test("What is no encoder is refused in one sentence that says why")
    func foreign() throws {
        let others: [[UInt8]] = [
            [], [0], Array("GGUF".utf8), Array(repeating: 0xFF, count: 100), Array(repeating: 0, count: 100),
            [2, 0, 0, 0, 0, 0, 0, 0] + Array("{}".utf8), [9, 0, 0, 0, 0, 0, 0, 0] + Array("{\"a\": 1}".utf8),
        ]
        for bytes in others {
            let error = try #require(try error(weights: bytes), "\(bytes.prefix(4))")
            #expect(!error.description.contains("\n"))
        }
        for bytes in [[], Array("no\npieces\n".utf8), Array(try TinyEncoder.bytes("vocab.txt").dropLast(20))] {
            #expect(try error(vocabulary: bytes) != nil)
        }
        #expect(throws: BERTError.self) {
            try BERTModel(weights: "/nowhere", vocabulary: "/nowhere", pool: pool)
        }
    }

    @Test("No cut and no other number in its table makes the reader trap or read beyond the file")
    func damage() throws {
        let whole = try TinyEncoder.bytes("model.safetensors")
        for count in stride(from: 0, to: whole.count, by: 9_973) {
            #expect(try error(weights: Array(whole[..<count])) != nil, "\(count) bytes")
        }
        var generator = SplitMix64(seed: 20_261_130)
        let header = Int(whole[0]) | Int(whole[1]) << 8
        for _ in 0..<300 {
            var bytes = whole
            for _ in 0..<2 {
                let place = 8 + Int(generator.next() % UInt64(header))
                bytes[place] = "90-,]".utf8.randomElement(using: &generator) ?? 0
            }
            if let error = try error(weights: bytes) { #expect(!error.description.contains("\n")) }
        }
    }

    @Test("A tensor whose values are no numbers is refused")
    func infinite() throws {
        var bytes = try TinyEncoder.bytes("model.safetensors")
        for index in bytes.indices.suffix(8) { bytes[index] = 0xFF }
        #expect(try error(weights: bytes)?.code == .malformed)
    }
}
