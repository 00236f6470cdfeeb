import AssistantCore
import Foundation

extension BrimConfiguration {
    /// How talking is set up (`voice.…`).
    struct Voice: Sendable {
        var isEnabled = true
        /// The microphone; `nil` takes ALSA's default.
        var device: String?
        /// The speech model, by its name in the catalogue; `nil` takes the one that suits the language.
        var model: String?
        /// The language that is spoken, or `auto`; `nil` is what the model hears.
        var language: String?
        /// The microphone is open from the start, so that the first recording begins before its key too.
        var listensAhead = false
        /// The microphone of this machine may be opened by somebody who sits elsewhere.
        var isAllowedOverSSH = false
        /// A Linux input device whose key talks, and the number of that key where it has several.
        var button: String?
        var buttonKey: UInt16?
        /// Where a recording for somebody elsewhere is announced.
        var console = "/dev/tty1"
        /// When answers are said aloud; `nil` where nobody said.
        var speak: SpeakingMode?
        /// The voice that says them, by its name in the catalogue or its path, or flite; `nil` takes the usual one.
        var voice: String?
        /// The speaker; `nil` takes ALSA's default.
        var speaker: String?
        /// How loud answers are said, 0 to 100.
        var volume = 100
        /// Who sits elsewhere; `nil` where the person sits here.
        var remoteListener: String?

        init() {}

        init(_ values: SettingValues, environment: [String: String]) throws {
            isEnabled = try values.bool("voice.enabled") ?? isEnabled
            device = try values.string("voice.device")
            model = try values.string("voice.model")
            language = try values.string("voice.language")?.lowercased()
            listensAhead = try values.bool("voice.listen_ahead") ?? listensAhead
            isAllowedOverSSH = try values.bool("voice.allow_ssh") ?? isAllowedOverSSH
            button = try values.string("voice.button")
            buttonKey = try values.int("voice.button_key", in: 0...767).map { UInt16($0) }
            console = try values.string("voice.console") ?? console
            speak = try values.choice("voice.speak")
            voice = try values.string("voice.voice")
            speaker = try values.string("voice.speaker")
            volume = try values.int("voice.volume", in: 0...100) ?? volume
            let connections = ["SSH_CONNECTION", "SSH_TTY"].compactMap { environment[$0] }.filter { !$0.isEmpty }
            remoteListener = connections.first.map { connection in
                let user = environment["USER"] ?? "somebody"
                let address = connection.split(separator: " ").first.map(String.init) ?? connection
                return TerminalText.sanitised("\(user) at \(address)")
            }
        }

        /// Why nothing is said aloud; `nil` where it may be.
        var speakingObstacle: String? {
            guard remoteListener != nil, !isAllowedOverSSH else { return nil }
            return
                "Over SSH the speaker of this machine stays silent; voice.allow_ssh: true in its configuration lets it speak."
        }

        /// Why there is no talking; `nil` where there is.
        var obstacle: String? {
            if !isEnabled { return "Talking is switched off by voice.enabled in the configuration." }
            guard remoteListener != nil, !isAllowedOverSSH else { return nil }
            return
                "Over SSH the microphone of this machine stays shut; voice.allow_ssh: true in its configuration opens it."
        }
    }
}

/// When answers are said aloud.
enum SpeakingMode: String, Sendable, CaseIterable {
    case never
    /// To questions that were spoken.
    case voice
    case always

    /// As the screen says it.
    var words: String {
        switch self {
        case .never: "never"
        case .voice: "to spoken questions"
        case .always: "always"
        }
    }
}
