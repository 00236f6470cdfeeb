/// A key and what it does now, as the last line shows it; a click on it presses it.
struct KeyHint: Sendable, Hashable {
    /// As people write it.
    var keys: String
    var meaning: String
    /// What a click does; `nil` where several keys are named.
    var event: KeyEvent?

    init(_ keys: String, _ meaning: String, _ event: KeyEvent? = nil) {
        (self.keys, self.meaning, self.event) = (keys, meaning, event)
    }

    init(_ key: Key, _ meaning: String, _ modifiers: Modifiers = []) {
        self.init(KeyChord(key, modifiers).description, meaning, KeyEvent(key, modifiers))
    }

    init(_ command: Command, _ meaning: String, _ keymap: Keymap) {
        self.init(keymap.name(of: command), meaning, keymap.event(of: command))
    }

    var width: Int { CellWidth.of(keys) + 1 + CellWidth.of(meaning) }
}
