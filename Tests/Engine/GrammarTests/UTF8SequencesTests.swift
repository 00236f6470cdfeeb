import Testing

@testable import Grammar

@Suite("Characters as bytes")
struct UTF8SequencesTests {
    @Test(
        "every character of a range is written, and none beside it",
        arguments: [
            0x0...0x7F, 0x41...0x5A, 0x80...0x80, 0x7F...0x80, 0x7FF...0x800, 0x20...0x10_FFFF, 0xE000...0xFFFF,
            0x1_0000...0x10_FFFF, 0x3FF...0x1_2345, 0xD7FF...0xD7FF, 0x10_FFFE...0x10_FFFF,
        ] as [ClosedRange<UInt32>])
    func ranges(range: ClosedRange<UInt32>) {
        let sequences = ScalarRanges.normalised([range]).flatMap(UTF8Sequences.of)
        var tried: [UInt32] = [0, 0x7F, 0x80, 0x7FF, 0x800, 0xD7FF, 0xE000, 0xFFFF, 0x1_0000, 0x10_FFFF]
        for edge in [range.lowerBound, range.upperBound, (range.lowerBound + range.upperBound) / 2] {
            tried += [edge, edge &+ 1, edge > 0 ? edge - 1 : 0]
        }
        for value in stride(from: UInt32(0), through: 0x10_FFFF, by: 997) { tried.append(value) }
        for scalar in tried.compactMap({ Unicode.Scalar($0) }) {
            let bytes = Array(String(scalar).utf8)
            let isIn = sequences.contains { $0.count == bytes.count && zip($0, bytes).allSatisfy { $0.contains($1) } }
            #expect(isIn == range.contains(scalar.value), "U+\(String(scalar.value, radix: 16))")
        }
    }

    @Test("a set and its opposite are all characters, and share none")
    func inverted() {
        let set = ScalarRanges.normalised([0x41...0x5A, 0x30...0x50, 0xD000...0xE000])
        #expect(set == [0x30...0x5A, 0xD000...0xD7FF, 0xE000...0xE000])
        let rest = ScalarRanges.inverted(set)
        #expect(ScalarRanges.normalised(set + rest) == ScalarRanges.all)
        #expect(ScalarRanges.inverted(rest) == set)
        #expect(ScalarRanges.inverted(ScalarRanges.all).isEmpty)
    }
}
