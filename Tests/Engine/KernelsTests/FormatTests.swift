import Foundation
import Testing

@testable import Kernels

/// Every type against the package that defines the file format (`Tests/Support/make-format-fixtures`).
@Suite("Formats of weights")
struct FormatTests {
    struct Example: Decodable, Sendable, CustomTestStringConvertible {
        let type: String
        let blocks: Data
        let values: Data

        var bytes: [UInt8] { [UInt8](blocks) }
        var floats: [Float] {
            let bytes = [UInt8](values)
            return stride(from: 0, to: bytes.count, by: 4).map { start in
                Float(bitPattern: (0..<4).reduce(0) { $0 | UInt32(bytes[start + $1]) << (8 * $1) })
            }
        }
        var weightType: WeightType? { WeightType.allCases.first { $0.name == type } }
        var testDescription: String { type }
    }

    struct File: Decodable {
        let read: [Example]
        let written: [Example]
    }

    static let examples: Result<File, any Error> = Result {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/formats", withExtension: "json"))
        return try JSONDecoder().decode(File.self, from: Data(contentsOf: url))
    }

    @Test("random blocks of every quantised type are read as the reference reads them, to the last bit")
    func reading() throws {
        let examples = try Self.examples.get().read
        #expect(Set(examples.map(\.type)) == Set(WeightType.allCases.filter(\.isQuantised).map(\.name)))
        for example in examples {
            let type = try #require(example.weightType)
            let expected = example.floats
            var values = [Float](repeating: .nan, count: expected.count)
            var span = values.mutableSpan
            unsafe type.dequantise(example.bytes.span.bytes, into: &span)
            #expect(values == expected, "\(example.type)")
            #expect(unsafe type.firstInvalidBlock(in: example.bytes.span.bytes) == nil)
        }
    }

    @Test("numbers become the blocks that the reference makes of them, to the last bit")
    func writing() throws {
        let examples = try Self.examples.get().written
        #expect(examples.count == 6)
        for example in examples {
            let type = try #require(example.weightType)
            #expect(type.canBeWritten)
            #expect(type.quantise(example.floats.span) == example.bytes, "\(example.type)")
        }
    }

    @Test("super-blocks lose less than blocks of as many bits do, on numbers like those of models")
    func superBlocks() throws {
        var random = SplitMix64(seed: 4)
        // Sums of uniform numbers are nearly normal; every row has a size of its own.
        let values = (0..<64 * 256).map { index -> Float in
            let sum = (0..<6).reduce(0.0) { sum, _ in sum + random.unit() - 0.5 }
            return Float(sum * Double(1 + index / 256 % 7))
        }
        func error(_ type: WeightType) -> Double {
            let blocks = type.quantise(values.span)
            var back = [Float](repeating: .nan, count: values.count)
            var span = back.mutableSpan
            unsafe type.dequantise(blocks.span.bytes, into: &span)
            return zip(values, back).reduce(0) { $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1)) }
        }
        // 4.5 bits each; 5.5 bits each; 6.6 against 6.
        #expect(error(.q4_K) < 0.8 * error(.q4_0))
        #expect(error(.q5_K) < 0.8 * error(.q5_0))
        #expect(error(.q6_K) < 0.5 * error(.q5_1))
        // Zeros, and values so small that scales vanish, stay finite.
        for type in [WeightType.q4_K, .q5_K, .q6_K] {
            for value in [Float(0), 1e-38, -1e-38, 3, -3] {
                let blocks = type.quantise([Float](repeating: value, count: 256).span)
                #expect(unsafe type.firstInvalidBlock(in: blocks.span.bytes) == nil)
            }
            var large = [Float](repeating: 1, count: 256)
            large[77] = 1e38
            #expect(unsafe type.firstInvalidBlock(in: type.quantise(large.span).span.bytes) == 0, "\(type)")
        }
    }

    @Test("what is written is read back within a step of its block", arguments: WeightType.allCases)
    func roundTrip(_ type: WeightType) throws {
        guard type.canBeWritten else { return }
        var random = SplitMix64(seed: 3)
        let values = (0..<2048).map { _ in Float(random.unit() - 0.5) }
        let blocks = type.quantise(values.span)
        var back = [Float](repeating: .nan, count: values.count)
        var span = back.mutableSpan
        unsafe type.dequantise(blocks.span.bytes, into: &span)
        // Values lie in ±0.5; types without a minimum cut the largest of one sign off by a step.
        let bound: Float =
            type.bitsPerWeight > 8 ? 0.004 : type.bitsPerWeight > 6 ? 0.016 : type.bitsPerWeight > 5 ? 0.034 : 0.065
        let worst = zip(values, back).map { abs($0 - $1) }.max() ?? .infinity
        #expect(worst <= bound, "\(type)")
    }
}
