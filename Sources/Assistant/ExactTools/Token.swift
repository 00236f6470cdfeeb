/// A word, a number or a sign of a question.
struct Token: Hashable {
    enum Part: Hashable {
        /// In lower case.
        case word(String)
        /// Without the commas between thousands: `1234.5`, `1e3`.
        case number(String)
        case sign(Character)
    }

    let part: Part
    /// As it was written.
    var spelling: String
    /// Whether a blank stands before it.
    var isSpaced: Bool
    /// Whether commas part its thousands, and could part numbers as well: `100,200`.
    var mayBeList = false

    /// What phrases are compared with.
    let text: String

    /// A token that nobody wrote, for calculations in other words.
    init(_ part: Part) {
        self.init(part, spelling: "", isSpaced: true)
        spelling = text
    }

    init(_ part: Part, spelling: String, isSpaced: Bool, mayBeList: Bool = false) {
        self.part = part
        text =
            switch part {
            case .word(let word), .number(let word): word
            case .sign(let sign): String(sign)
            }
        self.spelling = spelling
        self.isSpaced = isSpaced
        self.mayBeList = mayBeList
    }

    var isNumber: Bool { if case .number = part { true } else { false } }
    var isWord: Bool { if case .word = part { true } else { false } }

    func isSign(_ signs: String) -> Bool { if case .sign(let sign) = part { signs.contains(sign) } else { false } }
}

extension Collection<Token> {
    /// The text as a person writes it: blanks where they stood.
    var written: String {
        reduce(into: "") { text, token in
            text += (token.isSpaced && !text.isEmpty ? " " : "") + token.spelling
        }
    }
}

/// Cuts a question into tokens. It knows every character, or nothing.
struct TokenScanner {
    private static let signs = "+-−–—*×·⋅∙/÷∕^%()=?.!,;°€$£:√²³\"“”"
    private static let sameSigns: [Character: Character] = [
        "−": "-", "—": "–", "×": "*", "·": "*", "⋅": "*", "∙": "*", "÷": "/", "∕": "/",
    ]
    private static let contractions: [String: [String]] = [
        "what's": ["what", "is"], "whats": ["what", "is"], "it's": ["it", "is"], "how's": ["how", "is"],
    ]
    /// Fractions that are one character, and end as decimals.
    private static let fractions: [Character: String] = ["½": "0.5", "¼": "0.25", "¾": "0.75"]

    private let characters: [Character]
    private var place = 0
    private var tokens: [Token] = []

    /// `nil` where a character is unknown, or a number could be read in two ways: `0,125`, `1.000,50`, `1.5.2024`.
    static func tokens(of text: String) -> [Token]? {
        var scanner = TokenScanner(characters: Array(text))
        return scanner.scan() ? scanner.tokens : nil
    }

    private init(characters: [Character]) { self.characters = characters }

    private mutating func scan() -> Bool {
        var isSpaced = false
        while place < characters.count {
            let character = characters[place]
            if character.isWhitespace {
                isSpaced = true
                place += 1
                continue
            }
            guard next(character, isSpaced) else { return false }
            isSpaced = false
        }
        return true
    }

    private mutating func next(_ character: Character, _ isSpaced: Bool) -> Bool {
        if isDigit(place) || character == "." && isDigit(place + 1) { return number(isSpaced) }
        if let decimal = Self.fractions[character] {
            guard place == 0 || !characters[place - 1].isASCIIDigit, !isDigit(place + 1) else { return false }
            add(.number(decimal), String(character), isSpaced)
            place += 1
            return true
        }
        if character.isLetter {
            word(isSpaced)
            return true
        }
        if mark(character) { return true }
        guard Self.signs.contains(character) else { return false }
        place += 1
        if character == "*", place < characters.count, characters[place] == "*" {
            place += 1
            add(.sign("^"), "**", isSpaced)
        } else {
            add(.sign(Self.sameSigns[character] ?? character), String(character), isSpaced)
        }
        return true
    }

