/// A question as the tools read it: lower-case words, numbers and signs, without the politeness around it.
struct Question {
    enum Part: Hashable {
        case word(String)
        /// As written, without the commas between thousands: `1234.5`.
        case number(String)
        case sign(Character)
    }

    /// Whether blanks stand around every sign: `9/11` may be a date, `9 / 11` is a division.
    let hasLooseSigns: Bool
    /// Somebody asked for a calculation in so many words.
    let asksToCalculate: Bool
    let parts: [Part]

    private static let openings: [[String]] = [
        ["please"], ["hey"], ["hello"], ["hi"], ["ok"], ["so"], ["brim"], ["can", "you"], ["could", "you"],
        ["tell", "me"], ["do", "you", "know"], ["say"], ["i", "want", "to", "know"],
    ]
    private static let calculations: [[String]] = [
        ["calculate"], ["compute"], ["work", "out"], ["evaluate"], ["solve"],
    ]
    private static let questions: [[String]] = [
        ["what", "is"], ["what's"], ["whats"], ["how", "much", "is"], ["what", "are"], ["what", "does"],
        ["give", "me"],
        ["what", "do"],
    ]

    init?(_ text: String) {
        guard let scanned = Self.scan(text) else { return nil }
        var parts = scanned.parts
        while let last = parts.last, last == .sign("?") || last == .sign(".") || last == .sign("!") {
            parts.removeLast()
        }
        if parts.last == .word("please") { parts.removeLast() }
        var isCalculation = false
        if parts.last == .sign("=") {
            parts.removeLast()
            isCalculation = true
        }
        while Self.drop(Self.openings, from: &parts) || parts.first == .sign(",") && parts.removeFirst() == .sign(",") {
        }
        if Self.drop(Self.calculations, from: &parts) { isCalculation = true }
        guard !parts.isEmpty else { return nil }
        hasLooseSigns = scanned.hasLooseSigns
        asksToCalculate = isCalculation
        self.parts = parts
    }

    /// The parts after `what is` and its like; all of them where there is no such beginning.
    var asked: [Part] {
        var parts = parts
        _ = Self.drop(Self.questions, from: &parts)
        return parts
    }

    /// The parts as words, numbers and signs among them as they stand.
    var words: [String] {
        parts.map { part in
            switch part {
            case .word(let word), .number(let word): word
            case .sign(let sign): String(sign)
            }
        }
    }

    /// Takes the first of `phrases` that `parts` begins with off them.
    private static func drop(_ phrases: [[String]], from parts: inout [Part]) -> Bool {
        guard let phrase = phrases.first(where: { parts.starts(with: $0.map(Part.word)) }) else { return false }
        parts.removeFirst(phrase.count)
        return true
    }

    private static func scan(_ text: String) -> (parts: [Part], hasLooseSigns: Bool)? {
        let characters = Array(text.lowercased())
        var parts: [Part] = []
        var isLoose = true
        var place = 0
        while place < characters.count {
            let character = characters[place]
            if character.isWhitespace {
                place += 1
            } else if let (number, end) = number(in: characters, at: place) {
                parts.append(.number(number))
                place = end
            } else if character.isLetter {
                if character == "x", place > 0, characters[place - 1].isASCIIDigit { isLoose = false }
                let end =
                    characters[place...].firstIndex { !($0.isLetter || $0 == "'" || $0 == "’") } ?? characters.count
                parts.append(.word(String(characters[place..<end]).replacing("’", with: "'")))
                place = end
            } else if "+-−–*×·/÷^%()=?.!,°€$£:".contains(character) {
                if "-/".contains(character), place > 0, characters[place - 1].isASCIIDigit { isLoose = false }
                parts.append(.sign(character == "−" || character == "–" ? "-" : character))
                place += 1
            } else {
                return nil
            }
        }
        return (parts, isLoose)
    }

    /// Digits with an optional fraction; commas only where they part thousands.
    private static func number(in characters: [Character], at start: Int) -> (String, Int)? {
        func isDigit(_ place: Int) -> Bool { place < characters.count && characters[place].isASCIIDigit }
        let startsWithPoint = characters[start] == "." && isDigit(start + 1)
        guard isDigit(start) || startsWithPoint else { return nil }
        var digits = startsWithPoint ? "0" : ""
        var place = start
        while isDigit(place) {
            digits.append(characters[place])
            place += 1
            let isThousands =
                place < characters.count && characters[place] == "," && (1...3).allSatisfy { isDigit(place + $0) }
                && !isDigit(place + 4)
            if isThousands { place += 1 }
        }
        if place < characters.count, characters[place] == ".", isDigit(place + 1) {
            digits.append(".")
            place += 1
            while isDigit(place) {
                digits.append(characters[place])
                place += 1
            }
        }
        return (digits, place)
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
