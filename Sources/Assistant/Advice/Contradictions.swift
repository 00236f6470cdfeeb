internal import CostModel

/// Answers that cannot all hold, or that this device cannot fulfil with the cloud ruled out.
enum Contradictions {
    static func of(_ workload: Workload, _ device: DeviceFigures) -> [String] {
        [
            context(workload, device), latency(workload, device), volume(workload, device), queue(workload, device),
            difficulty(workload, device), network(workload), budget(workload, device), crowd(workload),
            speed(workload, device), stay(workload),
        ].compactMap(\.self)
    }

    private static func bound(_ workload: Workload) -> String {
        workload.connectivity == .none ? "there is no network" : "nothing may leave the device"
    }

    private static func context(_ workload: Workload, _ device: DeviceFigures) -> String? {
        guard workload.isBoundToDevice, let window = device.windowTokens.value, Double(workload.contextTokens) > window
        else { return nil }
        return
            "context_tokens \(workload.contextTokens) do not fit the device's window of \(CostText.count(window)), and "
            + "\(bound(workload)): shorten the questions, or take a model with a larger window."
    }

    private static func latency(_ workload: Workload, _ device: DeviceFigures) -> String? {
        guard workload.isBoundToDevice, let wanted = workload.firstTokenSeconds,
            let own = device.firstTokenSeconds.value,
            own > wanted
        else { return nil }
        return
            "first_token_seconds \(CostText.significant(wanted)) is less than the \(CostText.significant(own)) s that "
            + "this device takes, and \(bound(workload)): take a smaller model, or wait longer."
    }

    private static func volume(_ workload: Workload, _ device: DeviceFigures) -> String? {
        guard workload.isBoundToDevice, let most = device.answersPerMonth, workload.answersPerMonth > most else {
            return nil
        }
        return
            "answers_a_month \(CostText.count(workload.answersPerMonth)) are more than the \(CostText.count(most)) that "
            + "this device can give, and \(bound(workload)): use more devices, or shorter answers."
    }

    private static func queue(_ workload: Workload, _ device: DeviceFigures) -> String? {
        guard workload.isBoundToDevice, let wait = AxisRules.queueSeconds(workload, device),
            let wanted = workload.firstTokenSeconds, wait > wanted
        else { return nil }
        return "people_at_once \(workload.concurrency) make the last one wait \(CostText.significant(wait)) s where "
            + "first_token_seconds is \(CostText.significant(wanted)), and \(bound(workload)): use more devices."
    }

    private static func difficulty(_ workload: Workload, _ device: DeviceFigures) -> String? {
        guard workload.isBoundToDevice, workload.difficulty == .expert else { return nil }
        let kept = device.keptShare.value.map { "is sure of \(CostText.percent($0)) of its answers" }
        return "questions are expert, the device's model \(kept ?? "has not been measured on them"), and "
            + "\(bound(workload)): take a larger model, or say that unsure answers are good enough."
    }

    private static func network(_ workload: Workload) -> String? {
        guard workload.connectivity == .none, let budget = workload.budgetUSD, budget > 0 else { return nil }
        return
            "budget_usd \(CostText.significant(budget)) is for a cloud, and connectivity is none: take one of them back."
    }

    private static func budget(_ workload: Workload, _ device: DeviceFigures) -> String? {
        guard !workload.isBoundToDevice, let budget = workload.budgetUSD, let price = device.perInferenceUSD.value
        else {
            return nil
        }
        let window = device.windowTokens.value ?? .infinity
        let kept = Double(workload.contextTokens) > window ? 0 : device.keptShare.value ?? 0
        let needed = workload.answersPerMonth * (1 - kept) * price
        guard needed > budget else { return nil }
        return "budget_usd \(CostText.significant(budget)) does not pay for what the device does not keep, about "
            + "\(CostText.usd(needed)) a month: raise it, ask less, or choose a cheaper model."
    }

    private static func crowd(_ workload: Workload) -> String? {
        guard Double(workload.concurrency) > workload.answersPerMonth else { return nil }
        return "people_at_once \(workload.concurrency) are more than answers_a_month "
            + "\(CostText.count(workload.answersPerMonth)): nobody asks less than once; correct one of them."
    }

    private static func speed(_ workload: Workload, _ device: DeviceFigures) -> String? {
        guard let wanted = workload.firstTokenSeconds, wanted < AxisRules.networkFloor, !workload.isBoundToDevice,
            let window = device.windowTokens.value, Double(workload.contextTokens) > window
        else { return nil }
        return "first_token_seconds \(CostText.significant(wanted)) is less than a cloud takes over a network, and "
            + "context_tokens \(workload.contextTokens) fit the cloud alone: wait longer, or shorten the questions."
    }

    private static func stay(_ workload: Workload) -> String? {
        guard workload.operators == .nobody, workload.connectivity == .none else { return nil }
        return
            "operators is nobody and connectivity is none: a device without a network gets its updates by hand; name "
            + "somebody who does that."
    }
}
