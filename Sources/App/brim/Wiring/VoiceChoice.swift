import EchoCancellation
import ModelCatalogue
import Speaker

/// Which voice speaks, on which speaker, and how loud.
struct VoiceChoice: Sendable {
    /// A name of the catalogue, the path of a Piper voice, or flite; `nil` takes the usual one.
    var voice: String?
    /// A name of ALSA's; `nil` takes its default.
    var speaker: String?
    /// 0 to 100.
    var volume: Int

    private static let usual = "joe"
    /// The voice that is part of the program.
    private static let plain = "flite"

    init(_ settings: BrimConfiguration.Voice) {
        (voice, speaker, volume) = (settings.voice, settings.speaker, settings.volume)
    }

    /// The voice, loaded: flite's where the better one has not been fetched, or nothing makes its phonemes.
    func load(_ options: GlobalOptions) async throws -> SpeakingVoice {
        let wanted = voice ?? InstalledUpdates.voice(options.directories) ?? Self.usual
        if wanted == Self.plain { return .flite() }
        let path: String
        do {
            path = try options.library().path(of: wanted, kind: .voice)
        } catch {
            // What somebody names and is wrong is a mistake to be told; what only was not fetched yet is none.
            let isMistake = voice != nil && (error as? CatalogueError)?.code != .notFetched
            if isMistake { throw error }
            return .flite(since: String(describing: error))
        }
        return try await .piper(path, threads: options.threadCount)
    }

    /// A speaker that plays sound of a rate.
    /// - Parameter played: is told what is heard, for a microphone that is open.
    func open(rateHz: Int, played: PlayedSound? = nil) -> Speaker {
        Speaker(device: speaker, sampleRateHz: rateHz, volume: Float(volume) / 100, played: played)
    }
}
