/// Which key does what. Every command has one; the configuration may give it another.
package struct Keymap: Sendable, Hashable {
    private var chords: [Command: KeyChord] = [:]
    private var commands: [KeyChord: Command] = [:]
    /// The keys as people write them: every picture names some.
    private var names: [Command: String] = [:]

    /// Why a key cannot be given to a command.
    package enum Refusal: Error, Sendable, Hashable {
        /// There is no such key, or it types text.
        case unknownKey(String)
        /// It does this already.
        case taken(KeyChord, by: Command)
        /// It is needed to write, or to get out.
        case reserved(KeyChord)
    }

    /// Keys that no command may have.
    private static let reserved: Set<KeyChord> = [
        KeyChord(.enter), KeyChord(.escape), KeyChord(.backspace), KeyChord(.tab), KeyChord(.up), KeyChord(.down),
        KeyChord(.left), KeyChord(.right), KeyChord(.character("c"), .control), KeyChord(.character("z"), .control),
        KeyChord(.function(10)),
    ]

    /// The keys as they are unless somebody wants others.
    package init() {
        for command in Command.allCases { set(command, command.defaultKey) }
    }

    /// - Parameter names: the keys of some commands; the others keep theirs.
    package init(_ names: [Command: String]) throws(Refusal) {
        self.init()
        var chosen: [Command: KeyChord] = [:]
        for (command, name) in names {
            guard let chord = KeyChord(name) else { throw .unknownKey(name) }
            guard !Self.reserved.contains(chord) else { throw .reserved(chord) }
            chosen[command] = chord
        }
        for command in chosen.keys { remove(command) }
        for command in Command.allCases {
            guard let chord = chosen[command] else { continue }
            if let other = commands[chord] { throw .taken(chord, by: other) }
            set(command, chord)
        }
    }

    /// The command of a key; `nil` where it has none.
    func command(for event: KeyEvent) -> Command? { commands[KeyChord(event)] }

    /// The key of a command, as people write it.
    package func name(of command: Command) -> String { names[command] ?? "" }

    /// The key of a command, pressed.
    func event(of command: Command) -> KeyEvent? { chords[command].map { KeyEvent($0.key, $0.modifiers) } }

    private mutating func set(_ command: Command, _ chord: KeyChord) {
        chords[command] = chord
        commands[chord] = command
        names[command] = chord.description
    }

    private mutating func remove(_ command: Command) {
        guard let chord = chords.removeValue(forKey: command) else { return }
        commands[chord] = nil
        names[command] = nil
    }
}
