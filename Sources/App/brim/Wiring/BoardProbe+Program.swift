import DeviceSensors
import Hat

extension BoardProbe {
    /// Starts this program again as the process that loads HailoRT; `nil` where there is no board to ask about.
    static func ofThisProgram(_ root: SystemRoot) -> BoardProbe? {
        guard !BoardDetection(under: root).boards.isEmpty else { return nil }
        return BoardProbe(command: ["/proc/self/exe", "hat-probe"], root: root)
    }
}
