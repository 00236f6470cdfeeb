/// An answer that a tool on this device computed: right, not probable.
package struct ComputedAnswer: Sendable, Hashable {
    package var text: String
    /// What computed it, for the screen and the record: `exact arithmetic`.
    package var tool: String

    package init(_ text: String, by tool: String) {
        self.text = text
        self.tool = tool
    }
}
