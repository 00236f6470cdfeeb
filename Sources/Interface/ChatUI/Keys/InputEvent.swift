/// What comes from a terminal's keyboard side.
package enum InputEvent: Sendable, Hashable {
    case key(KeyEvent)
    /// Text pasted in brackets, whole. `wasCut` where it was longer than the parser keeps.
    case paste(String, wasCut: Bool = false)
    case mouse(MouseEvent)
    case focus(Bool)
    /// The terminal speaks the kitty keyboard protocol and says which enhancements are on.
    case keyboardProtocol(flags: Int)
    /// The terminal answered a request for its primary device attributes: every earlier question has been answered too.
    case deviceAttributes
}

/// A key, what was held with it, and what it did.
package struct KeyEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case press, `repeat`, release }

    package var key: Key
    package var modifiers: Modifiers
    package var kind: Kind

    package init(_ key: Key, _ modifiers: Modifiers = [], _ kind: Kind = .press) {
        self.key = key
        self.modifiers = modifiers
        self.kind = kind
    }
}

/// A key of the keyboard. Text keys carry the text that they type; with Control or Alt, the unshifted letter.
package enum Key: Sendable, Hashable {
    case character(Character)
    case enter, tab, escape, backspace
    case insert, delete, home, end, pageUp, pageDown
    case up, down, left, right
    /// F1 is 1.
    case function(Int)
}

/// Keys held while another is pressed. Shift is left out of keys that type text.
package struct Modifiers: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    package static let shift = Modifiers(rawValue: 1)
    package static let alt = Modifiers(rawValue: 2)
    package static let control = Modifiers(rawValue: 4)
    package static let command = Modifiers(rawValue: 8)
}

/// What a mouse did, as the SGR protocol reports it.
package struct MouseEvent: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case press, release, move, wheelUp, wheelDown }

    package var kind: Kind
    package var position: Position
    package var modifiers: Modifiers
    /// Of a press or a release: 0 is the left button, 1 the middle, 2 the right one.
    package var button: Int

    package init(_ kind: Kind, at position: Position, _ modifiers: Modifiers = [], button: Int = 0) {
        self.kind = kind
        self.position = position
        self.modifiers = modifiers
        self.button = button
    }
}
