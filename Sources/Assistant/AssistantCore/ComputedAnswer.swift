/// An answer that a tool on this device computed: right, not probable.
public struct ComputedAnswer: Sendable, Hashable {
    public var text: String
    /// What computed it, for the screen and the record: `exact arithmetic`.
    public var tool: String

    public init(_ text: String, by tool: String) {
        self.text = text
        self.tool = tool
    }
}
