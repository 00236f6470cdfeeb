import Foundation

/// A microphone without a sound card: ALSA's `file` plug-in over `null` plays a file, then silence.
enum SpeechSource {
    static let clips = "/usr/share/sounds/alsa/"

    /// The sound of a clip: 16 kHz, mono, 16 bits.
    private static func samples(_ name: String) throws -> Data {
        guard let bytes = FileManager.default.contents(atPath: clips + name) else {
            throw Tmux.Failure(description: "\(clips + name) is missing: run make test-packages")
        }
        // 48 kHz mono S16 behind a header of 44 bytes; three samples make one of 16 kHz.
        let samples = stride(from: 44, to: bytes.count - 1, by: 2).map {
            Int(Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8))
        }
        return Data(
            stride(from: 0, to: samples.count - 2, by: 3).flatMap { index -> [UInt8] in
                let mean = samples[index..<index + 3].reduce(0, +) / 3
                return [UInt8(truncatingIfNeeded: mean), UInt8(truncatingIfNeeded: mean >> 8)]
            })
    }

    /// Writes a WAV file of clips with a second of silence behind each. Returns its path.
    static func file(_ names: [String]) throws -> String {
        let sound = try names.reduce(Data()) { try $0 + samples($1) + Data(count: 32_000) }
        func field(_ value: Int, _ bytes: Int) -> Data { Data((0..<bytes).map { UInt8(value >> (8 * $0) & 255) }) }
        let format =
            field(16, 4) + field(1, 2) + field(1, 2) + field(16_000, 4) + field(32_000, 4) + field(2, 2)
            + field(16, 2)
        let path = NSTemporaryDirectory() + "speech-" + UUID().uuidString + ".wav"
        let head = Data("RIFF".utf8) + field(36 + sound.count, 4) + Data("WAVEfmt ".utf8) + format
        try (head + Data("data".utf8) + field(sound.count, 4) + sound).write(to: URL(fileURLWithPath: path))
        return path
    }

    /// Writes a configuration of ALSA whose device "clip" yields a spoken clip of Debian's alsa-utils.
    /// - Parameters:
    ///   - name: of the clip, such as `Front_Center.wav`.
    ///   - lead: seconds of silence before it.
    ///   - repeats: how often it is said.
    /// - Returns: the environment in which Brim sees that device.
    static func clip(_ name: String, lead: Double = 0, repeats: Int = 1) throws -> [String: String] {
        let folder = NSTemporaryDirectory() + "speech-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let spoken = try samples(name)
        let silence = Data(count: 2 * Int(lead * 16_000))
        var sound = Data()
        for _ in 0..<repeats { sound += silence + spoken }
        try sound.write(to: URL(fileURLWithPath: folder + "/clip.raw"))
        try """
        </usr/share/alsa/alsa.conf>
        pcm.clip {
            type file slave.pcm "null" file "/dev/null" infile "\(folder)/clip.raw" format "raw"
            hint { show on description "A spoken clip" }
        }
        """.write(toFile: folder + "/asound.conf", atomically: true, encoding: .utf8)
        return ["ALSA_CONFIG_PATH": folder + "/asound.conf"]
    }
}
