/// Something that the screen would show, as a line of text with a label: for screen readers, logs and pipes.
public struct PlainLine: Sendable, Hashable {
    public enum Label: String, Sendable, Hashable, CaseIterable {
        /// What was heard; what was typed is not said again.
        case you
        /// The answer, a sentence at a time, by where it comes from.
        case brim, nebius, cache
        /// Where an answer came from, and its figures.
        case from
        /// What left the device.
        case sent
        case model, cloud, voice
        /// What would leave the device, before anybody agrees.
        case preview
        /// One of a list; its number chooses it.
        case choice
        /// What a person asked about.
        case report
        case note, warning, error
    }

    public var label: Label
    /// One line, safe for a terminal.
    public var text: String

    init(_ label: Label, _ text: String) {
        self.label = label
        self.text = Figures.oneLine(text)
    }
}

/// Gathers pieces of text into whole sentences, which a screen reader can say without stumbling.
struct SentenceBuffer: Sendable {
    private var text = ""

    /// What is whole by now.
    mutating func take(_ piece: String) -> [String] {
        text += piece
        var whole: [String] = []
        while let end = Self.end(of: text) {
            whole.append(String(text[..<end]))
            text.removeSubrange(..<end)
        }
        return whole.filter { $0.contains { !$0.isWhitespace } }
    }

    /// What is left.
    mutating func flush() -> [String] {
        defer { text = "" }
        return text.contains { !$0.isWhitespace } ? [text] : []
    }

    /// Behind a newline, or behind a stop that blanks follow.
    private static func end(of text: String) -> String.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index].isNewline { return next }
            if ".!?".contains(text[index]), next < text.endIndex, text[next] == " " { return text.index(after: next) }
            index = next
        }
        return nil
    }
}
