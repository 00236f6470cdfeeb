/// Whether the screen takes what the mouse does. Where it does, a terminal selects text only with Shift held.
package enum MouseUse: String, Sendable, Hashable, CaseIterable {
    /// Where the person sits at the machine.
    case auto
    case on, off
}

/// How a person wants the screen, as the configuration says. It may change at any time.
package struct ScreenPreferences: Sendable, Hashable {
    package var theme = Theme.dark
    /// `nil` for the richest that the terminal can be trusted with.
    package var glyphs: GlyphTier?
    package var keymap = Keymap()
    package var mouse = MouseUse.auto

    package init() {}

    /// What is drawn with on a terminal that can do so much.
    package func applied(to capabilities: Capabilities) -> Capabilities {
        var wanted = capabilities
        // A terminal without UTF-8 would show rubbish, whatever is wanted.
        if let glyphs, capabilities.glyphs != .ascii { wanted.glyphs = glyphs }
        if theme == .mono { wanted.colours = .mono }
        return wanted
    }
}
