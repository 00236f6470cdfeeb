import Foundation
import Testing

@testable import SoundFiles

/// The real programs flac and opusdec, over what flac and opusenc write.
@Suite("Sound files of other kinds") final class SoundDecoderTests {
    private static let clip = "/usr/share/sounds/alsa/Front_Left.wav"
    private let folder = FileManager.default.temporaryDirectory.appending(path: "brim-sound-\(UUID())").path

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private func encoded(_ kind: String) throws -> String {
        let path = folder + "/clip." + kind
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            kind == "flac" ? ["flac", "--silent", "-o", path, Self.clip] : ["opusenc", "--quiet", Self.clip, path]
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "flac or opus-tools is missing: run make test-packages")
        return path
    }

    private func bytes(_ path: String) throws -> [UInt8] {
        Array(try #require(FileManager.default.contents(atPath: path)))
    }

    private func rate(_ wave: [UInt8]) -> Int { Int(wave[24]) | Int(wave[25]) << 8 }

    @Test("FLAC becomes the WAV file that it was made of, Opus one of 16 kHz and the same length")
    func decoded() async throws {
        let original = try bytes(Self.clip)
        let flac = try #require(try await SoundDecoder().sound(at: encoded("flac")))
        #expect(try bytes(flac.path).suffix(100_000) == original.suffix(100_000))
        let opus = try #require(try await SoundDecoder().sound(of: bytes(encoded("opus"))))
        let wave = try bytes(opus.path)
        #expect(wave.starts(with: "RIFF".utf8) && rate(wave) == 16_000 && rate(original) == 48_000)
        #expect(abs(wave.count - original.count / 3) < 2_000)
    }

    @Test("What is neither is left to others, whatever its name")
    func others() async throws {
        let path = folder + "/named.flac"
        for content in ["", "RIFF", "OggS", "OggS" + String(repeating: "x", count: 24) + "\u{1}vorbis", "fLa"] {
            try content.write(toFile: path, atomically: true, encoding: .utf8)
            #expect(try await SoundDecoder().sound(at: path) == nil)
        }
        #expect(try await SoundDecoder().sound(at: folder) == nil)
        #expect(try await SoundDecoder().sound(at: folder + "/nowhere") == nil)
        #expect(try await SoundDecoder().sound(of: bytes(Self.clip)) == nil)
    }

    @Test("Damage is one sentence, and takes no longer than the file", arguments: ["flac", "opus"])
    func damaged(_ kind: String) async throws {
        let whole = try bytes(encoded(kind))
        let head = Array(whole[..<64])
        for bad in [head, head + Array(repeating: 0xFF, count: 5_000)] {
            let error = await #expect(throws: SoundFileError.self) { try await SoundDecoder().sound(of: bad) }
            #expect(error?.code == .damaged && error?.description.contains("damaged") == true)
        }
    }

    @Test("What a file blows up to is bounded")
    func bounded() async throws {
        var decoder = SoundDecoder()
        decoder.limits.writtenBytes = 20_000
        let path = try encoded("flac")
        let error = await #expect(throws: SoundFileError.self) { try await decoder.sound(at: path) }
        #expect(error?.code == .tooLong)
    }
}
