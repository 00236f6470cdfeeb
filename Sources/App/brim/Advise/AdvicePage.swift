import Advice
import Foundation

/// What `brim advise` says, as lines of text, and the configuration that follows.
struct AdvicePage {
    let advice: Advice

    var lines: [String] {
        var lines = ["Advice: \(advice.verdict.rawValue). \(advice.reason)", ""]
        for axis in advice.axes {
            let name = axis.name.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
            let leaning = axis.isBinding ? "\(axis.leaning.rawValue), binding" : axis.leaning.rawValue
            lines.append("\(name)\(leaning): \(axis.reason)")
            lines.append("           figure: \(axis.figure)")
            if let change = axis.change { lines.append("           would change it: \(change)") }
        }
        if !advice.contradictions.isEmpty {
            lines += ["", "These answers contradict each other:"] + advice.contradictions.map { "  " + $0 }
        }
        lines += ["", "Configuration that follows (--write makes the file):"]
        return lines + configuration.split(separator: "\n").map { "  " + $0 }
    }

    /// A configuration file. Nothing in it allows the cloud.
    var configuration: String {
        var text = "# From brim advise: \(advice.verdict.rawValue). \(advice.reason)\n"
        if advice.verdict != .edge {
            text += "# The cloud is asked once it was allowed: brim ask --allow-cloud, or on the screen.\n"
        }
        var groups: [(name: String, lines: [String])] = []
        for (key, values) in advice.settings {
            let parts = key.split(separator: ".", maxSplits: 1).map(String.init)
            let quoted = values.map { parts.count == 1 ? $0 : "\"\($0)\"" }
            let value =
                quoted.count == 1 && key != "privacy.stay_home" ? quoted[0] : "[\(quoted.joined(separator: ", "))]"
            guard parts.count == 2 else {
                text += "\(key): \(value)\n"
                continue
            }
            if let index = groups.firstIndex(where: { $0.name == parts[0] }) {
                groups[index].lines.append("  \(parts[1]): \(value)")
            } else {
                groups.append((parts[0], ["  \(parts[1]): \(value)"]))
            }
        }
        for group in groups { text += "\(group.name):\n" + group.lines.map { $0 + "\n" }.joined() }
        return text
    }
}

/// What `brim advise --json` writes.
struct AdviceObject: Encodable {
    private struct AxisObject: Encodable {
        var name: String
        var leaning: String
        var binding: Bool
        var reason: String
        var figure: String
        var would_change_it: String?
    }

    private var advice: String
    private var reason: String
    private var axes: [AxisObject]
    private var contradictions: [String]
    private var settings: [String: [String]]

    init(_ advice: Advice) {
        self.advice = advice.verdict.rawValue
        reason = advice.reason
        axes = advice.axes.map {
            AxisObject(
                name: $0.name.rawValue, leaning: $0.leaning.rawValue, binding: $0.isBinding, reason: $0.reason,
                figure: $0.figure, would_change_it: $0.change)
        }
        contradictions = advice.contradictions
        settings = Dictionary(advice.settings.map { ($0.key, $0.values) }) { $1 }
    }
}
