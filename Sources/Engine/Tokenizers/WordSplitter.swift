/// How a model cuts text into words before byte pairs are merged inside each: the `tokenizer.ggml.pre` of a file.
///
/// Each is a regular expression of its tokenizer, written as a scanner. In all of them `\s+(?!\S)` lets the last of
/// several spaces go to the word that follows.
public enum WordSplitter: Sendable, Hashable {
    /// GPT-2: `'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`.
    case gpt2
    /// StarCoder, SmolLM: every `\p{N}` is a word of its own, and GPT-2's words lie between them.
    case singleDigits
    /// Llama 3 (`maxDigits` 3) and Qwen 2 (`maxDigits` 1): `(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|`
    /// `\p{N}{1,maxDigits}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+`.
    case llama3(maxDigits: Int)
    /// Qwen 3.5: as Qwen 2, but a mark (`\p{M}`) is part of the word that it stands in.
    case qwen35

    /// The splitter a GGUF file names; `nil` for names that are not known.
    public init?(name: String) {
        switch name {
        case "smollm", "starcoder", "refact", "command-r", "codeshell", "exaone": self = .singleDigits
        case "gpt-2", "gpt2", "phi-2", "olmo", "mpt", "jais": self = .gpt2
        case "smaug-bpe", "dbrx": self = .llama3(maxDigits: 3)
        case _ where Self.takesWholeWords(name): self = .llama3(maxDigits: 3)
        case "qwen2", "deepseek-r1-qwen", "stablelm2", "megrez": self = .llama3(maxDigits: 1)
        case "qwen35": self = .qwen35
        default: return nil
        }
    }

    /// Whether under that name a word that is a token is taken as it is, and a text begins with the token for that:
    /// Llama 3 and those that share its tokenizer.
    static func takesWholeWords(_ name: String) -> Bool {
        ["llama-bpe", "llama3", "llama-v3", "falcon3", "falcon-h1", "pixtral", "lfm2"].contains(name)
    }

    /// Where the word that begins at `start` ends. Takes time proportional to the word and the spaces behind it.
    func endOfWord(from start: Int, in text: ScalarText) -> Int {
        switch self {
        case .gpt2:
            return GPT2Scanner(text: text, isolatesNumbers: false).endOfWord(from: start)
        case .singleDigits:
            return GPT2Scanner(text: text, isolatesNumbers: true).endOfWord(from: start)
        case .llama3(let maxDigits):
            return Llama3Scanner(text: text, maxDigits: maxDigits, joinsMarks: false).endOfWord(from: start)
        case .qwen35:
            return Llama3Scanner(text: text, maxDigits: 1, joinsMarks: true).endOfWord(from: start)
        }
    }
}

/// What both scanners look at. Beyond its end a text has neither values nor classes.
private protocol WordScanner {
    var text: ScalarText { get }
    func classOf(_ index: Int) -> ScalarText.Class?
}

extension WordScanner {
    func value(_ index: Int) -> UInt32? { classOf(index) == nil ? nil : text.values[index] }

    func isSpaceCharacter(_ index: Int) -> Bool { value(index) == 0x20 }

    /// The first index from `start` on that is not of class `wanted`.
    func end(of wanted: ScalarText.Class, from start: Int) -> Int {
        var index = start
        while classOf(index) == wanted { index += 1 }
        return index
    }

    /// The end of `'s`, `'t`, `'m`, `'d`, `'re`, `'ve` or `'ll` at `start`.
    func endOfContraction(from start: Int, ignoringCase: Bool) -> Int? {
        guard value(start) == 0x27 else { return nil }
        func letter(_ index: Int) -> Character? {
            guard let value = value(index), value < 0x80 else { return nil }
            let lowercased = ignoringCase && (0x41...0x5A).contains(value) ? value | 0x20 : value
            return Character(Unicode.Scalar(UInt8(lowercased)))
        }
        switch (letter(start + 1), letter(start + 2)) {
        case ("s", _), ("t", _), ("m", _), ("d", _): return start + 2
        case ("r", "e"), ("v", "e"), ("l", "l"): return start + 3
        default: return nil
        }
    }

    /// `\s+(?!\S)|\s+` at `start`, whose run of spaces ends at `end`.
    func endOfSpaces(from start: Int, to end: Int) -> Int {
        end - start > 1 && classOf(end) != nil ? end - 1 : end
    }
}

private struct GPT2Scanner: WordScanner {
    let text: ScalarText
    /// Whether every number is a word, so that for the others the text ends before it.
    let isolatesNumbers: Bool

    func classOf(_ index: Int) -> ScalarText.Class? {
        guard index < text.count else { return nil }
        let found = text.classes[index]
        if found == .mark { return .other }
        return isolatesNumbers && found == .number ? nil : found
    }

    func endOfWord(from start: Int) -> Int {
        if isolatesNumbers, text.classes[start] == .number { return start + 1 }
        if let end = endOfContraction(from: start, ignoringCase: false) { return end }
        let body = isSpaceCharacter(start) ? start + 1 : start
        if let kind = classOf(body), kind != .space { return end(of: kind, from: body) }
        return endOfSpaces(from: start, to: end(of: .space, from: start))
    }
}

private struct Llama3Scanner: WordScanner {
    let text: ScalarText
    let maxDigits: Int
    /// Whether marks count as letters.
    let joinsMarks: Bool

    func classOf(_ index: Int) -> ScalarText.Class? {
        guard index < text.count else { return nil }
        let found = text.classes[index]
        return found == .mark ? (joinsMarks ? .letter : .other) : found
    }

    private func isLineBreak(_ index: Int) -> Bool { value(index) == 0x0A || value(index) == 0x0D }

    func endOfWord(from start: Int) -> Int {
        if let end = endOfContraction(from: start, ignoringCase: true) { return end }
        let kind = classOf(start)
        // [^\r\n\p{L}\p{N}]?\p{L}+
        if kind == .letter { return end(of: .letter, from: start) }
        if kind != .number, !isLineBreak(start), classOf(start + 1) == .letter {
            return end(of: .letter, from: start + 1)
        }
        if kind == .number { return min(end(of: .number, from: start), start + maxDigits) }
        // <space>?[^\s\p{L}\p{N}]+[\r\n]*
        let body = isSpaceCharacter(start) ? start + 1 : start
        if classOf(body) == .other {
            var index = end(of: .other, from: body)
            while isLineBreak(index) { index += 1 }
            return index
        }
        // \s*[\r\n]+
        let end = end(of: .space, from: start)
        if let lineBreak = (start..<end).last(where: isLineBreak) { return lineBreak + 1 }
        return endOfSpaces(from: start, to: end)
    }
}
