import Foundation
import Testing

@testable import Updates

@Suite("Deltas of files")
struct DeltaTests {
    private let directory = NSTemporaryDirectory() + "brim-delta-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true) }

    /// Bytes that no compressor makes smaller, the same each time.
    private static func noise(_ count: Int, seed: UInt64) -> [UInt8] {
        var state = seed
        return (0..<count).map { _ in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return UInt8(truncatingIfNeeded: state >> 56)
        }
    }

    /// The same with some bytes moved by one.
    private static func moved(_ bytes: [UInt8], every: Int) -> [UInt8] {
        var bytes = bytes
        for index in stride(from: 7, to: bytes.count, by: every) { bytes[index] &+= 1 }
        return bytes
    }

    private func write(_ bytes: [UInt8], _ name: String) throws -> String {
        let path = directory + "/" + name
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        return path
    }

    private func whole(_ count: Int, at base: Int = 0, _ new: Int = 0) throws -> FileDelta.Segment {
        try #require(
            FileDelta.Segment(base: Int64(base)..<Int64(base + count), new: Int64(new)..<Int64(new + count)))
    }

    /// Makes a delta, applies it, and gives the share of the new file that it has.
    private func share(
        _ old: [UInt8], _ new: [UInt8], segments: [FileDelta.Segment]
    ) throws -> (share: Double, outcome: FileDelta.Outcome) {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let (old, newPath) = (try write(old, "old"), try write(new, "new"))
        let delta = directory + "/delta"
        let outcome = try FileDelta.make(from: old, to: newPath, segments: segments, at: delta)
        let made = directory + "/made"
        try FileDelta.apply(delta, to: old, at: made, in: directory)
        #expect(FileManager.default.contents(atPath: made) == Data(new))
        #expect(outcome.newBytes == Int64(new.count))
        let left = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
        #expect(left == ["delta", "made", "new", "old"], "nothing is left over")
        return (Double(outcome.bytes) / Double(max(1, new.count)), outcome)
    }

    @Test("Scattered changes cost what they are, though no two stretches are alike")
    func scattered() throws {
        let old = Self.noise(5_000_000, seed: 1)
        let new = Self.moved(old, every: 30)
        let (share, outcome) = try share(old, new, segments: [whole(old.count)])
        #expect(share < 0.05, "3.3 % of the bytes differ")
        #expect(outcome.changedBytes == Int64((old.count - 7 + 29) / 30))
    }

    @Test("What is the same costs next to nothing, also where all of it has moved")
    func shifted() throws {
        let tensors = Self.noise(6_000_000, seed: 2)
        let old = Array("old header".utf8) + tensors
        let new = Array("a longer and newer header".utf8) + tensors
        let (share, _) = try share(old, new, segments: [whole(tensors.count, at: 10, 25)])
        #expect(share < 0.0001)
    }

    @Test("Without segments, what is near in the base is found again")
    func patched() throws {
        let old = Self.noise(3_000_000, seed: 3)
        let new = Array(old[..<1_000_000]) + Array("something in between".utf8) + Array(old[1_000_000...])
        let (share, outcome) = try share(old, new, segments: [])
        #expect(share < 0.01 && outcome.segments == 0)
    }

    @Test(
        "Files of any size and kind go through", arguments: [(0, 0), (0, 10), (10, 0), (1, 1), (2_097_152, 2_097_153)])
    func sizes(old: Int, new: Int) throws {
        _ = try share(Self.noise(old, seed: 4), Self.noise(new, seed: 5), segments: [])
    }

    @Test("Segments that overlap or lie outside are left out, and the result is right all the same")
    func wrongSegments() throws {
        let old = Self.noise(10_000, seed: 6)
        let new = Self.moved(old, every: 11)
        let segments = [
            try whole(6_000), try whole(6_000, at: 2_000, 3_000), try whole(9_000, at: 5_000, 6_500),
            try whole(1_000, at: 8_500, 7_000),
        ]
        _ = try share(old, new, segments: segments)
        #expect(FileDelta.Segment(base: 0..<10, new: 0..<11) == nil)
        #expect(FileDelta.Segment(base: -10..<0, new: 0..<10) == nil)
    }

    @Test("A wrong base is refused before a byte is written")
    func wrongBase() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let old = Self.noise(100_000, seed: 7)
        let delta = directory + "/delta"
        _ = try FileDelta.make(
            from: try write(old, "old"), to: try write(Self.moved(old, every: 9), "new"), segments: [whole(old.count)],
            at: delta)
        for base in [Self.moved(old, every: 50_000), Array(old.dropLast()), []] {
            let path = try write(base, "other")
            #expect(throws: UpdateError.self) {
                try FileDelta.apply(delta, to: path, at: directory + "/made", in: directory)
            }
        }
        #expect(throws: UpdateError.self) {
            try FileDelta.apply(try write(old, "x"), to: try write(old, "o"), at: directory + "/made", in: directory)
        }
        #expect(!FileManager.default.fileExists(atPath: directory + "/made"))
        #expect(!FileManager.default.fileExists(atPath: directory + "/made.new"))
    }

    @Test("A damaged delta makes nothing: each byte of one is changed, and it is cut at each length")
    func damaged() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let old = Self.noise(3_000, seed: 8)
        var new = Self.moved(old, every: 40)
        new.insert(contentsOf: Array("between".utf8), at: 2_000)
        let (oldPath, delta) = (try write(old, "old"), directory + "/delta")
        let segments = [try whole(1_000), try whole(900, at: 1_000, 1_000)]
        _ = try FileDelta.make(from: oldPath, to: try write(new, "new"), segments: segments, at: delta)
        let good = Array(try #require(FileManager.default.contents(atPath: delta)))
        var accepted = 0
        let made = directory + "/made"
        for index in good.indices {
            var bad = good
            bad[index] ^= UInt8(1 << (index % 8))
            let path = try write(bad, "bad")
            if (try? FileDelta.apply(path, to: oldPath, at: made, in: directory)) != nil {
                // A bit that a frame does not use; what comes out is right, or would not have been taken.
                accepted += 1
                #expect(FileManager.default.contents(atPath: made) == Data(new))
                try FileManager.default.removeItem(atPath: made)
            }
            if index % 3 == 0 {
                let path = try write(Array(good.prefix(index)), "cut")
                #expect(throws: (any Error).self) { try FileDelta.apply(path, to: oldPath, at: made, in: directory) }
            }
        }
        #expect(accepted < good.count / 20)
        let longer = try write(good + [0], "longer")
        #expect(throws: (any Error).self) { try FileDelta.apply(longer, to: oldPath, at: made, in: directory) }
        #expect(!FileManager.default.fileExists(atPath: made + ".new"))
    }

    @Test("A delta that promises more than it has fills no disk and no memory")
    func greedy() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let old = Self.noise(1_000, seed: 9)
        let base = DeltaHeader.File(length: 1_000, sha256: Digest.sha256(old))
        let oldPath = try write(old, "old")
        let huge = LittleEndian.bytes(UInt64(Int64.max), 8)
        for (length, record): (Int64, [UInt8]) in [
            (.max, [0] + LittleEndian.bytes(0, 8) + huge), (.max, [0] + huge + huge),
            (1 << 40, [1] + LittleEndian.bytes(0, 8) + LittleEndian.bytes(1 << 31, 4) + LittleEndian.bytes(10, 4)),
            (1 << 40, [2] + LittleEndian.bytes(0, 8) + LittleEndian.bytes(1 << 31, 4)), (10, [9]), (10, []),
            (1_000, [0] + LittleEndian.bytes(1, 8) + LittleEndian.bytes(1_000, 8)),
        ] {
            let header = DeltaHeader(base: base, new: DeltaHeader.File(length: length, sha256: base.sha256))
            let path = try write(header.bytes + record, "greedy")
            #expect(throws: UpdateError.self) {
                try FileDelta.apply(path, to: oldPath, at: directory + "/made", in: directory)
            }
        }
    }
}
