import ArgumentParser
import Backends

/// What the command line says about where on this device answers are made.
struct BackendOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Answer on the processor (cpu), on the HAT+ (hat), or on whichever was measured to be better (auto).",
            valueName: "auto|cpu|hat"),
        transform: Self.wish)
    var backend: BackendPreference?
    @Option(help: ArgumentHelp("Where hailo-ollama answers.", valueName: "url")) var hatURL: String?

    /// What was said here, as settings.
    var settings: [String: SettingLayer.Value] {
        var settings: [String: SettingLayer.Value] = [:]
        if let backend { settings["backend"] = .text(backend.rawValue) }
        if let hatURL { settings["hat.url"] = .text(hatURL) }
        return settings
    }

    private static func wish(_ word: String) throws -> BackendPreference {
        guard let wish = BackendPreference(rawValue: word) else {
            throw ValidationError("--backend takes auto, cpu or hat, not \(word)")
        }
        return wish
    }
}
