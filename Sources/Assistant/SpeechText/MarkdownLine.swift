internal import AssistantCore

/// What kind of line of Markdown it is.
struct MarkdownLine {
    enum Kind: Equatable {
        case text
        /// Code begins or ends.
        case fence(Character, language: String)
        /// 0 columns: the line between the names and the rows.
        case tableRow(columns: Int)
        /// A line that only divides.
        case rule
    }

    let kind: Kind

    /// The sign of a fence, where this is one.
    var fence: Character? { if case .fence(let mark, _) = kind { mark } else { nil } }

    /// - Parameter isWhole: the line from its start.
    init(_ line: ArraySlice<Character>, isWhole: Bool) {
        let content = line.drop(while: \.isWhitespace)
        guard isWhole, let first = content.first else {
            kind = .text
            return
        }
        let signs = content.prefix { $0 == first }.count
        if first == "`" || first == "~", signs >= 3 {
            let name = content.dropFirst(signs).filter { $0.isLetter || $0.isNumber || $0 == "+" || $0 == "#" }
            kind = .fence(first, language: String(name.prefix(20)))
        } else if first == "|" {
            let isDivider = content.allSatisfy { "|-: ".contains($0) }
            let cells = content.split(separator: "|").count { $0.contains { !$0.isWhitespace } }
            kind = .tableRow(columns: isDivider ? 0 : max(1, cells))
        } else if "-*_=".contains(first), content.allSatisfy({ $0 == first || $0 == " " }), signs >= 3 {
            kind = .rule
        } else {
            kind = .text
        }
    }

    /// Whether the beginning of a line can be said before its end is known: not where it may be code, a table or a rule.
    static func mayBeText(_ line: ArraySlice<Character>) -> Bool {
        let content = line.drop(while: \.isWhitespace)
        guard let first = content.first else { return false }
        if first == "|" { return false }
        guard "`~-*_=".contains(first) else { return true }
        return content.prefix { $0 == first }.count < 3 && content.count > 3
    }

    /// The line without the signs of headings, quotations and lists, and the number of an item.
    static func content(_ line: ArraySlice<Character>, isStart: Bool) -> (text: ArraySlice<Character>, number: String?)
    {
        var text = line.drop(while: \.isWhitespace)
        guard isStart else { return (text, nil) }
        while let first = text.first, first == ">" || first == "#" {
            text = text.dropFirst().drop { $0 == "#" || $0.isWhitespace }
        }
        if let first = text.first, "-*+•".contains(first), text.dropFirst().first?.isWhitespace == true {
            text = text.dropFirst(2).drop(while: \.isWhitespace)
            // A box to be ticked.
            if text.count > 3, text.first == "[", text.dropFirst(2).first == "]" { text = text.dropFirst(3) }
            return (text, nil)
        }
        let digits = text.prefix(4).prefix { $0.isASCII && $0.isNumber }
        let behind = text.dropFirst(digits.count)
        if !digits.isEmpty, digits.count < 4, let sign = behind.first, sign == "." || sign == ")",
            behind.dropFirst().first?.isWhitespace == true
        {
            return (behind.dropFirst(2), String(digits))
        }
        return (text, nil)
    }
}

/// Signs inside a line of Markdown.
enum MarkdownInline {
    /// The text without signs of emphasis, code and HTML; links and pictures by their names.
    static func plain(_ line: ArraySlice<Character>) -> String {
        let text = Array(line)
        var plain = ""
        var index = 0
        while index < text.count {
            let character = text[index]
            let next = index + 1 < text.count ? text[index + 1] : " "
            let previous = index > 0 ? text[index - 1] : " "
            switch character {
            case "!" where next == "[", "[":
                let isPicture = character == "!"
                if let link = link(text, from: isPicture ? index + 1 : index) {
                    plain += isPicture ? " picture \(link.name) " : "\(link.name) (a link) "
                    index = link.end
                    continue
                }
                plain.append(character)
            case "<" where next.isLetter || next == "/" || next == "!":
                if let end = text[index...].prefix(200).firstIndex(of: ">") {
                    index = end + 1
                    continue
                }
                plain.append(character)
            case "\\":
                // A formula's signs and fractions; the backslash of anything else is not said.
                if let math = MathText.take(text[index...], after: index > 0 ? previous : nil) {
                    plain += math.text
                    index += math.count
                    continue
                }
            case "`": break
            case "*", "_", "~":
                // Emphasis stands at a word; a sign between blanks, or a line inside a name, is said.
                if previous == " ", next == " " { plain.append(character) }
                if character == "_", isWord(previous), isWord(next) { plain.append(" ") }
            default: plain.append(character)
            }
            index += 1
        }
        return plain
    }

    private static func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }

    /// The name of the link that begins at `start`, and the place behind it.
    private static func link(_ text: [Character], from start: Int) -> (name: String, end: Int)? {
        let window = text[start...].prefix(600)
        guard let close = window.firstIndex(of: "]"), close + 1 < text.count, text[close + 1] == "(",
            let end = window[(close + 1)...].firstIndex(of: ")")
        else { return nil }
        let name = String(text[start + 1..<close].filter { !"[]!*_`".contains($0) })
        return (name.isEmpty ? "" : name, end + 1)
    }
}
