import Foundation
import Kernels
import Testing

@testable import Whisper

/// The default speech model, loaded once for all tests.
enum SpeechModel {
    static let directory: String? = {
        var folder = URL(fileURLWithPath: #filePath)
        while folder.path != "/" {
            folder.deleteLastPathComponent()
            let candidate = folder.appendingPathComponent("models/whisper-tiny.en")
            let isHere = FileManager.default.fileExists(atPath: candidate.appendingPathComponent("model.bin").path)
            if isHere { return candidate.path }
        }
        return nil
    }()

    private static let loaded = Result { () throws -> (WhisperModel, WorkerPool) in
        let path = try #require(directory, "models/whisper-tiny.en is missing: run make models")
        let pool = try WorkerPool(threads: 2)
        return (try WhisperModel(directory: path, pool: pool), pool)
    }

    static func model() throws -> (WhisperModel, WorkerPool) { try loaded.get() }

    static func listener() throws -> SpeechListener {
        let (model, pool) = try loaded.get()
        return try SpeechListener(model, pool: pool)
    }

    /// A fixture of this suite.
    static func fixture<Value: Decodable>(_ name: String, as type: Value.Type) throws -> Value {
        let url = try #require(Bundle.module.url(forResource: "Fixtures/\(name)", withExtension: "json"))
        return try JSONDecoder().decode(type, from: Data(contentsOf: url))
    }
}

/// Words as Whisper's own normalisation compares them: lower case, no punctuation.
func words(_ text: String) -> [String] {
    text.lowercased().split { !$0.isLetter && !$0.isNumber && $0 != "'" }.map(String.init)
}

/// Insertions, deletions and substitutions from one list of words to the other.
func wordErrors(_ a: [String], _ b: [String]) -> Int {
    var row = Array(0...b.count)
    for (index, word) in a.enumerated() {
        var previous = row[0]
        row[0] = index + 1
        for (column, other) in b.enumerated() {
            let substituted = previous + (word == other ? 0 : 1)
            previous = row[column + 1]
            row[column + 1] = min(substituted, row[column] + 1, previous + 1)
        }
    }
    return row[b.count]
}

/// A clip of Debian's alsa-utils at its own 48 kHz, brought to 16 kHz by averaging over three samples.
func clip(_ name: String) throws -> [Float] {
    let path = "/usr/share/sounds/alsa/\(name)"
    let bytes = try #require(
        FileManager.default.contents(atPath: path), "\(path) is missing: run make test-packages")
    let file = try WAVFile([UInt8](bytes))
    try #require(file.sampleRateHz == 48_000)
    var samples: [Float] = []
    try file.appendMono(0..<file.frameCount, to: &samples)
    return stride(from: 0, to: samples.count - 2, by: 3).map { samples[$0..<$0 + 3].reduce(0, +) / 3 }
}

/// Sound of espeak-ng at 22,050 Hz, brought to 16 kHz by linear interpolation.
func synthesise(_ text: String, voice: String = "en-us") throws -> [Float] {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["espeak-ng", "-v", voice, "-s", "150", "--stdout", text]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let bytes = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    try #require(process.terminationStatus == 0, "espeak-ng is missing: run make test-packages")
    let file = try WAVFile([UInt8](bytes))
    var samples: [Float] = []
    try file.appendMono(0..<file.frameCount, to: &samples)
    let step = Double(file.sampleRateHz) / 16_000
    return (0..<Int(Double(samples.count - 1) / step)).map { index in
        let place = Double(index) * step
        let (low, fraction) = (Int(place), Float(place - place.rounded(.down)))
        return samples[low] * (1 - fraction) + samples[low + 1] * fraction
    }
}
