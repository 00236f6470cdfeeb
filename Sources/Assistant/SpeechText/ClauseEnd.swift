/// Where clauses end.
enum ClauseEnd {
    /// What stands behind a mark decides whether it is an end: a blank, or a closing sign and a blank.
    static let lookAhead = 3

    private static let marks: [Character: SpokenClause.End] = [
        ".": .stop, "!": .exclamation, "?": .question, ",": .comma, ";": .semicolon, ":": .colon, "…": .stop,
        "。": .stop, "！": .exclamation, "？": .question, "、": .comma, "，": .comma,
    ]
    private static let closing: Set<Character> = ["\"", "'", ")", "]", "”", "’", "»", "*", "_", "`"]
    /// A stop behind these ends nothing where a number follows.
    private static let numbered: Set<String> = ["no", "nos"]
    /// Stops behind these end nothing.
    private static let abbreviations: Set<String> = [
        "mr", "mrs", "ms", "dr", "prof", "st", "sr", "jr", "vs", "e.g", "i.e", "approx", "fig", "vol",
        "gen",
        "sen", "rep", "gov", "capt", "lt", "col", "sgt", "ca", "cf", "bzw", "z.b", "d.h", "ave", "rd", "blvd", "apt",
        "dept",
        "jan", "feb", "mar", "apr", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "p.m", "a.m", "u.s", "u.k",
    ]

    /// The first end behind `start`: how many characters the clause has, and how it ends.
    static func first(
        in line: ArraySlice<Character>, from start: Int, shortest: Int, longest: Int
    ) -> (count: Int, mark: SpokenClause.End)? {
        var depth = 0
        var isCode = false
        for (index, character) in line.enumerated() {
            if character == "`" { isCode.toggle() }
            if character == "[" || character == "(" { depth += 1 }
            if character == "]" || character == ")" { depth = max(0, depth - 1) }
            guard index >= start || index + 1 >= longest else { continue }
            if index + 1 >= longest, character == " " { return (index + 1, .comma) }
            guard !isCode, depth == 0, let mark = marks[character] else { continue }
            if let count = end(at: index, in: line, mark, shortest) { return (count, mark) }
        }
        return nil
    }

    /// The number of characters up to behind the mark at `index`, where it is sure to be an end.
    private static func end(
        at offset: Int, in line: ArraySlice<Character>, _ mark: SpokenClause.End, _ shortest: Int
    ) -> Int? {
        let index = line.startIndex + offset
        var next = index + 1
        while next < line.endIndex, next <= index + 2, closing.contains(line[next]) || marks[line[next]] != nil {
            next += 1
        }
        guard next < line.endIndex, line[next].isWhitespace else { return nil }
        if !mark.endsSentence, next - line.startIndex < shortest { return nil }
        if line[index] == "." {
            // What "no." means is known from what follows.
            if numbered.contains(word(before: index, in: line)), next + 1 >= line.endIndex { return nil }
            guard isStop(at: index, in: line) else { return nil }
        }
        return next - line.startIndex
    }

    /// Not behind an abbreviation, an initial or the number of a list.
    private static func isStop(at index: Int, in line: ArraySlice<Character>) -> Bool {
        let start = start(ofWordBefore: index, in: line)
        let word = word(before: index, in: line)
        if word.isEmpty { return true }
        if numbered.contains(word) { return line[(index + 1)...].first { !$0.isWhitespace }?.isNumber != true }
        if abbreviations.contains(word) { return false }
        if word.count == 1, word.allSatisfy(\.isLetter) { return false }
        return !(line[..<start].allSatisfy { $0.isWhitespace || $0 == "#" } && word.allSatisfy(\.isNumber))
    }

    private static func word(before index: Int, in line: ArraySlice<Character>) -> String {
        String(line[start(ofWordBefore: index, in: line)..<index]).lowercased()
            .filter { $0.isLetter || $0.isNumber || $0 == "." }
    }

    private static func start(ofWordBefore index: Int, in line: ArraySlice<Character>) -> Int {
        var start = index
        while start > line.startIndex, index - start < 12, !line[start - 1].isWhitespace { start -= 1 }
        return start
    }

    /// Cuts at marks that have become ends, now that Markdown's signs are gone: dashes and brackets too.
    static func split(
        _ text: String, end: SpokenClause.End
    ) -> (parts: [(text: String, mark: SpokenClause.End)], last: SpokenClause.End) {
        var parts: [(text: String, mark: SpokenClause.End)] = []
        var part = ""
        let characters = Array(text)
        var last = end
        for (index, character) in characters.enumerated() {
            let next = index + 1 < characters.count ? characters[index + 1] : " "
            let isDash = "–—-".contains(character) && next == " " && part.last == " "
            let isBracket = "()[]{}\"“”«»".contains(character)
            if character == "—" || isDash || isBracket && part.contains(where: { $0.isLetter }) && character != "\"" {
                parts.append((part, .comma))
                part = ""
            } else if isBracket {
                part.append(" ")
            } else if let mark = marks[character], next == " ",
                character != "." || isStop(at: index, in: characters[...])
            {
                last = mark
                parts.append((part, mark))
                part = ""
            } else {
                part.append(character)
            }
        }
        if part.contains(where: { $0.isLetter || $0.isNumber }) { last = end }
        parts.append((part, end))
        return (parts.filter { $0.text.contains { $0.isLetter || $0.isNumber || !$0.isASCII } }, last)
    }
}
