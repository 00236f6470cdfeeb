/// Tells reasoning that a server leaves in the text of the answer from the answer itself: where the text begins with
/// `<think>`, all up to `</think>` is reasoning. A machine without I/O that gives the same for any split of the text.
///
/// Tags further on in a text are part of it: an answer may be about them.
struct ReasoningTags: Sendable {
    enum Piece: Sendable, Hashable {
        case answer(String)
        case reasoning(String)
    }

    private enum Place: Sendable {
        /// Nothing but white space and a part of a tag has come.
        case start
        /// In the reasoning that this tag ends.
        case reasoning(closing: String)
        /// Behind it; white space before the answer is not part of the answer.
        case behind
        case answer
    }

    private static let tags = ["think", "thinking", "thought"]

    private var place = Place.start
    /// What cannot be told yet.
    private var pending = ""

    /// Takes the next piece of the text.
    mutating func take(_ text: String) -> [Piece] {
        pending += text
        var pieces: [Piece] = []
        while !pending.isEmpty, step(into: &pieces) {}
        return pieces
    }

    /// Takes the end of the text: what was held back is what it is.
    mutating func finish() -> [Piece] {
        defer { pending = "" }
        guard !pending.isEmpty else { return [] }
        switch place {
        case .start: return answer(pending)
        case .reasoning: return [.reasoning(pending)]
        case .behind, .answer: return answer(pending)
        }
    }

    /// Whether there is more to be told of what is pending.
    private mutating func step(into pieces: inout [Piece]) -> Bool {
        switch place {
        case .start: return begin(into: &pieces)
        case .reasoning(let closing): return reason(until: closing, into: &pieces)
        case .behind:
            pending = String(pending.drop(while: \.isWhitespace))
            guard !pending.isEmpty else { return false }
            place = .answer
            return true
        case .answer:
            pieces.append(.answer(pending))
            pending = ""
            return false
        }
    }

    private mutating func begin(into pieces: inout [Piece]) -> Bool {
        let words = pending.drop(while: \.isWhitespace).utf8
        guard !words.isEmpty else { return false }
        for tag in Self.tags where words.starts(with: "<\(tag)>".utf8) {
            place = .reasoning(closing: "</\(tag)>")
            pending = String(Substring(words.dropFirst(tag.utf8.count + 2)))
            return true
        }
        let mayBecomeTag = Self.tags.contains { "<\($0)>".utf8.starts(with: words) }
        guard !mayBecomeTag else { return false }
        place = .answer
        pending = String(pending.drop(while: \.isNewline))
        return true
    }

    private mutating func reason(until closing: String, into pieces: inout [Piece]) -> Bool {
        if let tag = pending.utf8.firstRange(of: closing.utf8) {
            append(pending[..<tag.lowerBound], to: &pieces)
            pending = String(pending[tag.upperBound...])
            place = .behind
            return true
        }
        // The last bytes may be the beginning of the tag.
        let bytes = pending.utf8
        let held = (1..<closing.utf8.count).reversed().first { bytes.suffix($0).elementsEqual(closing.utf8.prefix($0)) }
        let end = bytes.index(bytes.endIndex, offsetBy: -(held ?? 0))
        append(pending[..<end], to: &pieces)
        pending = String(pending[end...])
        return false
    }

    private func append(_ reasoning: Substring, to pieces: inout [Piece]) {
        if !reasoning.isEmpty { pieces.append(.reasoning(String(reasoning))) }
    }

    private func answer(_ text: String) -> [Piece] {
        let visible = text.drop(while: \.isNewline)
        return visible.isEmpty ? [] : [.answer(String(visible))]
    }
}
