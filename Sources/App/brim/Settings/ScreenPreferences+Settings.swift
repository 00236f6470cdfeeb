import ChatUI

extension ScreenPreferences {
    /// How the screen looks and which key does what (`screen.…`, `keys.…`).
    init(_ values: SettingValues) throws {
        self.init()
        theme = try values.choice("screen.theme") ?? theme
        mouse = try values.choice("screen.mouse") ?? mouse
        if try values.string("screen.glyphs") != "auto" { glyphs = try values.choice("screen.glyphs") }
        var names: [Command: String] = [:]
        for command in Command.allCases {
            if let name = try values.string("keys.\(command.rawValue)") { names[command] = name }
        }
        // One after the other, so that the key that cannot be is named.
        do throws(Keymap.Refusal) {
            keymap = try Keymap(names)
        } catch {
            throw Self.refusal(error, names, values)
        }
    }

    private static func refusal(_ refusal: Keymap.Refusal, _ names: [Command: String], _ values: SettingValues)
        -> CommandFailure
    {
        func key(_ name: String) -> String {
            let command = names.first {
                KeyChord($0.value) == KeyChord(name) && $0.value.lowercased() == name.lowercased()
            }
            return "keys.\(command?.key.rawValue ?? "")"
        }
        switch refusal {
        case .unknownKey(let name):
            return values.wrong(key(name), "a key such as F5, Ctrl-G or Alt-X that types no text")
        case .reserved(let chord):
            return values.wrong(key("\(chord)"), "another key: \(chord) is needed to write, or to get out")
        case .taken(let chord, let command):
            return values.wrong(key("\(chord)"), "another key: \(chord) is that of /\(command.rawValue)")
        }
    }
}
