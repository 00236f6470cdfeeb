/// A conversation to be taken along: as Markdown for people, and through any encoder (JSON, as a rule) for programs.
package struct ConversationExport: Sendable, Hashable {
    package var conversation: Conversation
    /// In the order in which they were said.
    package var messages: [StoredMessage]

    package init(_ conversation: Conversation, _ messages: [StoredMessage]) {
        self.conversation = conversation
        self.messages = messages
    }
}

// MARK: - Markdown

extension ConversationExport {
    /// CommonMark, ending in a newline. What a person said is quoted; answers stand as they are, since they are
    /// Markdown themselves, except that a code block left open is closed. Control characters are replaced, since the file
    /// may end up in a terminal; every other character is what was said.
    package var markdown: String {
        let title = Self.line(conversation.title)
        let head = """
            # \(title.isEmpty ? "Conversation" : title)

            \(conversation.createdAt)

            """
        return messages.reduce(into: head) { $0 += "\n" + Self.section($1) }
    }

    private static func section(_ message: StoredMessage) -> String {
        let support = message.figures?.support
        let text = TerminalText.withoutControls(support?.marked(message.message.text) ?? message.message.text)
        let body =
            message.message.role == .assistant ? closingFence(text) + sources(support?.citations ?? []) : quoted(text)
        let figures = message.figures.map(Self.figures).flatMap { $0.isEmpty ? nil : "\n*\($0)*\n" }
        return "## \(heading(message))\n\n\(body)\n\(figures ?? "")"
    }

    /// What an answer rests on, a line each.
    private static func sources(_ citations: [Citation]) -> String {
        citations.isEmpty ? "" : "\n\n" + citations.map { "- " + line($0.line) }.joined(separator: "\n")
    }

    /// `Assistant · NEBIUS nemotron · stopped · 2026-11-23 14:15:02 UTC`
    private static func heading(_ message: StoredMessage) -> String {
        let speaker =
            switch message.message.role {
            case .user: "You"
            case .assistant: "Assistant"
            case .system: "System"
            }
        let origin: String? =
            switch message.origin {
            case .local: "LOCAL"
            case .cache: "CACHE"
            case .cloud: "NEBIUS"
            case nil: nil
            }
        let source = [origin, message.model.map(line)].compactMap(\.self).joined(separator: " ")
        let state: String? =
            switch message.state {
            case .complete: nil
            case .stopped: stopped(message.figures?.stop)
            case .draft: "draft, handed over"
            }
        return [speaker, source.isEmpty ? nil : source, state, "\(message.createdAt)"]
            .compactMap(\.self).joined(separator: " · ")
    }

    /// Why an answer that is not whole ends where it does.
    private static func stopped(_ word: String?) -> String {
        switch CloudStop(word: word) {
        case .length: "cut at the length limit"
        case .contentFilter: "the rest was withheld by the provider"
        case .other(let reason) where !reason.isEmpty: "ended by the server: " + line(reason)
        case .ended, .refusal, .other: "stopped"
        }
    }

    /// `34 tokens · first after 81 ms · 11.5 tok/s · confidence 0.83 · $0.0002 · conf 0.41 < 0.80`
    private static func figures(_ figures: AnswerFigures) -> String {
        let parts: [String?] = [
            figures.generatedTokens.map { "\($0) \($0 == 1 ? "token" : "tokens")" },
            figures.timeToFirstToken.map { "first after \(rounded($0.inMilliseconds, decimals: 0)) ms" },
            figures.speed.map { "\(rounded($0, decimals: 1)) tok/s" },
            figures.confidence.map { "confidence \(rounded($0, decimals: 2))" },
            figures.costMicroUSD.map { "\(Money(microUSD: $0))" },
            figures.reason.map { line($0).replacing("*", with: "\\*") },
        ]
        return parts.compactMap(\.self).joined(separator: " · ")
    }

    private static func rounded(_ value: Double, decimals: Int) -> String {
        let scale = [1, 10, 100][decimals]
        let scaled = (value * Double(scale)).rounded()
        guard let whole = Int(exactly: scaled) else { return "?" }
        let fraction = String(abs(whole % scale))
        let sign = whole < 0 ? "-" : ""
        guard decimals > 0 else { return String(whole) }
        return "\(sign)\(abs(whole / scale)).\(String(repeating: "0", count: decimals - fraction.count))\(fraction)"
    }

    private static func line(_ text: String) -> String {
        TerminalText.withoutControls(text).split(whereSeparator: \.isNewline).joined(separator: " ")
    }

    private static func quoted(_ text: String) -> String {
        text.split(omittingEmptySubsequences: false, whereSeparator: \.endsLine)
            .map { $0.isEmpty ? ">" : "> \($0)" }
            .joined(separator: "\n")
    }

    /// `text` with the fence that ends its last code block, where that is missing.
    private static func closingFence(_ text: String) -> String {
        var open: Substring?
        for line in text.split(whereSeparator: \.endsLine) {
            let content = line.drop { $0 == " " }
            guard line.count - content.count < 4, let mark = content.first, mark == "`" || mark == "~" else { continue }
            let fence = content.prefix { $0 == mark }
            guard fence.count >= 3 else { continue }
            let rest = content.dropFirst(fence.count)
            if let begun = open {
                let closes = begun.first == mark && fence.count >= begun.count && rest.allSatisfy(\.isWhitespace)
                if closes { open = nil }
            } else if mark == "~" || !rest.contains("`") {
                open = fence
            }
        }
        guard let open else { return text }
        return text + (text.last?.endsLine == true ? "" : "\n") + open
    }
}

// MARK: - JSON

extension ConversationExport: Encodable {
    private enum CodingKeys: String, CodingKey {
        case format, title
        case createdAt = "created_at"
        case messages
    }

    /// Texts are exactly what was said.
    private struct Entry: Encodable {
        var role: Role
        var text: String
        var time: String
        var state: MessageState
        var origin: Origin?
        var model: String?
        var figures: AnswerFigures?
    }

    package func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode("brim-conversation-1", forKey: .format)
        try values.encode(conversation.title, forKey: .title)
        try values.encode(conversation.createdAt.iso8601, forKey: .createdAt)
        let entries = messages.map {
            Entry(
                role: $0.message.role, text: $0.message.text, time: $0.createdAt.iso8601, state: $0.state,
                origin: $0.origin, model: $0.model, figures: $0.figures)
        }
        try values.encode(entries, forKey: .messages)
    }
}
