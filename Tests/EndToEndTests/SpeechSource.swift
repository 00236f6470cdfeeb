import Foundation

/// A microphone without a sound card: ALSA's `file` plug-in over `null` plays a file, then silence.
enum SpeechSource {
    static let clips = "/usr/share/sounds/alsa/"

    /// Writes a configuration of ALSA whose device "clip" yields a spoken clip of Debian's alsa-utils.
    /// - Parameters:
    ///   - name: of the clip, such as `Front_Center.wav`.
    ///   - lead: seconds of silence before it.
    ///   - repeats: how often it is said.
    /// - Returns: the environment in which Brim sees that device.
    static func clip(_ name: String, lead: Double = 0, repeats: Int = 1) throws -> [String: String] {
        let folder = NSTemporaryDirectory() + "speech-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard let bytes = FileManager.default.contents(atPath: clips + name) else {
            throw Tmux.Failure(description: "\(clips + name) is missing: run make test-packages")
        }
        // 48 kHz mono S16 behind a header of 44 bytes; three samples make one of 16 kHz.
        let samples = stride(from: 44, to: bytes.count - 1, by: 2).map {
            Int(Int16(truncatingIfNeeded: Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8))
        }
        let spoken = stride(from: 0, to: samples.count - 2, by: 3).flatMap { index -> [UInt8] in
            let mean = samples[index..<index + 3].reduce(0, +) / 3
            return [UInt8(truncatingIfNeeded: mean), UInt8(truncatingIfNeeded: mean >> 8)]
        }
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
