package import AssistantCore

/// The sentences of the router, in one place.
extension RouteReason {
    static func cached(age: Duration) -> RouteReason {
        RouteReason(.cached, "The same question was answered \(age.forPeople) ago.")
    }

    static func dataStays(_ classes: [String]) -> RouteReason {
        RouteReason(
            .dataStays,
            "This conversation, or its system prompt, touches \(classes.joined(separator: ", ")), which stays on this device."
        )
    }

    static func passagesStay(_ collections: [String]) -> RouteReason {
        RouteReason(
            .passagesStay,
            "Passages of \(collections.joined(separator: ", ")) are part of this question, and stay on this device.")
    }

    package static let unsupported = RouteReason(.unsupported, "The documents do not say what this answer says.")

    static func quoted(_ document: String, isOwnAnswer: Bool, confidence: Double) -> RouteReason {
        let what = isOwnAnswer ? "The operator's own answer, word for word" : "A sentence of a document"
        return RouteReason(.quoted, "\(what): \(document); conf \(confidence.inHundredths).")
    }

    static let saidUnderLock = RouteReason(
        .saidUnderLock,
        "Part of this conversation was said under local-only, from a collection that stays, or before Brim kept track of "
            + "that, and stays on this device; "
            + "begin a new conversation to ask the cloud.")

    static let formBinds = RouteReason(
        .formBinds, "The answer has to keep to a form, which only this device holds it to.")
    static let rawBinds = RouteReason(.rawBinds, "A raw prompt is for the device's own model.")

    static let localOnly = RouteReason(.localOnly, "Local-only is set; nothing is sent.")
    static let cloudOnly = RouteReason(.cloudOnly, "Cloud-only is set.")

    static let handedOver = RouteReason(.handedOver, "you asked for it")

    static func taskGoes(_ rule: String) -> RouteReason {
        RouteReason(.taskGoes, "The rule “\(rule)” sends this kind of task to the cloud.")
    }

    static func contextTooHeavy(_ context: ContextLoad) -> RouteReason {
        RouteReason(
            .contextTooHeavy,
            "The conversation needs \(context.neededTokens) tokens; the local window holds \(context.windowTokens).")
    }

    static func device(_ impediments: [DeviceImpediment]) -> [RouteReason] {
        impediments.map { RouteReason($0.preventsAnswer ? .deviceUnable : .deviceStrained, $0.sentence) }
    }

    static let consentMissing = RouteReason(
        .consentMissing, "The cloud has not been allowed yet; allow it once with --allow-cloud or on the screen.")

    static let endpointChanged = RouteReason(.heldBack, "The cloud endpoint has changed since the turn was permitted.")

    static func confident(_ confidence: ConfidenceReading, threshold: Double) -> RouteReason {
        RouteReason(.confident, "\(confidence.sentence) ≥ \(threshold.inHundredths)")
    }

    static func unsure(_ confidence: ConfidenceReading, threshold: Double) -> RouteReason {
        RouteReason(.unsure, "\(confidence.sentence) < \(threshold.inHundredths)\(confidence.missing)")
    }

    static func sunk(_ confidence: ConfidenceReading, floor: Double, tokens: Int) -> RouteReason {
        RouteReason(
            .sunk, "\(confidence.sentence) < \(floor.inHundredths) after \(tokens) token\(tokens == 1 ? "" : "s")")
    }

    static let repeatsItself = RouteReason(.repeatsItself, "The local answer repeats itself.")

    static func confidenceUnknown(_ rule: UnknownConfidenceRule) -> RouteReason {
        switch rule {
        case .keep: RouteReason(.confidenceUnknown, "conf n/a; the local answer is kept (unknown_confidence: keep)")
        case .escalate: RouteReason(.confidenceUnknown, "conf n/a; the cloud is asked (unknown_confidence: escalate)")
        }
    }

    static func computed(by tool: String) -> RouteReason {
        RouteReason(.computed, "Computed on this device by \(tool), not guessed; conf 1.00.")
    }

    static let drafting = RouteReason(.drafting, "The device answers; its confidence decides.")
    static let draftingAtHome = RouteReason(.drafting, "The device answers; the cloud is not available to this turn.")

    static func draftFailed(_ impediment: DeviceImpediment) -> RouteReason {
        RouteReason(.draftFailed, impediment.sentence)
    }
}

extension ConfidenceReading {
    /// Only what is calibrated is called a confidence; the rest is how probable the words were.
    fileprivate var sentence: String { "\(isCalibrated ? "conf" : "prob") \(value.inHundredths)" }

    /// What the answer lacks of what was asked for.
    fileprivate var missing: String {
        guard case .requirements(_, let unmet) = source, !unmet.isEmpty else { return "" }
        return "; asked for and missing: " + unmet.joined(separator: ", ")
    }
}

extension Double {
    /// Two decimals, cut and not rounded, so that 0.798 does not read as 0.80 < 0.80.
    var inHundredths: String {
        guard isFinite else { return "n/a" }
        let hundredths = Int((min(max(self, 0), 1) * 100 + 1e-9).rounded(.down))
        let fraction = hundredths % 100
        return "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction)"
    }
}

extension Duration {
    /// One unit, cut: `12 s`, `5 min`, `3 h`, `9 days`.
    fileprivate var forPeople: String {
        let seconds = max(0, components.seconds)
        return switch seconds {
        case ..<60: "\(seconds) s"
        case ..<3_600: "\(seconds / 60) min"
        case ..<172_800: "\(seconds / 3_600) h"
        default: "\(seconds / 86_400) days"
        }
    }
}

extension RouteDecision {
    /// Returns the decision where a tool of the device, such as `exact arithmetic`, has the answer: neither model nor cloud
    /// is asked.
    /// The answer stands in `document`.
    package static func quoted(_ document: String, isOwnAnswer: Bool, confidence: Double) -> RouteDecision {
        RouteDecision(.local, [.quoted(document, isOwnAnswer: isOwnAnswer, confidence: confidence)])
    }

    /// The collections have nothing to say, and nobody else may; `sentence` says so.
    package static func notInDocuments(_ sentence: String) -> RouteDecision {
        RouteDecision(.refused, [RouteReason(.notInDocuments, sentence)])
    }

    package static func computed(by tool: String) -> RouteDecision {
        RouteDecision(.local, [.computed(by: tool)])
    }
}
