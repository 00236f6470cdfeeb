internal import CostModel

/// What each of the five axes says, from the answers and the figures alone.
enum AxisRules {
    // MARK: Latency

    static func latency(_ workload: Workload, _ device: DeviceFigures) -> Axis {
        let own = seconds(device.firstTokenSeconds)
        let remote = seconds(device.cloudFirstTokenSeconds)
        let figure = "first token here \(own), in the cloud \(remote)"
        guard let wanted = workload.firstTokenSeconds else {
            return Axis(
                .latency, .either, reason: "Nobody waits for the first word.", figure: figure,
                change: "A limit for the first word.")
        }
        let limit = "\(CostText.significant(wanted)) s"
        let isHereInTime = device.firstTokenSeconds.value.map { $0 <= wanted }
        let isThereInTime = device.cloudFirstTokenSeconds.value.map { $0 <= wanted }
        switch (isHereInTime, isThereInTime) {
        case (true?, false?), (true?, nil):
            return Axis(
                .latency, .edge, reason: "The device begins within \(limit); the cloud is not known to.",
                figure: figure,
                change: "A cloud that begins within \(limit), measured.")
        case (true?, true?):
            return Axis(
                .latency, .either, reason: "Both begin within \(limit).", figure: figure,
                change: "A limit below the slower of the two.")
        case (false?, true?), (false?, nil):
            return Axis(
                .latency, .cloud, reason: "The device does not begin within \(limit).", figure: figure,
                change: "A smaller model, a board, or a limit of \(own).")
        case (false?, false?):
            return Axis(
                .latency, .either, reason: "Neither begins within \(limit).", figure: figure,
                change: "A longer limit, or a smaller model.")
        case (nil, _):
            // Below this no answer comes over a network.
            let leaning: Axis.Leaning = wanted < networkFloor ? .edge : .either
            return Axis(
                .latency, leaning,
                reason: leaning == .edge
                    ? "\(limit) are less than a cloud's first word takes over a network."
                    : "Whether \(limit) are kept was not measured.",
                figure: figure, change: "A measurement: brim pilot start.")
        }
    }

    /// Seconds: a handshake and a reply over a good line.
    static let networkFloor = 0.3

    // MARK: Cost

    /// - Parameter isBeyondDevice: the device cannot give these answers, so that it saves nothing with them.
    static func cost(_ workload: Workload, _ device: DeviceFigures, isBeyondDevice: Bool) -> Axis {
        let volume = "\(CostText.count(workload.answersPerMonth)) answers a month"
        guard let breakEven = device.breakEven else {
            let missing = [device.deviceUSD, device.perInferenceUSD, device.keptShare].first { $0.value == nil }
            return Axis(
                .cost, .either, reason: "The break-even is not known.",
                figure: missing.map(\.source) ?? "the device keeps nothing", change: "The figures of brim cost.")
        }
        let figure =
            "break-even \(CostText.count(breakEven)) answers a month at \(CostText.percent(device.keptShare.value ?? 0)) kept "
            + "(\(device.keptShare.source)), \(CostText.usd(device.perInferenceUSD.value ?? 0)) an answer "
            + "(\(device.perInferenceUSD.source)), \(CostText.usd(device.deviceUSD.value ?? 0)) a month of the device"
        if workload.answersPerMonth >= breakEven {
            guard !isBeyondDevice else {
                return Axis(
                    .cost, .either, reason: "\(volume) would pay for a device that could give them.", figure: figure,
                    change: "What would change the axis of scale.")
            }
            return Axis(
                .cost, .edge, reason: "\(volume) are more than the break-even.", figure: figure,
                change: "Fewer answers, or a cheaper model in the cloud.")
        }
        return Axis(
            .cost, .cloud, reason: "\(volume) are fewer than the break-even.", figure: figure,
            change: "More answers, a larger share kept, or a dearer model in the cloud.")
    }

    // MARK: Privacy

