/// The sentence of a document that an answer rests on, with the passage around it.
package struct Citation: Sendable, Hashable, Codable {
    /// From 1: the place of the passage among those that the answer was made from, and what stands in the answer as `[1]`.
    /// Two sentences of one passage have the same number.
    package var number: Int
    package var collection: String
    package var document: String
    /// The headings above the passage; empty where there are none.
    package var heading: String
    /// From 1; `nil` where the document has no pages.
    package var page: Int?
    /// The very sentence, as it stands in the document.
    package var text: String
    /// All of the passage.
    package var passage: String
    /// Whether nothing of it may ever be sent.
    package var staysHome: Bool

    /// - Parameter text: the sentence; `nil` for all of the passage.
    package init(_ text: String? = nil, of passage: Passage, number: Int = 1) {
        self.number = number
        (collection, document) = (passage.collection, passage.document)
        (heading, page) = (passage.heading, passage.page)
        self.text = text ?? passage.text
        self.passage = passage.text
        staysHome = passage.staysHome
    }
}

extension Citation {
    /// Where the sentence stands: `town: pool.md, page 2`.
    package var place: String {
        let document = document + (page.map { ", page \($0)" } ?? "")
        return collection.isEmpty ? document : collection + ": " + document
    }

    /// Number, place and sentence on one line.
    package var line: String {
        let sentence = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        return "[\(number)] \(place): \u{201C}\(sentence)\u{201D}"
    }
}

/// What of an answer stands in the passages that it was made from, sentence by sentence. Empty where it was made from
/// none.
package struct AnswerSupport: Sendable, Hashable, Codable {
    /// A place of the answer's text at which `[1]` is shown, or `[?]`.
    package struct Mark: Sendable, Hashable, Codable {
        /// Bytes of UTF-8 of the text, which the mark takes the place of; empty where it is put in.
        package var range: Range<Int>
        /// Of the citation; `nil` where no passage says what stands before the mark.
        package var number: Int?

        package init(_ range: Range<Int>, _ number: Int?) {
            (self.range, self.number) = (range, number)
        }
    }

    /// In the order in which the answer comes to them.
    package var citations: [Citation] = []
    /// From the beginning of the text to its end.
    package var marks: [Mark] = []
    /// Sentences that say something of their own, and those of them that no passage says.
    package var sentences = 0
    package var unsupported = 0

    package init() {}

    /// Of an answer that is itself a sentence of a document: all of it is marked.
    package init(_ citation: Citation, marking text: String) {
        citations = [citation]
        marks = [Mark(text.utf8.count..<text.utf8.count, citation.number)]
        sentences = 1
    }

    /// Of an answer that is given word for word, without a mark.
    package init(wholly citation: Citation) {
        citations = [citation]
        sentences = 1
    }

    package var isEmpty: Bool { citations.isEmpty && marks.isEmpty }

    /// Whether every sentence that says something stands in a passage.
    package var isComplete: Bool { !citations.isEmpty && unsupported == 0 }

    /// The text with the marks in it. Marks of another text change nothing in what they do not fit.
    package func marked(_ text: String) -> String {
        let bytes = Array(text.utf8)
        var marked: [UInt8] = []
        var start = 0
        for mark in marks where mark.range.lowerBound >= start && mark.range.upperBound <= bytes.count {
            marked += bytes[start..<mark.range.lowerBound]
            let sign = "[" + (mark.number.map(String.init) ?? "?") + "]"
            marked += Array((mark.range.isEmpty ? " " + sign : sign).utf8)
            start = mark.range.upperBound
        }
        return String(decoding: marked + bytes[start...], as: UTF8.self)
    }

    /// `1 of 3 sentences is not in the documents`; `nil` where all are, or none is.
    package var gap: String? {
        guard unsupported > 0, unsupported < sentences else { return nil }
        return "\(unsupported) of \(sentences) sentences \(unsupported == 1 ? "is" : "are") not in the documents"
    }
}
