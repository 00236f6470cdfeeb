/// Text cut into lines of a width, which grows at its end at the cost of its last two lines.
struct WrappedText: Sendable {
    struct Line: Sendable, Hashable {
        /// Without the newline; spaces that hang beyond the edge are kept.
        var text: String
        /// Characters of the whole text before this line.
        var offset: Int
        fileprivate var endsParagraph: Bool
    }

    let width: Int
    /// At least one.
    private(set) var lines = [Line(text: "", offset: 0, endsParagraph: false)]

    init(_ text: String = "", width: Int) {
        self.width = width
        append(text)
    }

    /// Adds text at the end. Tabs become four spaces.
    mutating func append(_ chunk: String) {
        guard !chunk.isEmpty else { return }
        var open = [lines.removeLast()]
        // What comes may change the width of the last character, and that may have ended the line before.
        if let before = lines.last, !before.endsParagraph { open.insert(lines.removeLast(), at: 0) }
        var offset = open[0].offset
        var line: [Character] = []
        var breaker = LineBreaker(width: width)
        func end(paragraph: Bool) -> Line { Line(text: String(line), offset: offset, endsParagraph: paragraph) }
        for character in open.map(\.text).joined() + Self.withoutTabs(chunk) {
            if character.isNewline {
                lines.append(end(paragraph: true))
                offset += line.count + 1
                line = []
                breaker = LineBreaker(width: width)
                continue
            }
            if let kept = breaker.take(character) {
                let overhang = line[kept...]
                line.removeSubrange(kept...)
                lines.append(end(paragraph: false))
                offset += kept
                line = Array(overhang)
            }
            line.append(character)
        }
        lines.append(end(paragraph: false))
    }

    private static func withoutTabs(_ text: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "\t")) else { return text }
        return text.split(separator: "\t", omittingEmptySubsequences: false).joined(separator: "    ")
    }

    /// Lines to show: blank ones at the end are not.
    var visibleCount: Int {
        let last = lines.lastIndex { line in line.text.contains { $0 != " " } }
        return (last ?? 0) + 1
    }

    /// The line that holds the character at `offset`, or the last one.
    func line(at offset: Int) -> Int {
        (lines.firstIndex { $0.offset > offset } ?? lines.count) - 1
    }
}

/// A line on the screen with the character of the source at which it begins.
struct LaidLine: Sendable, Hashable {
    var spans: [Span]
    var offset: Int

    var isBlank: Bool { spans.allSatisfy { span in span.text.allSatisfy { $0 == " " } } }
}
