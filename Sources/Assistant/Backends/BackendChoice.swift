/// Which backend is better, and why.
package struct BackendChoice: Sendable, Hashable {
    package var backend: Backend
    /// One line for a person.
    package var reason: String

    /// The better of two that were measured on the same question.
    package init(goal: BackendGoal, cpu: BackendMeasurement, hat: BackendMeasurement) {
        if goal == .power, let cpuJoules = cpu.answerJoules, let hatJoules = hat.answerJoules {
            backend = hatJoules < cpuJoules ? .hat : .cpu
            reason = "an answer takes \(Self.whole(hatJoules)) J on the HAT+, \(Self.whole(cpuJoules)) J on the CPU"
            return
        }
        // The energy is power times time: the power being unknown, time is what is left to go by.
        backend = hat.answerSeconds < cpu.answerSeconds ? .hat : .cpu
        reason =
            "an answer takes \(Self.tenths(hat.answerSeconds)) s on the HAT+, \(Self.tenths(cpu.answerSeconds)) s on the CPU"
            + (goal == .power ? "; watts are unknown" : "")
    }

    /// BackendMeasurements are kept in a file, where anything may stand.
    private static func whole(_ value: Double) -> String {
        (0..<1e9).contains(value) ? "\(Int(value.rounded()))" : "endless"
    }

    private static func tenths(_ value: Double) -> String {
        guard (0..<1e6).contains(value) else { return "endless" }
        let tenths = Int((value * 10).rounded())
        return "\(tenths / 10).\(tenths % 10)"
    }
}
