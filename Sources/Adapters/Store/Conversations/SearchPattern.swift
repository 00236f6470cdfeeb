internal import AssistantCore

/// What a person typed into the search, as an expression of SQLite's full-text language.
///
/// Each word that holds a letter or a digit becomes a quoted phrase with a trailing star, so that nothing in it is
/// taken for an operator: `say "hi` becomes `"say"* "hi"*`.
struct SearchPattern {
    let expression: String

    /// More words than these are ignored.
    private static let maxWords = 16
    private static let maxWordLength = 64

    /// `nil` where there is no word.
    init?(_ query: String) {
        let words = query.prefix(Self.maxWords * Self.maxWordLength)
            .split { $0.isWhitespace || $0 == "\"" || $0 == "\0" }
            .filter { $0.contains { $0.isLetter || $0.isNumber } }
            .prefix(Self.maxWords)
        guard !words.isEmpty else { return nil }
        expression = words.map { "\"\($0.prefix(Self.maxWordLength))\"*" }.joined(separator: " ")
    }

    /// Splits an excerpt whose matches stand between U+0002 and U+0003.
    static func segments(of excerpt: String) -> [SearchHit.Segment] {
        var segments: [SearchHit.Segment] = []
        var text = ""
        var isMatch = false
        for scalar in excerpt.unicodeScalars {
            guard scalar == "\u{2}" || scalar == "\u{3}" else {
                text.unicodeScalars.append(scalar)
                continue
            }
            if !text.isEmpty { segments.append(SearchHit.Segment(text: text, isMatch: isMatch)) }
            text = ""
            isMatch = scalar == "\u{2}"
        }
        if !text.isEmpty { segments.append(SearchHit.Segment(text: text, isMatch: isMatch)) }
        return segments
    }
}
