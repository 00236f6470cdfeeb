/// Which colours stand for a meaning.
public enum Theme: String, Sendable, Hashable, CaseIterable {
    /// For a dark terminal, whose own background it leaves.
    case dark
    /// Dark on white, whatever the terminal's background is.
    case light
    /// White on black and few strong colours: for tired eyes, bad projectors and bright rooms.
    case highContrast = "high-contrast"
    /// No colour: shapes and words alone.
    case mono
}
