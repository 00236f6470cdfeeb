/// Something that the screen would show, as a line of text with a label: for screen readers, logs and pipes.
package struct PlainLine: Sendable, Hashable {
    package enum Label: String, Sendable, Hashable, CaseIterable {
        /// What was heard; what was typed is not said again.
        case you
        /// The answer, a sentence at a time, by where it comes from.
        case brim, nebius, cache
        /// Where an answer came from, and its figures.
        case from
        /// A sentence of a document that the answer rests on.
        case source
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

    package var label: Label
    /// One line, safe for a terminal.
    package var text: String

    init(_ label: Label, _ text: String) {
        self.label = label
        self.text = Figures.oneLine(text)
    }
}

/// Gathers the pieces of an answer into whole sentences, which a screen reader can say without stumbling.
///
/// What has been said cannot be taken back. A sentence that was said before in the same answer is therefore held until
/// the answer goes on with another one or ends: it may be the beginning of a loop, which the model takes back.
struct SentenceBuffer: Sendable {
    /// The sentence that is not whole yet.
    private var text = ""
    /// Whole sentences that were said before.
    private var held: [String] = []
    /// The words of all sentences of the answer so far, with every number as one sign: loops count up.
    private var said: Set<String> = []

    /// Adds a piece of the answer. Returns the sentences to say now.
    mutating func take(_ piece: String) -> [String] {
        text += piece
        var ready: [String] = []
        while let end = Self.end(of: text) {
            let sentence = String(text[..<end])
            text.removeSubrange(..<end)
            if Self.isBlank(sentence) || said.contains(Self.form(sentence)) {
                held.append(sentence)
            } else {
                said.insert(Self.form(sentence))
                ready += held + [sentence]
                held = []
            }
        }
        return ready.filter { !Self.isBlank($0) }
    }

    /// Takes back the latest bytes of the answer. Returns whether a part of them had been said.
    mutating func takeBack(bytes: Int) -> Bool {
        let waiting = held.joined() + text
        (held, text) = ([], "")
        // What was held is held again.
        _ = take(String(decoding: waiting.utf8.dropLast(bytes), as: UTF8.self))
        return bytes > waiting.utf8.count
    }

    /// Ends the answer. Returns what is left to say.
    mutating func flush() -> [String] {
        defer { self = SentenceBuffer() }
        return (held + [text]).filter { !Self.isBlank($0) }
    }

    private static func isBlank(_ text: String) -> Bool { text.allSatisfy(\.isWhitespace) }

    private static func form(_ sentence: String) -> String {
        let words = sentence.split { $0.isWhitespace }
        // A line that is a number is a list that counts, and what it counts is all that it says.
        guard words.contains(where: { $0.contains(where: \.isLetter) }) else { return words.joined(separator: " ") }
        return words.map { $0.contains(where: \.isNumber) ? "0" : $0.lowercased() }.joined(separator: " ")
    }

    private static func endOfMarks(_ text: String, from start: String.Index) -> String.Index {
        var end = start
        while end < text.endIndex, text[end] == "[", let close = text[end...].prefix(4).firstIndex(of: "]"),
            text[end..<close].dropFirst().allSatisfy({ $0.isNumber || $0 == "?" })
        {
            end = text.index(after: close)
            if end < text.endIndex, text[end] == " " { end = text.index(after: end) }
        }
        return end
    }

    /// Behind a newline, or behind a stop that blanks follow, if it is not the one of a list's number; marks of citations
    /// belong to the sentence before them.
    private static func end(of text: String) -> String.Index? {
        var index = text.startIndex
        while index < text.endIndex {
            let next = text.index(after: index)
            if text[index].isNewline { return next }
            if ".!?".contains(text[index]), next < text.endIndex, text[next] == " ",
                text[..<index].contains(where: { !$0.isWholeNumber && !$0.isWhitespace })
            {
                return endOfMarks(text, from: text.index(after: next))
            }
            index = next
        }
        return nil
    }
}