    /// Feet and inches by their marks: `5'11"`, `6′`. A foot's mark stands behind a number, an inch's behind a number after it.
    private mutating func mark(_ character: Character) -> Bool {
        guard let last = tokens.last, case .number = last.part, place > 0, characters[place - 1].isASCIIDigit else {
            return false
        }
        if "'\u{2019}\u{2032}".contains(character) {
            guard tokens.count < 3 || !isFeet(tokens.count - 3) else { return false }
            add(.word("feet"), "feet", true)
        } else if "\"\u{201D}\u{2033}".contains(character), tokens.count > 2, isFeet(tokens.count - 2) {
            add(.word("inches"), "inches", true)
        } else {
            return false
        }
        place += 1
        return true
    }

    /// Whether a foot's mark, or its word, is the token at `index`.
    private func isFeet(_ index: Int) -> Bool { tokens[index].part == .word("feet") }

    private mutating func add(_ part: Token.Part, _ spelling: String, _ isSpaced: Bool, mayBeList: Bool = false) {
        tokens.append(Token(part, spelling: spelling, isSpaced: isSpaced, mayBeList: mayBeList))
    }

    private func isDigit(_ place: Int) -> Bool { place < characters.count && characters[place].isASCIIDigit }

    private mutating func word(_ isSpaced: Bool) {
        let start = place
        while place < characters.count, characters[place].isLetter || "'’".contains(characters[place]) { place += 1 }
        let spelling = String(characters[start..<place])
        let word = spelling.lowercased().replacing("’", with: "'")
        guard let words = Self.contractions[word] else {
            // "per cent" is one word in two.
            if word == "cent", let last = tokens.last, last.part == .word("per") {
                tokens[tokens.count - 1] = Token(
                    .word("percent"), spelling: last.spelling + " " + spelling, isSpaced: last.isSpaced)
            } else {
                add(.word(word), spelling, isSpaced)
            }
            return
        }
        for (index, word) in words.enumerated() { add(.word(word), word, isSpaced || index > 0) }
    }

    /// Digits with an optional fraction and power of ten; commas only where they part thousands.
    private mutating func number(_ isSpaced: Bool) -> Bool {
        let start = place
        var digits = ""
        takeDigits(&digits)
        var mayBeList = false
        if !digits.isEmpty, place < characters.count, characters[place] == ",", isDigit(place + 1) {
            guard (1...3).contains(digits.utf8.count), digits.first != "0", takeThousands(&digits) else { return false }
            mayBeList = !String(characters[start..<place]).contains(",0")
        }
        if place < characters.count, characters[place] == ".", isDigit(place + 1) {
            digits += digits.isEmpty ? "0." : "."
            place += 1
            takeDigits(&digits)
            let isFollowed = place < characters.count && ".,".contains(characters[place]) && isDigit(place + 1)
            guard !isFollowed else { return false }
        }
        takeExponent(&digits)
        add(.number(digits), String(characters[start..<place]), isSpaced, mayBeList: mayBeList)
        return true
    }

    private mutating func takeDigits(_ digits: inout String) {
        while isDigit(place) {
            digits.append(characters[place])
            place += 1
        }
    }

    /// Groups of three to the end.
    private mutating func takeThousands(_ digits: inout String) -> Bool {
        while place < characters.count, characters[place] == ",", isDigit(place + 1) {
            place += 1
            let before = digits.utf8.count
            takeDigits(&digits)
            guard digits.utf8.count == before + 3 else { return false }
        }
        return true
    }

    /// `e3`, `E-3`; a letter that other letters follow is a word's.
    private mutating func takeExponent(_ digits: inout String) {
        guard place < characters.count, "eE".contains(characters[place]) else { return }
        var end = place + 1
        var sign = ""
        if end < characters.count, "+-−".contains(characters[end]) {
            sign = characters[end] == "+" ? "" : "-"
            end += 1
        }
        guard isDigit(end) else { return }
        let first = end
        while isDigit(end) { end += 1 }
        guard end == characters.count || !characters[end].isLetter else { return }
        digits += "e" + sign + String(characters[first..<end])
        place = end
    }
}

extension Character {
    var isASCIIDigit: Bool { ("0"..."9").contains(self) }
}
