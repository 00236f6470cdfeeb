import AssistantCore
import Foundation
import Speaker
import SpeechText
import Synchronization

/// The voice that would say answers, by two words that nobody hears, and the speaker, by a moment of silence.
struct SpeakingCheck {
    let options: GlobalOptions
    let settings: BrimConfiguration.Voice

    /// Seconds of silence that are played.
    private static let silence = 0.1

    func findings() async -> [Finding] {
        let choice = VoiceChoice(settings)
        var findings: [Finding] = []
        var rateHz = 22_050
        do {
            let voice = try await choice.load(options)
            rateHz = voice.sampleRateHz
            findings.append(try await finding(of: voice))
        } catch {
            findings.append(
                Finding(
                    "voice", isWanted ? .failure : .warning, "\(error)",
                    nextStep: "voice.voice names another; brim say --help tells of them"))
        }
        return findings + [await speaker(choice, rateHz)]
    }

    /// Whether the settings want answers to be said.
    private var isWanted: Bool { (settings.speak ?? .never) != .never }

    private func finding(of voice: SpeakingVoice) async throws -> Finding {
        let clock = ContinuousClock()
        let samples = Mutex(0)
        let started = clock.now
        _ = try await voice.say([SpokenClause("all is well", .stop)]) { more in
            samples.withLock { $0 += more.count }
            return true
        }
        let seconds = Double(samples.withLock { $0 }) / Double(voice.sampleRateHz)
        guard seconds > 0 else { return Finding("voice", .warning, "\(voice.name) makes no sound.") }
        let factor = started.duration(to: clock.now).inSeconds / seconds
        let words = String(
            format: "%@ (%@): a second of speech takes %.2f s.", voice.name, voice.engine.rawValue, factor)
        guard let shortcoming = voice.shortcoming else {
            return Finding(
                "voice", factor < 1 ? .ok : .warning, words,
                nextStep: factor < 1 ? nil : "voice.voice: flite speaks with less work")
        }
        return Finding("voice", isWanted ? .warning : .ok, words, nextStep: shortcoming)
    }

    private func speaker(_ choice: VoiceChoice, _ rateHz: Int) async -> Finding {
        let devices = PlaybackDevice.hardware()
        guard !devices.isEmpty || settings.speaker != nil else {
            return Finding(
                "speaker", isWanted ? .warning : .ok, "There is none on this machine.",
                nextStep: "plug one in; without it, answers are read")
        }
        if let obstacle = settings.speakingObstacle {
            return Finding("speaker", isWanted ? .warning : .ok, obstacle)
        }
        let speaker = choice.open(rateHz: rateHz)
        speaker.play(Array(repeating: 0, count: Int(Self.silence * Double(rateHz))))
        let report = await speaker.finish()
        if let error = report.error {
            return Finding(
                "speaker", isWanted ? .failure : .warning, error.description,
                nextStep: "`aplay -L` lists what there is, for voice.speaker")
        }
        return Finding("speaker", .ok, "\(report.device), volume \(settings.volume).")
    }
}
