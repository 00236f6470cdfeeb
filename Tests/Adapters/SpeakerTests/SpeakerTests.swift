import Foundation
import Testing

@testable import EchoCancellation
@testable import Speaker

/// Real libasound without a sound card: its `file` plug-in over `null` writes what is played into a file.
@Suite("Speakers", .serialized) struct SpeakerTests {
    private static let folder = NSTemporaryDirectory() + "alsa-" + UUID().uuidString

    /// A configuration with devices of our own; libasound reads it once a process.
    private static let configuration = Result { () throws -> String in
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let path = folder + "/asound.conf"
        try """
        </usr/share/alsa/alsa.conf>
        pcm.any { type file slave.pcm "null" file "\(folder)/any.raw" format "raw" }
        pcm.card {
            type file
            slave.pcm { type hw card 99 }
            file "\(folder)/card.raw" format "raw"
        }
        pcm.stereo {
            type file file "\(folder)/stereo.raw" format "raw"
            slave.pcm { type multi slaves.a { pcm "null" channels 2 } bindings { 0 { slave a channel 0 } 1 { slave a channel 1 } } }
        }
        """.write(toFile: path, atomically: true, encoding: .utf8)
        unsafe setenv("ALSA_CONFIG_PATH", path, 1)
        return path
    }

    init() throws { _ = try Self.configuration.get() }

    private func samples(_ name: String) throws -> [Int16] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: "\(Self.folder)/\(name).raw")))
        return stride(from: 0, to: bytes.count - 1, by: 2).map {
            Int16(bitPattern: UInt16(bytes[$0]) | UInt16(bytes[$0 + 1]) << 8)
        }
    }

    private func tone(seconds: Double, rateHz: Int = 22_050) -> [Float] {
        (0..<Int(seconds * Double(rateHz))).map { 0.5 * Float(sin(2 * Double.pi * 440 * Double($0) / Double(rateHz))) }
    }

    @Test("what is played reaches the device sample by sample, and the end is the device's")
    func whole() async throws {
        let speaker = Speaker(device: "any", sampleRateHz: 22_050)
        let sound = tone(seconds: 0.5)
        for start in stride(from: 0, to: sound.count, by: 3_000) {
            #expect(speaker.play(Array(sound[start..<min(start + 3_000, sound.count)])))
        }
        let report = await speaker.finish()
        #expect(report.error == nil && !report.wasStopped && report.device == "any" && report.firstSound != nil)
        #expect(abs(report.seconds - 0.5) < 0.001, "\(report)")
        let written = try samples("any")
        #expect(written.count == sound.count)
        #expect(zip(written, sound).allSatisfy { abs(Float($0) - $1 * 32_767) < 1.5 })
        #expect(!speaker.play([0]), "nothing is played after the end")
    }

    @Test("both channels of a device get the sound")
    func stereo() async throws {
        let speaker = Speaker(device: "stereo", sampleRateHz: 22_050, volume: 0.5)
        speaker.play(tone(seconds: 0.2))
        #expect(await speaker.finish().error == nil)
        let written = try samples("stereo")
        #expect(written.count == 2 * 4_410)
        #expect(stride(from: 0, to: written.count, by: 2).allSatisfy { written[$0] == written[$0 + 1] })
        #expect(abs(Int(written.max() ?? 0) - 8_191) < 30, "half of the volume")
    }

    @Test("told to stop, it falls silent at once, fifty times out of fifty")
    func stopping() async throws {
        var latencies: [Duration] = []
        for round in 0..<50 {
            let speaker = Speaker(device: "any", sampleRateHz: 22_050)
            speaker.play(tone(seconds: 20))
            while speaker.report.seconds < 0.02 + Double(round % 5) * 0.01 {
                try await Task.sleep(for: .milliseconds(2))
            }
            let start = ContinuousClock.now
            speaker.stop()
            let report = await speaker.finish()
            latencies.append(start.duration(to: .now))
            #expect(report.wasStopped && report.seconds < 5)
        }
        // The promise is 100 ms. On a machine that is busy with other tests a thread may wait longer for its turn.
        #expect(
            latencies.sorted()[25] < .milliseconds(100) && latencies.allSatisfy { $0 < .seconds(2) }, "\(latencies)")
    }

    @Test("what is heard is told to whoever listens beside it, and ends when it falls silent")
    func played() async throws {
        let played = PlayedSound()
        let speaker = Speaker(device: "any", sampleRateHz: 22_050, volume: 0.5, played: played)
        var farEnd = FarEnd()
        let begun = farEnd.place(of: .now)
        speaker.play(tone(seconds: 20))
        while speaker.report.seconds < 1 { try await Task.sleep(for: .milliseconds(5)) }
        speaker.stop()
        _ = await speaker.finish()
        let ended = farEnd.place(of: .now)
        for event in played.take() { farEnd.take(event) }
        #expect(farEnd.end > begun + 8_000 && farEnd.end <= ended)
        let heard = farEnd.samples(farEnd.end - 4_000..<farEnd.end)
        // A tone of 440 Hz at half the volume of half of full scale.
        #expect(abs((heard.max() ?? 0) - 0.25) < 0.02, "\(heard.max() ?? 0)")
        let rises = zip(heard, heard.dropFirst()).filter { $0 < 0 && $1 >= 0 }.count
        #expect(abs(rises - 110) <= 2, "\(rises) waves in a quarter of a second")
    }

    @Test("a device that is not there is one sentence, whatever its name looks like")
    func missing() async {
        for name in ["plughw:CARD=Nowhere,DEV=0", "no such device", "", "hw:99", "any:,,,", "{", "card"] {
            let speaker = Speaker(device: name, sampleRateHz: 22_050)
            speaker.play(tone(seconds: 0.1))
            let report = await speaker.finish()
            let error = report.error
            #expect(error.map { !$0.description.contains("\n") && $0.description.hasSuffix(".") } == true, "\(name)")
            #expect(report.firstSound == nil)
        }
    }

    @Test(
        "a tone keeps its pitch and its level at another rate",
        arguments: [(22_050, 48_000), (16_000, 44_100), (22_050, 16_000)])
    func rates(input: Int, output: Int) {
        var converter = RateConverter(from: input, to: output)
        let sound = tone(seconds: 1, rateHz: input)
        var converted: [Float] = []
        for start in stride(from: 0, to: sound.count, by: 777) {
            converted += converter.convert(Array(sound[start..<min(start + 777, sound.count)]))
        }
        converted += converter.flush()
        #expect(abs(converted.count - output) <= 2)
        let wanted = tone(seconds: 1, rateHz: output)
        let middle = 200..<min(converted.count, wanted.count) - 200
        #expect(middle.allSatisfy { abs(converted[$0] - wanted[$0]) < 0.005 })
    }
}
