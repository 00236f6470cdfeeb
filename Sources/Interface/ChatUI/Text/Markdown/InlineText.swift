internal import AssistantCore

/// A paragraph's text with its emphasis, code and links, cut into lines.
struct InlineText {
    /// Plain ASCII without a mark, which most text is: cut as bytes, for an answer that streams is cut for every picture.
    private var ascii: String?
    private var characters: [Character] = []
    private var styles: [Style] = []
    private let base: Style
    private let isOpen: Bool

    /// What begins anything else than text; a tab is several blanks.
    static let marks = Array("`*_[\\\t".utf8)

    /// How far the end of an emphasis is looked for.
    private static let reach = 2_000

    /// - Parameter isOpen: more may follow: an emphasis without an end goes on to it.
    init(_ source: String, _ base: Style = .plain, isOpen: Bool = false) {
        self.base = base
        self.isOpen = isOpen
        guard source.utf8.contains(where: Self.marks.contains) else {
            if source.utf8.allSatisfy({ (0x20..<0x7F).contains($0) }) {
                ascii = source
                return
            }
            characters = Array(source)
            styles = Array(repeating: base, count: characters.count)
            return
        }
        parse(Array(source.replacing("\t", with: "    "))[...], base)
    }

    // MARK: - Emphasis

    private mutating func parse(_ source: ArraySlice<Character>, _ style: Style) {
        var rest = source
        while let character = rest.first {
            if let taken = takeMarked(rest, style) {
                rest = rest.dropFirst(taken)
            } else {
                let isEscaped = character == "\\" && rest.dropFirst().first.map { "\\`*_[]#".contains($0) } == true
                if isEscaped { rest = rest.dropFirst() }
                put(rest.first ?? character, style)
                rest = rest.dropFirst()
            }
        }
    }

    private mutating func put(_ character: Character, _ style: Style) {
        characters.append(character)
        styles.append(style)
    }

    /// Takes what begins with a mark; returns how many characters it was, `nil` where there is no mark.
    private mutating func takeMarked(_ rest: ArraySlice<Character>, _ style: Style) -> Int? {
        switch rest.first {
        case "`": takeCode(rest, style)
        case "*", "_": takeEmphasis(rest, style)
        case "[": takeLink(rest, style)
        case "\\": takeMath(rest, style)
        default: nil
        }
    }

    private mutating func takeMath(_ rest: ArraySlice<Character>, _ style: Style) -> Int? {
        guard let math = MathText.take(rest, after: characters.last) else { return nil }
        for character in math.text { put(character, style) }
        return math.count
    }

    private mutating func takeCode(_ rest: ArraySlice<Character>, _ style: Style) -> Int? {
        let body = rest.dropFirst()
        let end = body.prefix(Self.reach).firstIndex(of: "`")
        guard end != nil || isOpen, body.first != "`" else { return nil }
        let code = body[..<(end ?? body.endIndex)]
        for character in code { put(character, Style(.brand, on: .panel, style.emphasis)) }
        return code.count + (end == nil ? 1 : 2)
    }

    private mutating func takeEmphasis(_ rest: ArraySlice<Character>, _ style: Style) -> Int? {
        let mark = rest[rest.startIndex]
        let count = min(2, rest.prefix { $0 == mark }.count)
        let body = rest.dropFirst(count)
        guard let first = body.first, first != " ", first != mark else { return nil }
        // An underscore inside a word is one.
        if mark == "_", let before = characters.last, before.isLetter || before.isNumber { return nil }
        guard let end = end(of: mark, count, in: body) else { return nil }
        var inner = style
        inner.emphasis.insert(count == 2 ? .bold : .italic)
        parse(body[..<end], inner)
        return count + (end - body.startIndex) + min(count, rest.endIndex - end)
    }

    /// Where an emphasis ends; at the end of the text where that is open.
    private func end(of mark: Character, _ count: Int, in body: ArraySlice<Character>) -> Int? {
        let limit = min(body.endIndex, body.startIndex + Self.reach)
        var index = body.startIndex + 1
        while index < limit {
            if body[index] == mark, body[index - 1] != " " {
                let run = body[index...].prefix { $0 == mark }.count
                if run >= count { return index }
                index += run
            }
            index += 1
        }
        guard isOpen, limit == body.endIndex else { return nil }
        // The first half of a closing mark that is still to come.
        return count == 2 && body.last == mark ? body.endIndex - 1 : body.endIndex
    }

    /// `[words](address)` as the words and the address.
    private mutating func takeLink(_ rest: ArraySlice<Character>, _ style: Style) -> Int? {
        let near = rest.prefix(Self.reach)
        guard let bracket = near.firstIndex(of: "]"), near.dropFirst(bracket - near.startIndex + 1).first == "(",
            let end = near[bracket...].firstIndex(of: ")"), bracket > near.startIndex + 1
        else { return nil }
        var words = style
        words.emphasis.insert(.underline)
        parse(near[(near.startIndex + 1)..<bracket], words)
        let address = near[(bracket + 2)..<end]
        if !address.isEmpty { for character in " (" + String(address) + ")" { put(character, Style(.muted)) } }
        return end - rest.startIndex + 1
    }

    // MARK: - Lines

    /// - Parameters:
    ///   - lead: stands before the first line; the others are indented by its width.
    ///   - repeatsLead: it stands before all of them.
    ///   - offset: of the paragraph in the whole text.
    func lines(_ width: Int, lead: Span? = nil, repeatsLead: Bool = false, offset: Int) -> [LaidLine] {
        let indent = lead.map { CellWidth.of($0.text) } ?? 0
        var breaker = LineBreaker(width: width - indent)
        var lines: [LaidLine] = []
        var start = 0
        func end(_ stop: Int) {
            let begin = lead.map { lines.isEmpty || repeatsLead ? [$0] : [Span(String(repeating: " ", count: indent))] }
            lines.append(LaidLine(spans: (begin ?? []) + spans(start..<stop), offset: offset + start))
            start = stop
        }
        if let ascii {
            for byte in ascii.utf8 {
                if let kept = breaker.take(ascii: byte) { end(start + kept) }
            }
            end(ascii.utf8.count)
            return lines
        }
        for character in characters {
            if let kept = breaker.take(character) { end(start + kept) }
        }
        end(characters.count)
        return lines
    }

    private func spans(_ range: Range<Int>) -> [Span] {
        if let ascii {
            let bytes = ascii.utf8
            let start = bytes.index(bytes.startIndex, offsetBy: range.lowerBound)
            let text = String(ascii[start..<bytes.index(start, offsetBy: range.count)])
            return text.isEmpty ? [] : [Span(text, base)]
        }
        var spans: [Span] = []
        var start = range.lowerBound
        while start < range.upperBound {
            let end = styles[start..<range.upperBound].firstIndex { $0 != styles[start] } ?? range.upperBound
            var text = ""
            for character in characters[start..<end] { text.append(character) }
            spans.append(Span(text, styles[start]))
            start = end
        }
        return spans
    }
}
