/// Reads plain text, and what programs print of a document: paragraphs are parted by blank lines, pages by form feeds.
package enum PlainTextReader {
    /// - Parameter hasPages: whether a form feed ends a page, as pdftotext writes them.
    package static func document(_ text: String, hasPages: Bool = false) -> TextDocument {
        var document = TextDocument()
        let pages = hasPages ? text.split(separator: "\u{C}", omittingEmptySubsequences: false) : [Substring(text)]
        for (index, page) in pages.enumerated() {
            var paragraphs = Self.paragraphs(of: page)
            if hasPages {
                continueSentence(in: &document, with: &paragraphs)
                document.blocks.append(.page(index + 1))
            }
            document.blocks += paragraphs.map { .paragraph($0) }
        }
        return document
    }

    /// A sentence that goes on over the page belongs to the page on which it began.
    private static func continueSentence(in document: inout TextDocument, with paragraphs: inout [String]) {
        guard case .paragraph(let last) = document.blocks.last, let first = paragraphs.first,
            let end = last.unicodeScalars.last, !".!?:".unicodeScalars.contains(end),
            first.unicodeScalars.first?.properties.isLowercase == true
        else { return }
        let sentences = Sentences.split(first)
        document.blocks[document.blocks.count - 1] = .paragraph(last + " " + sentences[0])
        paragraphs[0] = sentences.dropFirst().joined(separator: " ")
        if paragraphs[0].isEmpty { paragraphs.removeFirst() }
    }

    /// Each on one line. A line that ends in a hyphen between small letters goes on without it.
    static func paragraphs(of text: Substring) -> [String] {
        var paragraphs: [String] = []
        var paragraph = ""
        func end() {
            if !paragraph.isEmpty { paragraphs.append(paragraph) }
            paragraph = ""
        }
        for line in TextLines(text) {
            let line = squeezed(line)
            guard !line.isEmpty else {
                end()
                continue
            }
            if paragraph.isEmpty {
                paragraph = line
            } else if isHyphenated(paragraph), line.unicodeScalars.first?.properties.isLowercase == true {
                paragraph.removeLast()
                paragraph += line
            } else {
                paragraph += " " + line
            }
        }
        end()
        return paragraphs
    }

    private static func isHyphenated(_ text: String) -> Bool {
        let end = text.unicodeScalars.suffix(2)
        return end.count == 2 && end.last == "-" && end.first?.properties.isLowercase == true
    }

    /// Without white space at its ends, and with single spaces.
    static func squeezed(_ line: Substring) -> String {
        if line.utf8.allSatisfy({ $0 != 0x09 && $0 != 0x0C && $0 != 0x0B }), !line.utf8.starts(with: [0x20]),
            line.utf8.last != 0x20, !hasDoubleSpace(line)
        {
            return String(line)
        }
        return line.split { $0.isWhitespace }.joined(separator: " ")
    }

    private static func hasDoubleSpace(_ line: Substring) -> Bool {
        var wasSpace = false
        for byte in line.utf8 {
            if byte == 0x20, wasSpace { return true }
            wasSpace = byte == 0x20
        }
        return false
    }
}

/// The lines of a text, whichever sign ends them; quicker than a split by characters.
struct TextLines: Sequence {
    private let text: Substring

    init(_ text: Substring) { self.text = text }

    func makeIterator() -> Iterator { Iterator(rest: text.utf8[...], isOver: false) }

    struct Iterator: IteratorProtocol {
        fileprivate var rest: Substring.UTF8View
        fileprivate var isOver: Bool

        mutating func next() -> Substring? {
            guard !isOver else { return nil }
            guard let end = rest.firstIndex(where: { $0 == 0x0A || $0 == 0x0D }) else {
                isOver = true
                return Substring(rest)
            }
            let line = Substring(rest[..<end])
            var next = rest.index(after: end)
            if rest[end] == 0x0D, next < rest.endIndex, rest[next] == 0x0A { next = rest.index(after: next) }
            rest = rest[next...]
            return line
        }
    }
}
