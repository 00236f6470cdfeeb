internal import AssistantCore
internal import Transformer

extension LoopDetector.Tolerance {
    /// How much repetition a request gives reason for, as far as its words tell.
    ///
    /// Words of the languages that the models know best; where none is known, repetition counts as a fault sooner, and an
    /// answer that goes on otherwise is the worst that comes of it.
    init(request: String) {
        let words = Self.words(request)
        if let copies = Self.copies(in: words) {
            self = .copies(copies)
        } else if words.contains(where: Self.isUnbounded) {
            self = .copies(nil)
        } else if words.contains(where: Self.isRefrain) {
            self = .refrain
        } else {
            self = .prose
        }
    }

    /// Says whether a request wants to hear again what was said before: "Repeat that", "Say it once more".
    static func asksAgain(_ request: String) -> Bool {
        let words = words(request)
        return again.contains { words.contains($0) } || againUnspaced.contains { request.contains($0) }
    }

    /// The latest thing that the person said.
    init(_ prompt: GenerationRequest.Prompt) {
        switch prompt {
        case .chat(let messages): self.init(request: messages.last { $0.role == .user }?.text ?? "")
        case .raw(let text): self.init(request: String(text.suffix(2_000)))
        }
    }

    /// Runs of letters, and runs of digits: "50次" is two words.
    private static func words(_ text: String) -> [String] {
        var words: [String] = []
        var isInWord = false
        for character in text.prefix(8_000).lowercased() {
            let isDigit = character.isWholeNumber
            guard isDigit || character.isLetter else {
                isInWord = false
                continue
            }
            if isInWord, words.last?.last?.isWholeNumber == isDigit {
                words[words.count - 1].append(character)
            } else {
                words.append(String(character))
            }
            isInWord = true
        }
        return words
    }

    /// The largest number that stands beside a word for copies: "50 times", "zehnmal", "repeat it 5 times", "20 rows".
    private static func copies(in words: [String]) -> Int? {
        var most: Int?
        for (index, word) in words.enumerated() {
            guard let number = number(word) else { continue }
            let nearby = words[max(0, index - 3)..<min(words.count, index + 4)]
            // "The letter c at least 60 times", "the word appears 3 to 5 times" are conditions, and no wish for copies.
            let before = words[max(0, index - 6)..<index]
            let isCondition =
                before.suffix(3).contains(where: conditions.contains)
                || before.contains(where: occurrences.contains) && !before.contains(where: orders.contains)
            // "5x" and "10x10" count; the X of "Section X (where X is 1, 2, 3)" is a name.
            let isMultiplied = index + 1 < words.count && words[index + 1] == "x"
            if !isCondition, isMultiplied || nearby.contains(where: isCount) { most = max(most ?? 0, number) }
        }
        return most
    }

    private static func number(_ word: String) -> Int? {
        if let number = Int(word) { return (2...10_000).contains(number) ? number : nil }
        return numbers[word] ?? (word.hasSuffix("mal") ? numbers[String(word.dropLast(3))] : nil)
    }

    private static func isCount(_ word: String) -> Bool {
        counts.contains(word) || (word.hasSuffix("mal") && word.count > 5)
    }

    private static func isUnbounded(_ word: String) -> Bool { unbounded.contains(word) }

    private static func isRefrain(_ word: String) -> Bool { refrains.contains(word) }

    private static let numbers: [String: Int] = [
        "two": 2, "twice": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12, "dozen": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
        "hundred": 100, "drei": 3, "vier": 4, "zehn": 10, "zwanzig": 20, "hundert": 100, "dix": 10, "vingt": 20,
        "cent": 100, "diez": 10, "veinte": 20, "cien": 100, "dieci": 10, "venti": 20, "cento": 100, "tien": 10,
    ]

    private static let conditions: Set<String> = [
        "least", "most", "less", "more", "fewer", "mindestens", "höchstens", "moins", "plus", "menos", "más", "meno",
    ]

    /// Words by which something is to be found in a text that is about something else.
    private static let occurrences: Set<String> = [
        "appear", "appears", "appearing", "occur", "occurs", "occurring", "mention", "mentions", "mentioned",
        "mentioning",
        "include", "includes", "including", "contain", "contains", "containing", "use", "uses", "used", "using",
        "vorkommen", "vorkommt", "erwähnt", "enthält", "apparaît", "apparaître", "contient", "aparece", "aparezca",
        "contiene", "compare", "compaia",
    ]

    /// Words by which copies are ordered, whatever else is said.
    private static let orders: Set<String> = [
        "write", "say", "print", "type", "repeat", "output", "schreibe", "schreib", "sage", "sag", "wiederhole",
        "écris",
        "dis", "répète", "escribe", "di", "repite", "scrivi", "ripeti",
    ]

    /// Runs of words that ask for what was said before. "The same" or "once" alone say too little for that.
    private static let again: [[String]] = [
        ["again"], ["repeat"], ["verbatim"], ["unchanged"], ["once", "more"], ["one", "more", "time"],
        ["same", "answer"], ["same", "text"], ["same", "words"], ["same", "thing"], ["the", "same", "as", "before"],
        ["nochmal"], ["nochmals"], ["noch", "einmal"], ["noch", "mal"], ["wiederhole"], ["wiederholen"],
        ["répète"], ["répéter"], ["encore", "une", "fois"], ["repite"], ["otra", "vez"], ["ripeti"],
        ["ancora", "una", "volta"], ["di", "nuovo"], ["herhaal"], ["nog", "een", "keer"], ["nog", "eens"],
        ["powtórz"], ["jeszcze", "raz"], ["повтори"], ["ещё", "раз"], ["еще", "раз"],
    ]

    /// The same in scripts that put no blanks between words.
    private static let againUnspaced = ["再说一", "重复", "もう一度", "繰り返", "다시"]

    /// Words that make a number one of copies.
    private static let counts: Set<String> = [
        "times", "copies", "repetitions", "rows", "row", "columns", "lines", "stars", "asterisks", "dashes",
        "grid",
        "count",
        "table", "multiplication", "mal", "zeilen", "fois", "lignes", "veces", "filas", "líneas", "volte", "righe",
        "vezes", "linhas", "keer", "regels", "razy", "wierszy", "раз", "строк", "次", "遍", "回", "번",
    ]

    private static let unbounded: Set<String> = [
        "repeatedly", "endlessly", "forever", "immerzu", "endlos",
    ]

    private static let refrains: Set<String> = [
        "song", "songs", "lyrics", "sing", "chorus", "refrain", "chant", "mantra", "nursery", "rhyme", "rhymes", "hymn",
        "carol", "lullaby", "anthem", "ascii", "pattern", "lied",
        "liedtext",
        "refrain", "chanson", "paroles", "comptine", "canción", "letra",
        "estribillo", "canzone", "testo", "canção", "liedje", "piosenka",
        "песня", "歌詞", "歌词",
    ]
}
