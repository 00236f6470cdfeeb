import ArgumentParser
import Foundation
import LocalInference
import ModelCatalogue
import Phonemes
import Speaker

/// Which voice speaks, and where.
struct VoiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A voice's name in `brim models`, or the path of a Piper voice (.onnx, with its .onnx.json beside it).",
            valueName: "name|path"))
    var voice: String?

    @Option(
        help: ArgumentHelp(
            "The speaker: a name of ALSA's, such as plughw:CARD=Device,DEV=0; by default ALSA's own.",
            valueName: "device"))
    var speaker: String?

    @Option(help: "How loud, 0 to 100.") var volume = 100

    private static let usual = "joe"

    func validate() throws {
        guard 0...100 ~= volume else { throw ValidationError("--volume takes 0 to 100, not \(volume)") }
    }

    /// With what the configuration says where the command line says nothing.
    func over(_ settings: BrimConfiguration.Voice) -> VoiceOptions {
        var options = self
        options.voice = voice ?? settings.voice
        options.speaker = speaker ?? settings.speaker
        return options
    }

    /// The voice, loaded, with what turns text into its phonemes.
    func load(_ options: GlobalOptions) async throws -> SpeakingVoice {
        let path = try options.library().path(
            of: voice ?? InstalledUpdates.voice(options.directories) ?? Self.usual, kind: .voice)
        let loaded = try await LocalVoice.load(path: path, threads: options.threadCount)
        return SpeakingVoice(
            voice: loaded, phonemizer: try EspeakPhonemizer(voice: loaded.espeakVoice),
            name: URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent)
    }

    /// A speaker that plays what the voice says.
    func open(_ voice: SpeakingVoice) -> Speaker {
        Speaker(device: speaker, sampleRateHz: voice.sampleRateHz, volume: Float(volume) / 100)
    }
}
