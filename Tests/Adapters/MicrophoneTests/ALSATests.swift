import AssistantCore
import Foundation
import Testing

@testable import Microphone

/// Real libasound without a sound card: its `file` plug-in over `null` yields what stands in a file, then silence.
@Suite("ALSA", .serialized) struct ALSATests {
    /// A configuration with devices of our own; libasound reads it once a process.
    private static let configuration = Result { () throws -> String in
        let folder = NSTemporaryDirectory() + "alsa-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let ramp = (0..<16_000).flatMap { [UInt8(truncatingIfNeeded: $0 % 100), UInt8($0 % 100 < 50 ? 0x20 : 0xE0)] }
        try Data(ramp).write(to: URL(fileURLWithPath: folder + "/sound.raw"))
        let path = folder + "/asound.conf"
        try """
        </usr/share/alsa/alsa.conf>
        pcm.clip {
            type file slave.pcm "null" file "/dev/null" infile "\(folder)/sound.raw" format "raw"
            hint { show on description "A clip\u{1B}[31m" }
        }
        pcm.pair {
            type multi
            slaves.a { pcm "clip" channels 2 }
            bindings { 0 { slave a channel 0 } 1 { slave a channel 1 } }
        }
        """.write(toFile: path, atomically: true, encoding: .utf8)
        unsafe setenv("ALSA_CONFIG_PATH", path, 1)
        return path
    }

    init() throws { _ = try Self.configuration.get() }

    /// What the first reads of a device yield.
    private func read(_ device: String, reads: Int) throws -> (shape: SoundShape, bytes: [UInt8]) {
        let input = ALSAInput(device: device)
        let shape = try input.open()
        defer { input.close() }
        var (all, bytes): ([UInt8], [UInt8]) = ([], [])
        for _ in 0..<reads {
            guard case .sound = input.read(into: &bytes) else { continue }
            all += bytes
        }
        return (shape, all)
    }

    @Test("A device that can everything is read as 16 kHz mono S16, byte for byte")
    func bytes() throws {
        let (shape, bytes) = try read("clip", reads: 4)
        #expect(shape == SoundShape(device: "clip", format: .s16, rateHz: 16_000, channels: 1))
        #expect(bytes.count == 4 * 640)
        #expect(bytes.prefix(4) == [0, 0x20, 1, 0x20])
    }

    @Test("A device with two channels is read as it is")
    func stereo() throws {
        let (shape, bytes) = try read("pair", reads: 2)
        #expect(shape.channels == 2 && bytes.count == 2 * 1_280)
    }

    @Test("A recording of a whole microphone has the file's sound, then silence, 16 kHz mono")
    func recording() async throws {
        let microphone = Microphone(device: "clip")
        let recording = microphone.startRecording()
        var samples: [Float] = []
        for await event in recording.events {
            if case .sound(let new, _) = event { samples += new }
            if samples.count >= 17_600 { recording.stop() }
        }
        #expect(microphone.state == .open(device: "clip"))
        microphone.close()
        let loud = samples.prefix(15_900).reduce(0) { $0 + $1 * $1 } / 15_900
        #expect(loud > 0.03)
        #expect(samples.suffix(1_000).allSatisfy { abs($0) < 0.02 })
    }

    @Test("A device that is not there is called so by name, whatever the name looks like")
    func missing() {
        for name in ["plughw:CARD=Nowhere,DEV=0", "no such device", "", "hw:99", "clip:,,,", "{"] {
            let error = #expect(throws: MicrophoneError.self) { try ALSAInput(device: name).open() }
            let line = error?.description ?? ""
            #expect((name.isEmpty || line.contains(name)) && !line.contains("\n"), "\(name): \(line)")
        }
        #expect(throws: MicrophoneError.self) { try ALSAInput(device: "plughw:CARD=Nowhere").open() }
    }

    @Test("A read without an open device is a failure, not a crash")
    func closed() {
        var bytes: [UInt8] = []
        guard case .failed = ALSAInput(device: "clip").read(into: &bytes) else {
            Issue.record("sound from nowhere")
            return
        }
    }

    @Test("Configured devices are listed by name, with a description that no terminal acts on")
    func list() throws {
        let clip = try #require(CaptureDevice.all().first { $0.id == "clip" })
        #expect(clip.name == "A clip\u{FFFD}[31m")
        #expect(!CaptureDevice.all().contains { $0.id == "null" })
    }
}
