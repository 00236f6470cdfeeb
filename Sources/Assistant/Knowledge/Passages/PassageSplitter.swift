/// Cuts a document into passages of about 600 bytes: whole sentences under one heading and on one page.
package struct PassageSplitter {
    /// A passage before it has a collection and a document.
    package struct Piece: Sendable, Hashable {
        package var heading: String
        package var page: Int?
        package var text: String
        package var isAnswer = false
    }

    /// A passage is ended before the sentence that would make it longer, in bytes.
    static let usualBytes = 600
    /// A sentence that is longer is cut at white space.
    static let mostBytes = 1_200
    private static let longestHeading = 200

    private var pieces: [Piece] = []
    private var headings: [(level: Int, text: String)] = []
    private var page: Int?
    private var text = ""

    private init() {}

    /// The passages of a document, in order; its answered questions are one each.
    package static func pieces(of document: TextDocument) -> [Piece] {
        var splitter = PassageSplitter()
        for block in document.blocks { splitter.take(block) }
        splitter.flush()
        let answers = document.questions.map {
            Piece(heading: $0.question, page: nil, text: $0.answer, isAnswer: true)
        }
        return splitter.pieces + answers
    }

    private mutating func take(_ block: TextDocument.Block) {
        switch block {
        case .heading(let heading, let level):
            flush()
            headings.removeAll { $0.level >= level }
            headings.append((level, heading))
        case .page(let number):
            flush()
            page = number
        case .paragraph(let paragraph):
            for sentence in Sentences.split(paragraph) {
                for part in Self.parts(of: sentence) { add(part) }
            }
        }
    }

    private mutating func add(_ sentence: String) {
        if !text.isEmpty, text.utf8.count + sentence.utf8.count + 1 > Self.usualBytes { flush() }
        text += text.isEmpty ? sentence : " " + sentence
    }

    private mutating func flush() {
        guard !text.isEmpty else { return }
        let heading = headings.suffix(3).map(\.text).joined(separator: " › ")
        pieces.append(Piece(heading: Self.cut(heading, to: Self.longestHeading), page: page, text: text))
        text = ""
    }

    /// A sentence whole, or in parts where no reader would call it one.
    private static func parts(of sentence: String) -> [String] {
        guard sentence.utf8.count > mostBytes else { return [sentence] }
        var parts: [String] = []
        var part = ""
        for word in sentence.split(separator: " ") {
            // A word without an end is no word.
            let word = word.utf8.count > usualBytes ? cut(String(word), to: usualBytes) : String(word)
            if !part.isEmpty, part.utf8.count + word.utf8.count + 1 > usualBytes {
                parts.append(part)
                part = ""
            }
            part += part.isEmpty ? word : " " + word
        }
        if !part.isEmpty { parts.append(part) }
        return parts
    }

    /// The beginning of a text, whole characters.
    private static func cut(_ text: String, to bytes: Int) -> String {
        guard text.utf8.count > bytes else { return text }
        var kept = ""
        for character in text {
            guard kept.utf8.count + character.utf8.count <= bytes else { break }
            kept.append(character)
        }
        return kept
    }
}
