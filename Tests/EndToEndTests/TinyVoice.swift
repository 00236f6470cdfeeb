import Foundation

/// The tiny voice of the tests: its sounds are none of a language.
enum TinyVoice {
    /// Its path; the description that a Piper voice has stands beside it.
    static let path = copy(language: "en-us")

    /// A copy that says it speaks a language of espeak-ng's.
    static func copy(language: String) -> Result<String, any Error> {
        Result {
            let fixtures = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
                .appendingPathComponent("Engine/VITSTests/Fixtures")
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("voice-" + UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            let path = folder.appendingPathComponent("tiny.onnx")
            try FileManager.default.copyItem(at: fixtures.appendingPathComponent("tiny-voice.onnx"), to: path)
            var map: [String: [Int]] = ["_": [0], "^": [1], "$": [2], " ": [3], ".": [4], ",": [5], "?": [6]]
            for (index, letter) in "abdefhijklmnopstuvwzæðŋɑɔəɛɪɹʃʊˈː".unicodeScalars.enumerated() {
                map[String(letter)] = [7 + index]
            }
            let description: [String: Any] = [
                "audio": ["sample_rate": 22_050], "espeak": ["voice": language], "phoneme_type": "espeak",
                "inference": ["noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8], "num_speakers": 1,
                "phoneme_id_map": map,
            ]
            try JSONSerialization.data(withJSONObject: description).write(to: URL(fileURLWithPath: path.path + ".json"))
            return path.path
        }
    }
}
