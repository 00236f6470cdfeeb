/// Reads Markdown: headings, paragraphs, lists and tables as sentences; marks, links' addresses and comments are left out.
///
/// A heading that ends in a question mark is a question, and what stands beneath it, up to the next heading, is its answer,
/// kept word for word.
package enum MarkdownReader {
    /// A longer answer is a text to look things up in.
    private static let longestAnswer = 4_000

    /// - Parameter answersQuestions: whether headings are such questions: not where a program made the Markdown.
    package static func document(_ text: String, answersQuestions: Bool = true) -> TextDocument {
        var reading = Reading(answersQuestions: answersQuestions)
        for line in TextLines(Substring(text)) { reading.take(line) }
        return reading.finished()
    }

    private struct Reading {
        let answersQuestions: Bool
        var document = TextDocument()
        var paragraph: [String] = []
        var question: String?
        var answer: [Substring] = []
        var fence: Substring?
        var isInComment = false

        mutating func take(_ line: Substring) {
            if question != nil, !isHeading(line) { answer.append(line) }
            let trimmed = line.trimmingWhiteSpace
            if let fence {
                if trimmed.hasPrefix(fence) { self.fence = nil } else { addCode(trimmed) }
                return
            }
            if trimmed.hasPrefix("```") || trimmed.hasPrefix("~~~") {
                end()
                fence = trimmed.prefix(3)
                return
            }
            guard !skipsComment(trimmed) else { return }
            if let (level, heading) = heading(trimmed) { return begin(heading, level) }
            guard !trimmed.isEmpty, !isRule(trimmed) else { return end() }
            if startsItem(trimmed) { end() }
            let plain = MarkdownReader.plain(trimmed)
            if !plain.isEmpty { paragraph.append(plain) }
        }

        mutating func finished() -> TextDocument {
            end()
            endAnswer()
            if document.title.isEmpty { document.title = onlyTopHeading ?? "" }
            return document
        }

        /// The heading above all others, in a document that has one.
        private var onlyTopHeading: String? {
            let headings = document.blocks.compactMap { block -> (text: String, level: Int)? in
                if case .heading(let text, let level) = block { (text, level) } else { nil }
            }
            guard let top = headings.map(\.level).min() else { return nil }
            let highest = headings.filter { $0.level == top }
            return highest.count == 1 ? highest[0].text : nil
        }

        private mutating func begin(_ heading: String, _ level: Int) {
            end()
            endAnswer()
            if document.title.isEmpty, level == 1 { document.title = heading }
            document.blocks.append(.heading(heading, level: level))
            if answersQuestions, heading.hasSuffix("?") { question = heading }
        }

        /// Ends a paragraph.
        private mutating func end() {
            if !paragraph.isEmpty { document.blocks.append(.paragraph(paragraph.joined(separator: " "))) }
            paragraph = []
        }

        /// What stood beneath a question is its answer, and not a text beside it.
        private mutating func endAnswer() {
            defer {
                question = nil
                answer = []
            }
            guard let question else { return }
            let words = answer.joined(separator: "\n").trimmingLineBreaks
            guard !words.isEmpty, words.utf8.count <= MarkdownReader.longestAnswer else { return }
            document.questions.append(TextDocument.AnsweredQuestion(question: question, answer: words))
            guard
                let start = document.blocks.lastIndex(where: {
                    if case .heading(question, _) = $0 { true } else { false }
                })
            else { return }
            document.blocks.removeSubrange(start...)
        }

        private mutating func addCode(_ line: Substring) {
            if !line.isEmpty { document.blocks.append(.paragraph(String(line))) }
        }

        /// Whether the line is part of an HTML comment.
        private mutating func skipsComment(_ line: Substring) -> Bool {
            if isInComment {
                if line.contains("-->") { isInComment = false }
                return true
            }
            guard line.hasPrefix("<!--") else { return false }
            isInComment = !line.contains("-->")
            return true
        }

        private func isHeading(_ line: Substring) -> Bool { fence == nil && heading(line.trimmingWhiteSpace) != nil }

        private func heading(_ line: Substring) -> (Int, String)? {
            let marks = line.prefix { $0 == "#" }
            guard (1...6).contains(marks.count) else { return nil }
            var rest = line.dropFirst(marks.count)
            guard rest.first == " " || rest.first == "\t" else { return nil }
            while rest.last == "#" || rest.last?.isWhitespace == true { rest.removeLast() }
            // {#name} of some writers.
            if rest.hasSuffix("}"), let brace = rest.lastIndex(of: "{") { rest = rest[..<brace] }
            let words = MarkdownReader.plain(rest.trimmingWhiteSpace)
            return words.isEmpty ? nil : (marks.count, words)
        }

        private func isRule(_ line: Substring) -> Bool {
            isTag(line) || line.count >= 3 && line.allSatisfy { "-=*_|: +".contains($0) }
        }

        /// A line of HTML that only says how a part looks.
        private func isTag(_ line: Substring) -> Bool {
            guard line.first == "<", line.last == ">", !line.dropFirst().dropLast().contains("<") else { return false }
            return line.dropFirst().first.map { $0.isLetter || $0 == "/" } ?? false
        }

        private func startsItem(_ line: Substring) -> Bool {
            if let first = line.first, "-*+".contains(first), line.dropFirst().first == " " { return true }
            if line.hasPrefix("|") || line.hasPrefix(">") { return true }
            let digits = line.prefix { $0.isNumber }
            return !digits.isEmpty
                && (line.dropFirst(digits.count).hasPrefix(". ") || line.dropFirst(digits.count).hasPrefix(") "))
        }
    }

    /// A line without its marks: of a link its words stay, of a picture nothing.
    static func plain(_ line: Substring) -> String {
        guard line.utf8.contains(where: { marks.contains($0) }) else { return String(line) }
        var line = line
        while let first = line.first, ">|".contains(first) { line = line.dropFirst().trimmingWhiteSpace }
        if let first = line.first, "-*+".contains(first), line.dropFirst().first == " " { line = line.dropFirst(2) }
        var plain = ""
        var index = line.startIndex
        while index < line.endIndex {
            let character = line[index]
            let next = line.index(after: index)
            switch character {
            case "\\" where next < line.endIndex:
                plain.append(line[next])
                index = line.index(after: next)
            case "*", "`": index = next
            case "_" where isEdge(line, index): index = next
            case "|":
                plain += ", "
                index = next
            case "&":
                let entity = entities.first { line[index...].hasPrefix($0.name) }
                plain.append(entity?.character ?? "&")
                index = entity.map { line.index(index, offsetBy: $0.name.count) } ?? next
            case "[", "!":
                if let (words, end) = link(line, at: index) {
                    plain += words
                    index = end
                } else {
                    plain.append(character)
                    index = next
                }
            default:
                plain.append(character)
                index = next
            }
        }
        return PlainTextReader.squeezed(plain[...].trimmingWhiteSpace)
    }

    private static let marks: Set<UInt8> = Set("\\*`_|[>-+& \t".utf8)

    private static let entities: [(name: String, character: Character)] = [
        ("&nbsp;", " "), ("&lt;", "<"), ("&gt;", ">"), ("&amp;", "&"), ("&quot;", "\""),
    ]

    /// An underscore inside a word is part of it.
    private static func isEdge(_ line: Substring, _ index: Substring.Index) -> Bool {
        let before = index > line.startIndex ? line[line.index(before: index)] : " "
        let after = line.index(after: index)
        let behind = after < line.endIndex ? line[after] : " "
        return !(before.isLetter || before.isNumber) || !(behind.isLetter || behind.isNumber)
    }

    /// The words of `[words](address)`, none of `![words](address)`, and where it ends. A picture may stand in for the words.
    private static func link(_ line: Substring, at index: Substring.Index) -> (words: String, end: Substring.Index)? {
        let isPicture = line[index] == "!"
        let open = isPicture ? line.index(after: index) : index
        guard open < line.endIndex, line[open] == "[" else { return nil }
        let rest = line[line.index(after: open)...].prefix(500)
        guard let close = closingBracket(in: rest) else { return nil }
        let after = line.index(after: close)
        guard after < line.endIndex, line[after] == "(", let end = line[after...].prefix(2_000).firstIndex(of: ")")
        else {
            return nil
        }
        return (isPicture ? "" : withoutPictures(rest[..<close]), line.index(after: end))
    }

    /// Where the bracket ends that was opened before `text`; brackets in it are in pairs.
    private static func closingBracket(in text: Substring) -> Substring.Index? {
        var depth = 0
        for index in text.indices {
            switch text[index] {
            case "[": depth += 1
            case "]" where depth == 0: return index
            case "]": depth -= 1
            default: break
            }
        }
        return nil
    }

    private static func withoutPictures(_ words: Substring) -> String {
        guard let mark = words.firstIndex(of: "!"), let picture = link(words, at: mark) else { return String(words) }
        return words[..<mark] + withoutPictures(words[picture.end...])
    }
}

extension Substring {
    var trimmingWhiteSpace: Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}

extension String {
    /// Without blank lines at its ends.
    var trimmingLineBreaks: String { String(self[...].trimmingWhiteSpace) }
}
