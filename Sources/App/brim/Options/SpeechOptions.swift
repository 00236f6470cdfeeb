import ArgumentParser
import AssistantCore
import Foundation
import LocalInference
import ModelCatalogue

/// Which speech model hears, and in what language.
struct SpeechOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A folder with model.bin, config.json and vocabulary.txt (CTranslate2) instead of voice.model.",
            valueName: "directory"))
    var modelDir: String?

    @Option(
        help: ArgumentHelp(
            "The language that is spoken: a code such as de, or auto to find it out; by default voice.language.",
            valueName: "code"))
    var language: String?

    @Flag(help: "Write English, whatever is spoken.") var translate = false

    func validate() throws {
        guard let language else { return }
        guard (2...4).contains(language.count), language.allSatisfy({ $0.isASCII && $0.isLetter }) else {
            throw ValidationError("--language takes a code such as de, or auto")
        }
    }

    /// The speech model, loaded.
    /// - Parameter findsWords: times of single words are wanted.
    func loadTranscriber(
        _ options: GlobalOptions, _ voice: BrimConfiguration.Voice, findsWords: Bool = false
    ) async throws -> LocalTranscriber {
        let code = language?.lowercased() ?? voice.language
        let wanted = TranscriptionOptions(
            language: code == Self.automatic ? nil : code, translates: translate, findsWords: findsWords)
        return try await LocalTranscriber.load(
            modelDirectory: directory(options, voice, code), threads: options.threadCount, options: wanted)
    }

    private static let automatic = "auto"
    private static let english = "whisper-tiny.en"
    private static let multilingual = "whisper-base"

    private func directory(_ options: GlobalOptions, _ voice: BrimConfiguration.Voice, _ code: String?) throws -> String
    {
        if let modelDir { return modelDir }
        let isEnglish = code == nil || code == "en"
        let name = voice.model ?? (isEnglish && !translate ? Self.english : Self.multilingual)
        let model = try options.library().path(of: name, kind: .speech)
        return (model as NSString).deletingLastPathComponent
    }
}