    static func privacy(_ workload: Workload) -> Axis {
        switch workload.stay {
        case .everything:
            Axis(
                .privacy, .edge, isBinding: true, reason: "Nothing that is said may leave the device.",
                figure: "your answer; local-only cancels what is on its way", change: nil)
        case .classes(let names):
            Axis(
                .privacy, .edge,
                reason: "What is \(names.joined(separator: ", ")) stays on the device, the rest may go.",
                figure: "your answer; rules of privacy.stay_home bind a whole conversation",
                change: "Redaction alone, where the marks say enough.")
        case .nothing:
            Axis(
                .privacy, .either, reason: "What is said may leave, redacted.", figure: "your answer",
                change: "A class of data that has to stay.")
        }
    }

    // MARK: Scale

    static func scale(_ workload: Workload, _ device: DeviceFigures) -> Axis {
        if let window = device.windowTokens.value, Double(workload.contextTokens) > window {
            return Axis(
                .scale, .cloud, isBinding: true,
                reason: "\(CostText.count(Double(workload.contextTokens))) tokens do not fit the device's window.",
                figure: "window \(CostText.count(window)) tokens (\(device.windowTokens.source))",
                change: "Shorter questions, or passages of a document in place of all of it.")
        }
        if let most = device.answersPerMonth, workload.answersPerMonth > most {
            return Axis(
                .scale, .cloud, isBinding: true,
                reason:
                    "\(CostText.count(workload.answersPerMonth)) answers a month are more than one device can give.",
                figure: "at most \(CostText.count(most)) a month, one after another (\(device.answerSeconds.source))",
                change: "More devices, or shorter answers.")
        }
        if let wait = queueSeconds(workload, device), wait > (workload.firstTokenSeconds ?? patience) {
            return Axis(
                .scale, .cloud,
                reason:
                    "Of \(workload.concurrency) people who ask at once the last waits \(CostText.significant(wait)) s.",
                figure: "an answer takes \(seconds(device.answerSeconds))",
                change: "Fewer people at one device, or shorter answers.")
        }
        if workload.difficulty == .expert {
            return Axis(
                .scale, .cloud, reason: "Expert questions need a larger model than the device holds.",
                figure: "kept at \(device.threshold): \(share(device))", change: "Questions that the device keeps.")
        }
        let known = device.answerSeconds.value != nil && device.windowTokens.value != nil
        return Axis(
            .scale, workload.difficulty == .simple && known ? .edge : .either,
            reason: known ? "One device is enough." : "Whether one device is enough was not measured.",
            figure: "an answer takes \(seconds(device.answerSeconds)); window "
                + (device.windowTokens.value.map { CostText.count($0) + " tokens" } ?? device.windowTokens.source),
            change: "More people at once, longer questions, or harder ones.")
    }

    /// What people wait before they go, where nobody said.
    private static let patience = 10.0

    /// How long the last one waits where everybody asks at once.
    static func queueSeconds(_ workload: Workload, _ device: DeviceFigures) -> Double? {
        device.answerSeconds.value.map { Double(max(0, workload.concurrency - 1)) * $0 }
    }

    // MARK: Operations

    static func operations(_ workload: Workload) -> Axis {
        switch (workload.connectivity, workload.operators) {
        case (.none, _):
            Axis(
                .operations, .edge, isBinding: true, reason: "There is no network to a cloud.", figure: "your answer",
                change: "A network.")
        case (.intermittent, _):
            Axis(
                .operations, .edge, reason: "The network comes and goes; the device answers meanwhile.",
                figure: "your answer; the breaker opens after three failures", change: "A network that holds.")
        case (.reliable, .nobody):
            Axis(
                .operations, .cloud, reason: "Nobody looks after devices, and the network holds.",
                figure: "your answer", change: "Somebody who updates, cools and replaces the device.")
        case (.reliable, .staff), (.reliable, .team):
            Axis(
                .operations, .either, reason: "The network holds, and somebody looks after the device.",
                figure: "your answer", change: "A network that fails, or nobody to look after the device.")
        }
    }

    // MARK: Words

    static func seconds(_ figure: Known<Double>) -> String {
        figure.value.map { "\(CostText.significant($0)) s (\(figure.source))" } ?? figure.source
    }

    private static func share(_ device: DeviceFigures) -> String {
        device.keptShare.value.map { "\(CostText.percent($0)) (\(device.keptShare.source))" } ?? device.keptShare.source
    }
}
