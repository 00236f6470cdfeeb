internal import AssistantCore

/// How things stand, in words.
extension PlainConversation {
    static func lines(about status: ModelStatus) -> [PlainLine] {
        switch status {
        case .loading(let name): [PlainLine(.model, "loading \(name ?? "the model")")]
        case .ready(let identity): [PlainLine(.model, "\(identity.name) is ready; /help lists the commands")]
        case .failed: []  // a notice says it
        }
    }

    static func lines(about status: CloudStatus, since before: CloudStatus) -> [PlainLine] {
        guard status.access != before.access else { return [] }
        let words =
            switch status.access {
            case .unknown: ""
            case .unavailable(let words): words
            case .notAllowed: "not allowed; /cloud shows what would leave"
            case .open(let words): words.isEmpty ? "ready" : words
            case .barred(let words, _): words
            }
        return words.isEmpty ? [] : [PlainLine(.cloud, words)]
    }

    static func lines(about outgoing: Outgoing) -> [PlainLine] {
        var lines = [PlainLine(.preview, "to \(outgoing.endpoint) \(outgoing.model ?? "")")]
        for message in outgoing.messages {
            let text = message.segments.map { segment in
                switch segment {
                case .plain(let text): text
                case .placeholder(let mark): mark
                }
            }
            lines.append(PlainLine(.preview, "\(message.role.rawValue): \(text.joined())"))
        }
        if let share = outgoing.share { lines.append(PlainLine(.preview, "\(share.words), \(share.savings)")) }
        let cost = outgoing.worstCase.map { Figures.dollars($0) } ?? "an unknown price"
        lines.append(PlainLine(.preview, "\(outgoing.redactions) redacted, at most \(cost)"))
        if let obstacle = outgoing.obstacle {
            lines.append(PlainLine(.warning, "it stays here: \(obstacle)"))
        } else if outgoing.needsConsent {
            lines.append(
                PlainLine(.note, "yes allows this address from now on and sends it; anything else keeps it here"))
        } else {
            lines.append(PlainLine(.note, "yes sends it; anything else keeps it here"))
        }
        return lines
    }

    /// A phase is said when it begins, and not its levels.
    static func lines(about status: TalkStatus, since before: TalkStatus?) -> [PlainLine] {
        switch (status.phase, before?.phase) {
        case (.recording, .recording), (.hearing, .hearing), (.ready, _): []
        case (.recording, _): [PlainLine(.voice, "recording; /talk sends it")]
        case (.hearing, _): [PlainLine(.voice, "hearing")]
        case (.unavailable(let why), _): [PlainLine(.voice, why)]
        }
    }
}

extension Notice.Kind {
    var label: PlainLine.Label {
        switch self {
        case .information: .note
        case .warning: .warning
        case .error: .error
        }
    }
}

extension Answer {
    /// Where it came from and what it took, in one line.
    var words: String {
        var words = [origin == .cloud ? "NEBIUS" : origin == .cache ? "CACHE" : "LOCAL"]
        if let model { words.append(model) }
        if isMissing { words.append("no answer") }
        if wasStopped { words.append("stopped") }
        if isUnsure { words.append("UNSURE") }
        if let doubt { words.append(doubt) }
        if let gap = support.gap { words.append(gap) }
        if isBesideDocuments { words.append("not from the documents") }
        if let endWords { words.append(endWords) }
        if repeatedItself { words.append("cut where it repeated itself") }
        if let verdict { words.append("judged \(verdict.rawValue)") }
        return (words + figureWords).joined(separator: ", ")
    }

    /// Why it ends where it does, where that is not because it is whole.
    var endWords: String? {
        if wasCutByLength { return "cut at the length limit" }
        return switch CloudStop(word: figures.stop) {
        case .contentFilter: "the rest was withheld by the provider"
        case .refusal: "the model declined"
        case .length: "cut at the length limit"
        case .other(let reason) where !reason.isEmpty: "ended by the server: " + TerminalText.sanitised(reason)
        case .ended, .other: nil
        }
    }

    /// What was measured of it, what is worth most first.
    var figureWords: [String] {
        var words: [String] = []
        if let first = figures.timeToFirstToken { words.append("first " + Figures.duration(first)) }
        if let rate = figures.speed { words.append(Figures.rate(rate) + " tok/s") }
        if let tokens = figures.generatedTokens, tokens > 0 { words.append("\(tokens) tok") }
        if let confidence {
            words.append("conf " + Figures.probability(confidence))
        } else if let probability {
            words.append("prob " + Figures.probability(probability))
        }
        if let cost = figures.costMicroUSD { words.append(Figures.dollars(Money(microUSD: cost))) }
        return words
    }
}
