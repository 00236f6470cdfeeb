internal import AssistantCore
internal import FoundationEssentials

/// The text of an answer as its form is checked: words, sentences, paragraphs, marks.
struct AnswerForm {
    /// As it was written.
    let answer: String
    private let text: String
    private let lowercased: String

    init(_ answer: String) {
        self.answer = answer
        text = answer.trimmed
        lowercased = self.text.lowercased()
    }

    var hasLetters: Bool { text.contains(where: \.isLetter) }

    // MARK: Counts

    func count(_ part: Requirement.Part) -> Int {
        switch part {
        case .words: text.split { !$0.isWordPart }.count
        case .sentences: sentences
        case .bullets: lines.count(where: Self.isBullet)
        case .highlights: highlights
        case .placeholders: placeholders
        case .capitalWords: capitalWords
        case .items: items
        case .rows: rows
        case .paragraphs(let mark): pieces(between: mark).count
        case .sections(let word): sections(word)
        }
    }

    private var lines: [Substring] { text.split(whereSeparator: \.isNewline) }

    /// What ends in a full stop, a question or an exclamation mark, or with the text.
    private var sentences: Int {
        var count = 0
        var hasEnded = false
        var isOpen = false
        for character in text {
            if character.isWhitespace {
                if hasEnded, isOpen {
                    count += 1
                    isOpen = false
                }
                hasEnded = false
            } else if ".!?".contains(character) {
                hasEnded = true
                isOpen = true
            } else {
                if !"\"')]*_”’".contains(character) { hasEnded = false }
                isOpen = true
            }
        }
        return count + (isOpen ? 1 : 0)
    }

    private static func isBullet(_ line: Substring) -> Bool {
        let line = line.drop(while: \.isWhitespace)
        guard let mark = line.first else { return false }
        return mark == "-" || mark == "*" && line.dropFirst().first != "*" && line.count > 1
    }

    /// Runs between single or double asterisks of one line.
    private var highlights: Int {
        lines.reduce(0) { count, line in
            // What stands between the first and the second mark, the third and the fourth, and so on.
            let runs = line.split(separator: #/\*+/#, omittingEmptySubsequences: false).dropLast()
            let inside = runs.enumerated().filter { $0.offset % 2 == 1 }
            return count + inside.count { $0.element.contains { !$0.isWhitespace } }
        }
    }

    /// Lines of a list that are not indented more than its first.
    private var items: Int {
        let marked = lines.filter { $0.prefixMatch(of: #/\s*(?:[-*•+]|\*{0,2}\d{1,3}[.)])\s+\S/#) != nil }
        let depths = marked.map { $0.prefix(while: \.isWhitespace).count }
        return depths.count { $0 <= depths[0] }
    }

    private var rows: Int {
        let cells = lines.filter { $0.drop(while: \.isWhitespace).first == "|" }
        let rules = cells.count { $0.allSatisfy { "|-: ".contains($0) } }
        return max(0, cells.count - rules - (rules > 0 ? 1 : 0))
    }

    private var placeholders: Int {
        var count = 0
        var isOpen = false
        for character in text {
            if character == "[" {
                isOpen = true
            } else if character == "]", isOpen {
                count += 1
                isOpen = false
            } else if character.isNewline {
                isOpen = false
            }
        }
        return count
    }

    private var capitalWords: Int {
        text.split { !($0.isWordPart || $0 == "-" || $0 == "'") }
            .count { word in word.contains(where: \.isUppercase) && !word.contains(where: \.isLowercase) }
    }

    private func sections(_ word: String) -> Int {
        text.ranges(of: word).count { text[$0.upperBound...].drop(while: \.isWhitespace).first?.isNumber == true }
    }

    private func pieces(between mark: String) -> [Substring] {
        text.split(separator: mark).filter { $0.contains { !$0.isWhitespace && $0 != "*" } }
    }

    // MARK: Words

    func occurrences(of phrase: String) -> Int {
        phrase.isEmpty ? 0 : lowercased.ranges(of: phrase.lowercased()).count
    }

    func occurrences(of letter: Character) -> Int {
        let letter = letter.lowercased()
        return lowercased.count { String($0) == letter }
    }

    func hasWord(_ word: String) -> Bool {
        guard !word.isEmpty else { return false }
        return lowercased.ranges(of: word.lowercased()).contains { range in
            lowercased[..<range.lowerBound].last?.isWordPart != true
                && lowercased[range.upperBound...].first?.isWordPart != true
        }
    }

    // MARK: Beginning and end

    func ends(with words: String) -> Bool {
        var end = lowercased[...]
        while let last = end.last, last == "\"" || last == "”" { end.removeLast() }
        return String(end).trimmed.hasSuffix(words.lowercased().trimmed)
    }

    func begins(with request: String) -> Bool {
        let request = request.lowercased().trimmed
        return !request.isEmpty && lowercased.hasPrefix(request)
    }

    var isQuoted: Bool { text.count > 1 && text.first == "\"" && text.last == "\"" }

    var hasTitle: Bool {
        guard let start = text.firstRange(of: "<<") else { return false }
        guard let end = text[start.upperBound...].firstRange(of: ">>") else { return false }
        let title = text[start.upperBound..<end.lowerBound]
        return title.contains { !$0.isWhitespace } && !title.contains(where: \.isNewline)
    }

    func hasPostscript(_ mark: String) -> Bool {
        let mark = mark.lowercased().filter { !$0.isWhitespace }
        return lines.contains { $0.lowercased().filter { !$0.isWhitespace && $0 != "*" }.contains(mark) }
    }

    // MARK: Whole forms

    var isJSON: Bool {
        var body = Substring(text)
        if body.hasPrefix("```") {
            body = body.drop { !$0.isNewline }
            if body.hasSuffix("```") { body = body.dropLast(3) }
        }
        return (try? JSONDecoder().decode(AnyJSON.self, from: Data(body.utf8))) != nil
    }

    var hasTwoAnswers: Bool {
        let answers = text.split(separator: "******").map { String($0).trimmed }.filter { !$0.isEmpty }
        return answers.count == 2 && answers[0] != answers[1]
    }

    func paragraphs(_ count: Int, _ place: Int, beginWith word: String) -> Bool {
        let paragraphs = text.split(separator: "\n\n").map { String($0).trimmed }.filter { !$0.isEmpty }
        guard paragraphs.count == count, place >= 1, place <= count else { return false }
        let first = paragraphs[place - 1].lowercased().drop { "\"'“*".contains($0) }.prefix { $0.isWordPart }
        return first == word.lowercased()
    }
}

/// Any value of JSON, of which nothing but its form is of interest.
private struct AnyJSON: Decodable {
    private struct Key: CodingKey {
        var stringValue: String
        var intValue: Int? { nil }
        init(stringValue: String) { self.stringValue = stringValue }
        init?(intValue: Int) { nil }
    }

    init(from decoder: any Decoder) throws {
        if let object = try? decoder.container(keyedBy: Key.self) {
            for key in object.allKeys { _ = try object.decode(AnyJSON.self, forKey: key) }
        } else if var array = try? decoder.unkeyedContainer() {
            while !array.isAtEnd { _ = try array.decode(AnyJSON.self) }
        } else {
            let value = try decoder.singleValueContainer()
            guard
                value.decodeNil() || (try? value.decode(Bool.self)) != nil || (try? value.decode(Double.self)) != nil
                    || (try? value.decode(String.self)) != nil
            else { throw DecodingError.dataCorruptedError(in: value, debugDescription: "no value") }
        }
    }
}

extension Character {
    fileprivate var isWordPart: Bool { isLetter || isNumber || self == "_" }
}
