import ArgumentParser

/// Which voice speaks, and where.
struct VoiceOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "A voice's name in `brim models`, the path of a Piper voice (.onnx, with its .onnx.json beside it), or flite.",
            valueName: "name|path|flite"))
    var voice: String?

    @Option(
        help: ArgumentHelp(
            "The speaker: a name of ALSA's, such as plughw:CARD=Device,DEV=0; by default ALSA's own.",
            valueName: "device"))
    var speaker: String?

    @Option(help: "How loud, 0 to 100; by default voice.volume of the configuration.") var volume: Int?

    func validate() throws {
        if let volume, !(0...100 ~= volume) { throw ValidationError("--volume takes 0 to 100, not \(volume)") }
    }

    /// With what the configuration says where the command line says nothing.
    func over(_ settings: BrimConfiguration.Voice) -> VoiceChoice {
        var choice = VoiceChoice(settings)
        choice.voice = voice ?? choice.voice
        choice.speaker = speaker ?? choice.speaker
        choice.volume = volume ?? choice.volume
        return choice
    }
}
