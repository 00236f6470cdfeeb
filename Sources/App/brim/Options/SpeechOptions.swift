import ArgumentParser
import Foundation
import LocalInference
import ModelCatalogue

/// Which speech model hears.
struct SpeechOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder with model.bin, config.json and vocabulary.txt (CTranslate2) instead of whisper-tiny.en.",
            valueName: "directory"))
    var modelDir: String?

    /// The speech model, loaded.
    func loadTranscriber(_ options: GlobalOptions) async throws -> LocalTranscriber {
        try await LocalTranscriber.load(modelDirectory: directory(options), threads: options.threadCount)
    }

    private func directory(_ options: GlobalOptions) throws -> String {
        if let modelDir { return modelDir }
        let model = try options.library().path(of: "whisper-tiny.en", kind: .speech)
        return (model as NSString).deletingLastPathComponent
    }
}
