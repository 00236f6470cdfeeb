import Foundation
import Testing

@testable import Whisper

@Suite("WAV files")
struct WAVFileTests {
    /// Builds RIFF files byte by byte.
    struct Builder {
        var tag: UInt16 = 1
        var channels: UInt16 = 1
        var rate: UInt32 = 16_000
        var bits: UInt16 = 16
        var extensibleTag: UInt16?
        var riff = "RIFF"
        var dataLength: UInt32?
        var before: [UInt8] = []
        var after: [UInt8] = []

        static func little<Value: FixedWidthInteger>(_ value: Value) -> [UInt8] {
            (0..<Value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * Value(truncatingIfNeeded: $0))) }
        }

        static func chunk(_ name: String, _ body: [UInt8]) -> [UInt8] {
            Array(name.utf8) + little(UInt32(body.count)) + body + (body.count % 2 == 1 ? [0] : [])
        }

        func file(_ data: [UInt8]) -> [UInt8] {
            let align = channels * ((bits + 7) / 8)
            var format = Self.little(extensibleTag == nil ? tag : 0xFFFE) + Self.little(channels) + Self.little(rate)
            format += Self.little(rate &* UInt32(align)) + Self.little(align) + Self.little(bits)
            if let extensibleTag {
                format += Self.little(UInt16(22)) + Self.little(bits) + Self.little(UInt32(0))
                format += Self.little(extensibleTag) + Array(repeating: 0, count: 14)
            }
            let length = dataLength ?? UInt32(data.count)
            let body = before + Self.chunk("fmt ", format) + Array("data".utf8) + Self.little(length) + data + after
            return Array(riff.utf8) + Self.little(UInt32(body.count + 4)) + Array("WAVE".utf8) + body
        }
    }

    private func mono(_ bytes: [UInt8]) throws -> [Float] {
        let file = try WAVFile(bytes)
        var samples: [Float] = []
        try file.appendMono(0..<file.frameCount, to: &samples)
        return samples
    }

    @Test("Every sample format gives −1, −0.5, 0, 0.5 and nearly 1 for the bytes that mean them")
    func formats() throws {
        let values = [-1.0, -0.5, 0, 0.5]
        let eight = Builder(bits: 8).file(values.map { UInt8($0 * 128 + 128) } + [255])
        let sixteen = Builder().file(values.flatMap { Builder.little(Int16($0 * 32_768)) } + Builder.little(Int16.max))
        let words = values.map { Int32($0 * 8_388_608) } + [8_388_607]
        let twentyFour = Builder(bits: 24).file(words.flatMap { Builder.little($0).prefix(3) })
        let long = values.map { Int32($0 * 2_147_483_648) } + [Int32.max]
        let thirtyTwo = Builder(bits: 32).file(long.flatMap { Builder.little($0) })
        let single = (values + [0.999_999]).flatMap { Builder.little(Float($0).bitPattern) }
        let double = (values + [0.999_999]).flatMap { Builder.little($0.bitPattern) }
        let files = [
            eight, sixteen, twentyFour, thirtyTwo, Builder(tag: 3, bits: 32).file(single),
            Builder(tag: 3, bits: 64).file(double), Builder(bits: 32, extensibleTag: 3).file(single),
            Builder(bits: 24, extensibleTag: 1).file(words.flatMap { Builder.little($0).prefix(3) }),
        ]
        for file in files {
            let samples = try mono(file)
            #expect(samples.dropLast() == [-1, -0.5, 0, 0.5])
            #expect(samples.count == 5 && samples[4] > 0.99 && samples[4] <= 1)
        }
    }

    @Test("Channels are averaged, and a frame that is not whole is left out")
    func channels() throws {
        let frames: [Int16] = [16_384, 0, -16_384, -16_384, 8_192]
        #expect(try mono(Builder(channels: 2).file(frames.flatMap { Builder.little($0) })) == [0.25, -0.5])
    }

    @Test("Chunks of odd length and unknown name are passed over")
    func oddChunks() throws {
        var builder = Builder()
        builder.before = Builder.chunk("LIST", [1, 2, 3]) + Builder.chunk("junk", [])
        builder.after = Builder.chunk("cue ", [9])
        #expect(try mono(builder.file([0, 64])) == [0.5])
    }

    @Test(
        "A header that promises 2 GB, nothing or everything gives the sound that is there",
        arguments: [
            0x7FFF_FFF0, 0, 0xFFFF_FFFF,
        ] as [UInt32])
    func lyingLength(length: UInt32) throws {
        let file = try WAVFile(Builder(dataLength: length).file(Array(repeating: 1, count: 400)))
        #expect(file.frameCount == 200)
        #expect(
            file.notes == [
                length == 0x7FFF_FFF0 ? .truncated(announcedBytes: UInt64(length), presentBytes: 400) : .openLength
            ])
    }

    @Test("An empty data chunk before another chunk is empty, not a pipe's")
    func trulyEmpty() throws {
        let file = try WAVFile(Builder(after: Builder.chunk("LIST", [1, 2, 3, 4])).file([]))
        #expect(file.frameCount == 0 && file.notes.isEmpty)
    }

    @Test("RF64 takes its length from the ds64 chunk")
    func wide() throws {
        var builder = Builder(riff: "RF64", dataLength: 0xFFFF_FFFF)
        let sizes: [UInt64] = [0, 4, 2]
        builder.before = Builder.chunk("ds64", sizes.flatMap { Builder.little($0) } + [0, 0, 0, 0])
        builder.after = Builder.chunk("LIST", [1, 2])
        #expect(try WAVFile(builder.file([0, 64, 0, 64])).frameCount == 2)
    }

    @Test("What is not finite is silent, what is too loud is clipped")
    func hostileFloats() throws {
        let values: [Float] = [.nan, .infinity, -.infinity, 3e38]
        let file = Builder(tag: 3, bits: 32).file(values.flatMap { Builder.little($0.bitPattern) })
        #expect(try mono(file) == [0, 1, -1, 1])
    }

    @Test(
        "Files of other kinds are refused in words",
        arguments: [
            ([], "empty"), (Array("RIFX0000WAVEfmt ".utf8), "big-endian"), (Array("text without sound".utf8), "RIFF"),
            (Array("OggS and then more".utf8), "it is Ogg (Opus or Vorbis); convert it: ffmpeg"),
            (Array("fLaC and then more".utf8), "it is FLAC"), (Array("ID3 and then more".utf8), "it is MP3"),
            ([0xFF, 0xFB] + Array("and then more".utf8), "it is MP3"),
            (Array("\0\0\0 ftypM4A ".utf8), "MPEG-4 audio"),
            (Builder(tag: 0x55).file([0, 0]), "not linear PCM"), (Builder(channels: 0).file([0, 0]), "0 channels"),
            (Builder(rate: 0).file([0, 0]), "0 Hz"), (Builder(bits: 64).file([0, 0]), "8 bytes"),
            (Array("RIFF0000WAVE".utf8), "no fmt"), (Array("RIFF0000WAVEdata\u{2}\0\0\0ab".utf8), "no fmt"),
        ] as [([UInt8], String)])
    func refused(bytes: [UInt8], reason: String) {
        let error = #expect(throws: WAVError.self) { try WAVFile(bytes) }
        #expect(error?.description.contains(reason) == true, "\(error?.description ?? "")")
    }

    @Test("A file on disk gives the same sound as its bytes, and one that is gone or shrinks says so")
    func onDisk() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("brim-\(UUID().uuidString).wav")
        defer { try? FileManager.default.removeItem(at: path) }
        let bytes = Builder(channels: 2).file((0..<4_000).map { UInt8(truncatingIfNeeded: $0 &* 37) })
        try Data(bytes).write(to: path)
        let file = try WAVFile(path: path.path)
        var samples: [Float] = []
        try file.appendMono(0..<500, to: &samples)
        try file.appendMono(500..<file.frameCount, to: &samples)
        #expect(try samples == mono(bytes))
        let handle = try FileHandle(forWritingTo: path)
        try handle.truncate(atOffset: 1_000)
        let shrunk = #expect(throws: WAVError.self) { try file.appendMono(0..<1_000, to: &samples) }
        #expect(shrunk?.description.contains("ends at byte 1000") == true, "\(shrunk?.description ?? "")")
        let missing = #expect(throws: WAVError.self) { try WAVFile(path: "/nonexistent/a.wav") }
        #expect(missing?.code == .unreadable && missing?.description.contains("/nonexistent/a.wav") == true)
    }

    @Test("No cut and no flipped bit makes the reader trap or invent sound")
    func mutations() throws {
        let whole = Builder(channels: 2, bits: 24, extensibleTag: 1).file(Array(repeating: 7, count: 120))
        var mutants = (0..<whole.count).map { Array(whole[..<$0]) }
        for index in 0..<76 {
            for bit in 0..<8 {
                var mutant = whole
                mutant[index] ^= 1 << UInt8(bit)
                mutants.append(mutant)
            }
        }
        for mutant in mutants {
            guard let file = try? WAVFile(mutant) else { continue }
            var samples: [Float] = []
            try file.appendMono(0..<file.frameCount, to: &samples)
            #expect(samples.count <= mutant.count)
        }
    }
}
