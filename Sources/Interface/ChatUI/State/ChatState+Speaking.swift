internal import AssistantCore

/// What is heard of an answer that is being said aloud.
package struct SpeakingProgress: Sendable, Hashable {
    /// The first and the last clause of what is being said, as the answer has them; empty for words that it has not.
    package var first: String
    package var last: String
    /// dBFS; `nil` before the first sound and in a pause.
    package var level: Float?
    /// From the first clause being there to its first sound; `nil` before that.
    package var latency: Duration?
    /// How often the speaker had nothing left to play while there was more to say.
    package var gaps: Int

    package init(
        first: String = "", last: String = "", level: Float? = nil, latency: Duration? = nil, gaps: Int = 0
    ) {
        (self.first, self.last) = (first, last)
        self.level = level
        self.latency = latency
        self.gaps = gaps
    }
}

extension ChatState {
    var isSpeaking: Bool { speaking != nil }

    /// Of 100.
    static let volumeStep = 10

    /// The named choice, or else silence where something is being said, or the next choice.
    mutating func setSpeaking(_ name: String) -> [ChatEffect] {
        name.isEmpty && isSpeaking ? [.silence] : [.setSpeaking(name.lowercased())]
    }

    mutating func take(_ progress: SpeakingProgress?) {
        if speaking?.latency == nil { session.firstSound.add(progress?.latency) }
        if progress?.first != speaking?.first || progress?.last != speaking?.last { mark(progress) }
        speaking = progress
        // Whoever is spoken to is there.
        if progress != nil, kiosk?.phase != .attract { stayAwake() }
    }

    /// Marks in the transcript what is being said, and nothing else.
    private mutating func mark(_ progress: SpeakingProgress?) {
        let before = transcript.unmark()
        guard let progress, !progress.first.isEmpty else { return }
        transcript.mark(from: progress.first, to: progress.last, after: before)
    }
}

extension Transcript {
    /// Answers that are looked through for what is being said: a draft and what replaced it stand near the end.
    private static let markedEntries = 12

    /// Takes the mark away. Returns where it stood.
    fileprivate mutating func unmark() -> (entry: Int, end: Int)? {
        for (index, entry) in entries.enumerated().suffix(Self.markedEntries) {
            guard case .answer(let answer) = entry.content, let said = answer.said else { continue }
            setMark(nil, index)
            return (index, said.upperBound)
        }
        return nil
    }

    /// Marks the latest answer that has these words.
    fileprivate mutating func mark(from first: String, to last: String, after before: (entry: Int, end: Int)?) {
        for index in entries.indices.suffix(Self.markedEntries).reversed() {
            guard case .answer(let answer) = entries[index].content else { continue }
            let start = before?.entry == index ? before?.end ?? 0 : 0
            guard let said = answer.text.place(from: first, to: last, behind: start) else { continue }
            return setMark(said, index)
        }
    }

    private mutating func setMark(_ said: Range<Int>?, _ index: Int) {
        update(index) { content in
            guard case .answer(var answer) = content else { return }
            answer.said = said
            content = .answer(answer)
        }
    }

    /// The spans of a line, with what is being said underlined.
    func markedLine(_ index: Int, of entry: Int) -> [Span] {
        let spans = line(index, of: entry)
        guard case .answer(let answer) = entries[entry].content, let said = answer.said,
            let start = offset(of: index, in: entry)
        else { return spans }
        let end = offset(of: index + 1, in: entry) ?? Int.max
        guard said.lowerBound < end, said.upperBound > start else { return spans }
        // Marks of Markdown are not drawn: letters and digits tell where in the line the words are.
        let text = Array(answer.text.shown)
        func letters(_ range: Range<Int>) -> Int {
            text[range.clamped(to: text.indices)].count { $0.isLetter || $0.isNumber }
        }
        let from = max(start, said.lowerBound)
        let before = letters(start..<from)
        return spans.underlined(letters: before..<before + letters(from..<max(from, min(end, said.upperBound))))
    }
}

extension ForeignText {
    /// Where words stand in what is shown, in characters: behind `start`, or else anywhere.
    fileprivate func place(from first: String, to last: String, behind start: Int) -> Range<Int>? {
        let (first, last) = (TerminalText.sanitised(first).trimmed, TerminalText.sanitised(last).trimmed)
        guard !first.isEmpty, !last.isEmpty else { return nil }
        let places = start > 0 && start < shown.count ? [shown.dropFirst(start), shown[...]] : [shown[...]]
        for part in places {
            guard let begin = part.firstRange(of: first) else { continue }
            let end = part[begin.lowerBound...].firstRange(of: last)?.upperBound ?? begin.upperBound
            let lower = shown.distance(from: shown.startIndex, to: begin.lowerBound)
            return lower..<lower + shown.distance(from: begin.lowerBound, to: max(end, begin.upperBound))
        }
        return nil
    }
}

extension [Span] {
    /// With the characters from one letter or digit to another underlined.
    fileprivate func underlined(letters: Range<Int>) -> [Span] {
        guard !letters.isEmpty else { return self }
        var count = 0
        var marked: [Span] = []
        for span in self {
            for character in span.text {
                let isLetter = character.isLetter || character.isNumber
                let isInside =
                    isLetter ? letters.contains(count) : count > letters.lowerBound && count < letters.upperBound
                var style = span.style
                if isInside { style.emphasis.insert(.underline) }
                if isLetter { count += 1 }
                if marked.last?.style == style {
                    marked[marked.count - 1].text.append(character)
                } else {
                    marked.append(Span(String(character), style))
                }
            }
        }
        return marked
    }
}
