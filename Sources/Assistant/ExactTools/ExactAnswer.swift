/// An answer that was computed and not guessed.
public struct ExactAnswer: Sendable, Hashable {
    public enum Tool: String, Sendable, Hashable, Codable, CaseIterable {
        case arithmetic, calendar, units, clock, device
    }

    public var tool: Tool
    /// One sentence, or an equation.
    public var text: String

    public init(_ tool: Tool, _ text: String) {
        self.tool = tool
        self.text = text
    }
}
