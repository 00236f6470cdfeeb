/// A key with what is held beside it, as people write it: `F5`, `Ctrl-N`, `Alt-T`, `Ctrl-Shift-Up`.
package struct KeyChord: Sendable, Hashable, CustomStringConvertible {
    package var key: Key
    package var modifiers: Modifiers

    package init(_ key: Key, _ modifiers: Modifiers = []) {
        (self.key, self.modifiers) = (key, modifiers)
    }

    init(_ event: KeyEvent) {
        self.init(event.key, event.modifiers)
    }

    /// Reads a name; upper and lower case do not matter, and `+` parts as `-` does. `nil` where there is no such key, or
    /// where it types text: such a key cannot do anything else.
    package init?(_ name: String) {
        var parts = name.lowercased().split { $0 == "-" || $0 == "+" }.map(String.init)
        guard let last = parts.popLast(), let key = Self.key(last) else { return nil }
        var modifiers: Modifiers = []
        for part in parts {
            guard let modifier = Self.modifiers.first(where: { $0.name.lowercased() == part }) else { return nil }
            modifiers.insert(modifier.modifier)
        }
        if case .character = key, modifiers.isDisjoint(with: [.control, .alt]) { return nil }
        self.init(key, modifiers)
    }

    package var description: String {
        let held = Self.modifiers.filter { modifiers.contains($0.modifier) }.map { $0.name + "-" }
        return held.joined() + Self.name(key)
    }

    private static let modifiers: [(name: String, modifier: Modifiers)] = [
        ("Ctrl", .control), ("Alt", .alt), ("Shift", .shift),
    ]

    private static let names: [(name: String, key: Key)] = [
        ("Enter", .enter), ("Tab", .tab), ("Esc", .escape), ("Backspace", .backspace), ("Insert", .insert),
        ("Delete", .delete), ("Home", .home), ("End", .end), ("PgUp", .pageUp), ("PgDn", .pageDown), ("Up", .up),
        ("Down", .down), ("Left", .left), ("Right", .right), ("Space", .character(" ")),
    ]

    private static func key(_ word: String) -> Key? {
        if let named = names.first(where: { $0.name.lowercased() == word }) { return named.key }
        if word.first == "f", let number = Int(word.dropFirst()), (1...24).contains(number) { return .function(number) }
        guard word.count == 1, let character = word.first, character.isASCII else { return nil }
        return .character(character)
    }

    private static func name(_ key: Key) -> String {
        if let named = names.first(where: { $0.key == key }) { return named.name }
        return switch key {
        case .function(let number): "F\(number)"
        case .character(let character): String(character).uppercased()
        default: ""
        }
    }
}
