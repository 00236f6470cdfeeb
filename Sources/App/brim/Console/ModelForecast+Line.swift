import Foundation
import ModelCatalogue

extension ModelForecast {
    /// The forecast as one line of a list.
    var line: String {
        let name = entry.name.padding(toLength: 20, withPad: " ", startingAt: 0)
        let size = String(format: "%5d MB", Int(entry.bytes / 1_000_000))
        let speed = tokensPerSecond.map { String(format: "%5.0f tokens/s", $0) } ?? "      ? tokens/s"
        let right = entry.accuracy.map { String(format: "%3.0f %% right", $0 * 100) } ?? "not measured"
        let state =
            fits ? (isPresent ? "here" : "fits") : obstacles.joined(separator: "; ")
        return "\(name) \(size) \(speed)  \(right)  \(state)"
    }
}
