/// Whether the screen takes what the mouse does. Where it does, a terminal selects text only with Shift held.
public enum MouseUse: String, Sendable, Hashable, CaseIterable {
    /// Where the person sits at the machine.
    case auto
    case on, off
}

/// How a person wants the screen, as the configuration says. It may change at any time.
public struct ScreenPreferences: Sendable, Hashable {
    public var theme = Theme.dark
    /// `nil` for the richest that the terminal can be trusted with.
    public var glyphs: GlyphTier?
    public var keymap = Keymap()
    public var mouse = MouseUse.auto

    public init() {}

    /// What is drawn with on a terminal that can do so much.
    public func applied(to capabilities: Capabilities) -> Capabilities {
        var wanted = capabilities
        // A terminal without UTF-8 would show rubbish, whatever is wanted.
        if let glyphs, capabilities.glyphs != .ascii { wanted.glyphs = glyphs }
        if theme == .mono { wanted.colours = .mono }
        return wanted
    }
}
