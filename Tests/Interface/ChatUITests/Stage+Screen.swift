import ChatScenes
import ChatUI

extension Stage {
    /// What stands on the screen, a line a row.
    var screen: String {
        let frame = state.render(Capabilities())
        return (0..<frame.size.rows).map { frame.text(row: $0) }.joined(separator: "\n")
    }
}
