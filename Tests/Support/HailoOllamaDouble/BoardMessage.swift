/// A message as it was sent to the board.
package struct BoardMessage: Sendable, Hashable {
    package var role: String
    package var content: String

    package init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}
