import Foundation

extension BrimConfiguration {
    /// How talking is set up (`voice.…`).
    struct Voice: Sendable {
        var isEnabled = true
        /// The microphone; `nil` takes ALSA's default.
        var device: String?
        /// The microphone is open from the start, so that the first recording begins before its key too.
        var listensAhead = false
        /// The microphone of this machine may be opened by somebody who sits elsewhere.
        var isAllowedOverSSH = false
        /// A Linux input device whose key talks, and the number of that key where it has several.
        var button: String?
        var buttonKey: UInt16?
        /// The person sits elsewhere.
        var isRemote = false

        init() {}

        init(_ values: Values, environment: [String: String]) throws {
            isEnabled = try values.bool("voice.enabled") ?? isEnabled
            device = try values.string("voice.device")
            listensAhead = try values.bool("voice.listen_ahead") ?? listensAhead
            isAllowedOverSSH = try values.bool("voice.allow_ssh") ?? isAllowedOverSSH
            button = try values.string("voice.button")
            if let number = try values.int("voice.button_key") {
                guard let key = UInt16(exactly: number) else {
                    throw CommandFailure(
                        "voice.button_key is \(number); give a key number of linux/input-event-codes.h")
                }
                buttonKey = key
            }
            isRemote = ["SSH_CONNECTION", "SSH_TTY"].contains { environment[$0]?.isEmpty == false }
        }

        /// Why there is no talking; `nil` where there is.
        var obstacle: String? {
            if !isEnabled { return "Talking is switched off by voice.enabled in the configuration." }
            guard isRemote, !isAllowedOverSSH else { return nil }
            return
                "Over SSH the microphone of this machine stays shut; voice.allow_ssh: true in its configuration opens it."
        }
    }
}
