/// Something that a request demands of the form of its answer, and that the answer's text can be checked for.
package enum Requirement: Sendable, Hashable {
    /// How many of these the answer shall have.
    case count(Part, Bound)
    /// How often a word or a phrase shall occur, in any case of letters.
    case occurrences(of: String, Bound)
    /// How often a letter shall occur, in any case.
    case letter(Character, Bound)
    /// A word that must not occur as a word of its own.
    case absent(String)
    case noCommas
    case lowercase
    case uppercase
    /// The last words, word for word.
    case ending(String)
    /// Quotation marks around the whole answer.
    case quoted
    /// A title within `<<` and `>>`.
    case title
    /// A paragraph that begins with this mark, such as "P.S.".
    case postscript(String)
    case json
    /// Two different answers with six asterisks between them.
    case twoAnswers
    /// The request itself comes first.
    case repeatedRequest(String)
    /// Paragraphs with an empty line between them, of which one begins with a word.
    case paragraphStart(count: Int, paragraph: Int, word: String)
    /// A script that most letters of the answer belong to, or a language by its commonest words.
    case language(AnswerLanguage)
    /// One of these phrases.
    case choice([String])

    /// What can be counted in an answer.
    package enum Part: Sendable, Hashable {
        case words, sentences, bullets, highlights, placeholders, capitalWords
        /// Numbered lines and lines with a mark before them, where there are any.
        case items
        /// Rows of a table, its head not among them.
        case rows
        /// With this between them: three asterisks, or an empty line.
        case paragraphs(between: String)
        /// Marked with this word and a number.
        case sections(String)
    }

    /// From how many to how many; `nil` where there is no end.
    package struct Bound: Sendable, Hashable {
        package var least: Int?
        package var most: Int?

        package init(least: Int? = nil, most: Int? = nil) { (self.least, self.most) = (least, most) }

        package static func exactly(_ count: Int) -> Bound { Bound(least: count, most: count) }

        func holds(_ count: Int) -> Bool { count >= least ?? 0 && count <= most ?? .max }

        /// "at least 3", "3".
        var words: String {
            switch (least, most) {
            case (let least?, let most?) where least == most: "\(least)"
            case (let least?, let most?): "\(least) to \(most)"
            case (let least?, nil): "at least \(least)"
            case (nil, let most?): most == 0 ? "no" : "at most \(most)"
            case (nil, nil): "any number of"
            }
        }
    }
}

extension Requirement {
    /// Says whether an answer is as demanded. O(length of the answer).
    package func isMet(by answer: String) -> Bool { isMet(by: AnswerForm(answer)) }

    /// The same of an answer that several demands are checked on.
    func isMet(by text: AnswerForm) -> Bool {
        let answer = text.answer
        switch self {
        case .count(.items, let bound):
            // An answer without a list may name as many in its sentences.
            let count = text.count(.items)
            return count == 0 || bound.holds(count)
        case .count(let part, let bound): return bound.holds(text.count(part))
        case .occurrences(let phrase, let bound): return bound.holds(text.occurrences(of: phrase))
        case .letter(let letter, let bound): return bound.holds(text.occurrences(of: letter))
        case .absent(let word): return !text.hasWord(word)
        case .noCommas: return !answer.contains(",")
        case .lowercase: return text.hasLetters && answer == answer.lowercased()
        case .uppercase: return text.hasLetters && answer == answer.uppercased()
        case .ending(let words): return text.ends(with: words)
        case .quoted: return text.isQuoted
        case .title: return text.hasTitle
        case .postscript(let mark): return text.hasPostscript(mark)
        case .json: return text.isJSON
        case .twoAnswers: return text.hasTwoAnswers
        case .repeatedRequest(let request): return text.begins(with: request)
        case .paragraphStart(let count, let paragraph, let word):
            return text.paragraphs(count, paragraph, beginWith: word)
        case .language(let language): return language.isLanguage(of: answer)
        case .choice(let phrases): return phrases.contains { answer.contains($0) }
        }
    }

    /// What was demanded, in words for a person: "at least 300 words".
    package var description: String {
        switch self {
        case .count(let part, let bound):
            bound == .exactly(1) ? "1 \(part.name.dropLast())" : "\(bound.words) \(part.name)"
        case .occurrences(let phrase, let bound):
            bound == Bound(least: 1) ? "“\(phrase)” in it" : "“\(phrase)” \(bound.words) times"
        case .letter(let letter, let bound): "the letter \(letter) \(bound.words) times"
        case .absent(let word): "no “\(word)”"
        case .noCommas: "no commas"
        case .lowercase: "small letters only"
        case .uppercase: "capital letters only"
        case .ending(let words): "“\(words)” at its end"
        case .quoted: "quotation marks around it"
        case .title: "a title in << >>"
        case .postscript(let mark): "a postscript \(mark)"
        case .json: "JSON"
        case .twoAnswers: "two answers with ****** between them"
        case .repeatedRequest: "the request first, word for word"
        case .paragraphStart(let count, let paragraph, let word):
            "\(count) paragraphs, number \(paragraph) beginning with “\(word)”"
        case .language(let language): language.name
        case .choice: "one of the given answers"
        }
    }
}

extension Requirement.Part {
    fileprivate var name: String {
        switch self {
        case .words: "words"
        case .sentences: "sentences"
        case .bullets: "bullet points"
        case .highlights: "*highlighted* parts"
        case .placeholders: "[bracketed] placeholders"
        case .capitalWords: "CAPITAL words"
        case .items: "items"
        case .rows: "rows"
        case .paragraphs(let mark): mark == "***" ? "***-separated paragraphs" : "paragraphs"
        case .sections(let word): "\(word) parts"
        }
    }
}
