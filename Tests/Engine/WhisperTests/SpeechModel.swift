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
