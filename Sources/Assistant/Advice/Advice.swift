internal import CostModel

/// Where questions of a workload should be answered: on the device, in the cloud, or on both.
package struct Advice: Sendable, Hashable {
    package enum Verdict: String, Sendable, Hashable, CaseIterable {
        case edge, hybrid, cloud
    }

    package var verdict: Verdict
    /// One sentence that follows from the axes.
    package var reason: String
    /// In the order of ``Axis/Name``.
    package var axes: [Axis]
    /// Answers that cannot all hold, a sentence each; empty where they can.
    package var contradictions: [String]
    /// Settings that follow from the verdict, as a configuration file has them.
    package var settings: [(key: String, values: [String])] { proposed.map { ($0.key, $0.values) } }

    private struct Proposal: Sendable, Hashable {
        var key: String
        var values: [String]
    }
    private var proposed: [Proposal]

    package init(for workload: Workload, on device: DeviceFigures) {
        let scale = AxisRules.scale(workload, device)
        axes = [
            AxisRules.latency(workload, device), AxisRules.cost(workload, device, isBeyondDevice: scale.isBinding),
            AxisRules.privacy(workload), scale, AxisRules.operations(workload),
        ]
        contradictions = Contradictions.of(workload, device)
        (verdict, reason) = Self.verdict(axes)
        proposed = []
        proposed = Self.settings(verdict, workload, device).map { Proposal(key: $0.0, values: $0.1) }
    }

    /// A binding axis decides; without one, leanings to both sides make both answer.
    private static func verdict(_ axes: [Axis]) -> (Verdict, String) {
        func names(_ axes: [Axis]) -> String { axes.map(\.name.rawValue).joined(separator: ", ") }
        let edge = axes.filter { $0.leaning == .edge }
        let cloud = axes.filter { $0.leaning == .cloud }
        let (boundEdge, boundCloud) = (edge.filter(\.isBinding), cloud.filter(\.isBinding))
        if !boundEdge.isEmpty {
            return (.edge, "The device answers everything: \(names(boundEdge)) rules the cloud out.")
        }
        if !boundCloud.isEmpty {
            guard edge.isEmpty else {
                return (
                    .hybrid,
                    "The cloud has to answer some (\(names(boundCloud))), the device what it can (\(names(edge)))."
                )
            }
            return (.cloud, "The cloud answers: \(names(boundCloud)) rules the device out.")
        }
        switch (edge.isEmpty, cloud.isEmpty) {
        case (false, true): return (.edge, "The device answers: \(names(edge)) speak for it, nothing for the cloud.")
        case (true, false): return (.cloud, "The cloud answers: \(names(cloud)) speak for it, nothing for the device.")
        case (false, false):
            return (.hybrid, "Both answer: \(names(edge)) speak for the device, \(names(cloud)) for the cloud.")
        case (true, true): return (.hybrid, "Nothing rules either out: the device answers, and the cloud helps.")
        }
    }

    private static func settings(
        _ verdict: Verdict, _ workload: Workload, _ device: DeviceFigures
    ) -> [(String, [String])] {
        var settings: [(String, [String])] = []
        switch verdict {
        case .edge:
            settings.append(("local_only", ["true"]))
        case .cloud:
            settings.append(("cloud_only", ["true"]))
        case .hybrid:
            settings.append(("threshold", ["\(device.threshold)"]))
        }
        if case .classes(let names) = workload.stay, !names.isEmpty { settings.append(("privacy.stay_home", names)) }
        if verdict != .edge, let budget = workload.budgetUSD {
            settings.append(("budget.max_budget", [CostText.significant(budget)]))
            settings.append(("budget.soft_budget", [CostText.significant(budget * 0.8)]))
            settings.append(("budget.budget_duration", ["1mo"]))
        }
        return settings
    }
}
