internal import AssistantCore

extension Requirement {
    /// Longer requests are read up to here, in characters.
    private static let longestRequest = 4_000

    /// What a request demands of the form of its answer, as far as a program can tell it from the words. In English.
    ///
    /// - Complexity: milliseconds for a request of a page: once an answer, not once a token.
    package static func all(in request: String) -> [Requirement] {
        let reader = RequirementReader(String(request.prefix(longestRequest)))
        var found: [Requirement] = []
        for requirement in reader.counts() + reader.words() + reader.forms() where !found.contains(requirement) {
            found.append(requirement)
        }
        return found
    }
}

/// Reads the demands out of a request.
private struct RequirementReader {
    /// With straight quotation marks.
    private let request: String
    /// In small letters, numbers as digits.
    private let text: String
    /// Its words: most demands are told not to be there by a word that is not, which is much cheaper than a search.
    private let vocabulary: Set<Substring>
    /// What stands between full stops, line breaks and the like.
    private let clauses: [Substring]
    /// Without what only says that there are so many of something.
    private let countable: Substring

    init(_ request: String) {
        self.request = String(request.map { Self.straightened[$0] ?? $0 })
        text = Self.withDigits(self.request.lowercased())
        vocabulary = Set(text.split { !$0.isLetter })
        clauses = text.split { ".!?\n;".contains($0) }
        countable = Self.countable(text[...])
    }

    private static func countable(_ text: Substring) -> Substring {
        text.replacing(#/\b(?:there (?:are|were|is)|(?:are|were|is) there) \d+/#, with: "")
    }

    /// Whether a word of the request begins so.
    private func says(_ beginnings: String...) -> Bool {
        vocabulary.contains { word in beginnings.contains { word.hasPrefix($0) } }
    }

    private var negates: Bool {
        says("not", "no", "avoid", "without", "refrain", "never", "cannot", "exclud", "leave") || text.contains("n't")
    }

    private static let straightened: [Character: Character] = [
        "“": "\"", "”": "\"", "„": "\"", "‘": "'", "’": "'",
    ]

    private static let numbers = [
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50,
    ]

    private static func withDigits(_ text: String) -> String {
        text.replacing(
            #/\b(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty)\b/#
        ) {
            String(numbers[String($0.output)] ?? 0)
        }
    }

    // MARK: Counts

    func counts() -> [Requirement] {
        guard text.contains(where: \.isNumber) || text.contains("***") else { return [] }
        var found: [Requirement] = []
        func add(
            _ part: Requirement.Part, _ noun: String, most: Int = 1, _ unqualified: (Int) -> Requirement.Bound
        ) {
            guard noun.split(separator: "|").contains(where: { says(String($0.prefix { $0.isLetter }.prefix(4))) })
            else {
                return
            }
            for bound in bounds(on: noun, unqualified).prefix(most) { found.append(.count(part, bound)) }
        }
        // A number alone says about how many.
        add(.words, "words?(?! (?:with|in|that are) (?:all )?(?:capital|upper))(?! of the)", most: 2) {
            Requirement.Bound(least: $0 - $0 / 4, most: $0 + $0 / 2)
        }
        add(.sentences, "sentences?", most: 2) { .exactly($0) }
        add(.bullets, "bullet(?:ed)?[ -]*(?:points?|list items?|items?)?s?") { .exactly($0) }
        add(.placeholders, "placeholders?") { Requirement.Bound(least: $0) }
        add(.rows, "rows") { .exactly($0) }
        add(
            .items,
            "tips|ways|ideas|reasons|examples|steps|facts|names|items|things|uses|titles|benefits|rules|advantages|suggestions"
        ) { .exactly($0) }
        return found + highlights() + sections() + paragraphs() + capitalWords()
    }

    private static let qualifier = """
        (at least|at minimum|a minimum of|minimum of|no less than|not less than|no fewer than|not fewer than|more than|over|\
        less than|fewer than|under|below|at most|no more than|not more than|up to|a maximum of|maximum of|exactly|only|\
        precisely|longer than|within|not exceed)
        """

    /// The bounds that stand before a noun: "at least 3 nouns", "20 to 25 nouns", "17 or more nouns".
    private func bounds(
        on noun: String, in text: Substring? = nil, _ unqualified: (Int) -> Requirement.Bound
    ) -> [Requirement.Bound] {
        let pattern =
            "(?:" + Self.qualifier + #" )?\b(\d+)(?: ?(?:to|-|or|and) ?(\d+))?(\+| or more| or less| or fewer)?[ -]+"#
            + "(?:(?!example)[a-z]+[ -]+){0,2}?(?:" + noun + #")\b"#
        var found: [Requirement.Bound] = []
        for match in matches(of: pattern, in: text.map(Self.countable) ?? countable) {
            guard let count = match[2].flatMap({ Int($0) }) else { continue }
            if let high = match[3].flatMap({ Int($0) }) {
                found.append(Requirement.Bound(least: min(count, high), most: max(count, high)))
            } else {
                found.append(Self.bound(match[1], count, suffix: match[4], unqualified))
            }
        }
        let range = #"number of (?:"# + noun + #")\b[^.]*?(\d+) (?:to|and|-) (\d+)"#
        for match in matches(of: range, in: text ?? Substring(self.text)) {
            if let low = match[1].flatMap({ Int($0) }), let high = match[2].flatMap({ Int($0) }), low <= high {
                found.append(Requirement.Bound(least: low, most: high))
            }
        }
        return found
    }

    private static func bound(
        _ qualifier: Substring?, _ count: Int, suffix: Substring? = nil, _ unqualified: (Int) -> Requirement.Bound
    ) -> Requirement.Bound {
        switch suffix {
        case "+", " or more": return Requirement.Bound(least: count)
        case " or less", " or fewer": return Requirement.Bound(most: count)
        default: break
        }
        switch qualifier {
        case nil: return unqualified(count)
        case "exactly", "only", "precisely": return .exactly(count)
        case "more than", "over": return Requirement.Bound(least: count &+ 1)
        case "less than", "fewer than", "under", "below": return Requirement.Bound(most: max(0, count - 1))
        case "at most", "no more than", "not more than", "up to", "a maximum of", "maximum of", "longer than", "within",
            "not exceed":
            return Requirement.Bound(most: count)
        default: return Requirement.Bound(least: count)
        }
    }

    private func highlights() -> [Requirement] {
        var counts: [Int] = []
        let parts = "(?:sections?|phrases?|parts?|pieces?|areas?|words?|titles?|names?)"
        for clause in clauses where clause.contains("highlight") || clause.contains("italic") {
            for bound in bounds(on: parts, in: clause, { Requirement.Bound(least: $0) }) {
                if let least = bound.least { counts.append(least) }
            }
            let verb = "(?:italici[sz]e|highlight)[ds]? (?:" + Self.qualifier + #" )?(\d+)\b"#
            for match in matches(of: verb, in: clause) {
                if let count = match[2].flatMap({ Int($0) }) { counts.append(count) }
            }
        }
        return counts.max().map { [.count(.highlights, Requirement.Bound(least: $0))] } ?? []
    }

    /// Parts marked with a word and a number: "SECTION X", "Audience 1 and Audience 2".
    private func sections() -> [Requirement] {
        if let marker = matches(of: #"\b([A-Za-z]+) X\b"#, in: request).first?[1] {
            let count = bounds(on: "sections?|parts?|chapters?|days?|paragraphs?|stanzas?|verses?") { .exactly($0) }
            guard let least = count.lazy.compactMap(\.least).first else { return [] }
            return [.count(.sections(String(marker)), Requirement.Bound(least: least))]
        }
        let pair = matches(of: #"\b([A-Z][A-Za-z]+) 1(?:,| and|;) \1 2\b"#, in: request).first
        return pair?[1].map { [.count(.sections(String($0)), Requirement.Bound(least: 2))] } ?? []
    }

    private func paragraphs() -> [Requirement] {
        let counts =
            says("paragraph", "stanza", "verse") ? bounds(on: "paragraphs?|stanzas?|verses?") { .exactly($0) } : []
        let marks = request.split(separator: "\n").count { String($0).trimmed == "***" }
        if marks > 0, counts.isEmpty { return [.count(.paragraphs(between: "***"), .exactly(marks + 1))] }
        guard let bound = counts.first, !request.contains(#/\bX\b/#) else { return [] }
        if text.contains("***") { return [.count(.paragraphs(between: "***"), bound)] }
        let places = ["1st": 1, "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "last": bound.least ?? 1]
        let start =
            #"(first|second|third|fourth|fifth|last) paragraph[^.]{0,40}?(?:start|begin)s?(?: with)?(?: the)?(?: word)? "?([a-z]+)"?"#
        let verb =
            #"start the (?:very )?(first|second|third|fourth|fifth|last) paragraph with(?: the)?(?: word)? "?([a-z]+)"?"#
        let number = #"paragraph (\d+)[^.]{0,40}?(?:start|begin)s?(?: with)?(?: the)?(?: word)? "?([a-z]+)"?"#
        let sources = [start, verb, number]
        if let match = sources.lazy.compactMap({ matches(of: $0, in: text).first }).first,
            let place = match[1].flatMap({ Int($0) ?? places[String($0)] }), let word = match[2],
            let count = bound.least
        {
            return [.paragraphStart(count: count, paragraph: place, word: String(word))]
        }
        return [.count(.paragraphs(between: "\n\n"), bound)]
    }

    private func capitalWords() -> [Requirement] {
        guard says("capital", "caps", "upper") else { return [] }
        for clause in clauses where Self.saysCapitalWords(clause) {
            let pattern = "(?:" + Self.qualifier + #" )?\b(\d+)\b"#
            if let match = matches(of: pattern, in: clause).first, let count = match[2].flatMap({ Int($0) }) {
                var bound = Self.bound(match[1], count) { Requirement.Bound(least: $0) }
                if text.contains(#/\b(?:some|a few) words? in all\b/#) { bound.least = bound.least ?? 1 }
                return [.count(.capitalWords, bound)]
            }
        }
        return []
    }

    private static func saysCapitalWords(_ clause: Substring) -> Bool {
        clause.contains(#/\bwords?\b/#)
            && clause.contains(#/\b(?:all capital|capital letters|all caps|capitali[sz]ed|upper ?case)/#)
            && clause.contains(#/\d/#)
    }

    // MARK: Words

    func words() -> [Requirement] {
        var found: [Requirement] = []
        let times =
            "[^.;]{0,40}?(?:" + Self.qualifier
            + #" )?(?:(\d+)(?: ?(?:to|or|-) ?(\d+))? times?|(once|twice))( or less| or fewer| or more| at most)?"#
        let word =
            #"(?:word|keyword|phrase|term|name)s? (?!should|must|that|in|is|are|with|or|and)["']?([a-z0-9'-]+?)["']?\b"#
        if says("times", "time", "once", "twice") {
            for match in matches(of: word + times, in: text) {
                guard let word = match[1], let bound = Self.timesBound(match) else { continue }
                found.append(.occurrences(of: String(word), bound))
            }
            for match in matches(of: #"letter ["']?([a-z])["']?\b"# + times, in: text) {
                guard let letter = match[1]?.first, let bound = Self.timesBound(match) else { continue }
                found.append(.letter(letter, bound))
            }
        }
        if says("letter"), negates {
            for match in matches(of: Self.negation + #"[^.]{0,40}?letter ["']?([a-z])["']?(?=[\s.,;"]|$)"#, in: text) {
                if let letter = match[1]?.first, !found.contains(where: { $0.isAbout(letter) }) {
                    found.append(.letter(letter, Requirement.Bound(most: 0)))
                }
            }
        }
        return found + absentWords() + keywords(but: found)
    }

    private static let negation =
        #"(?:\bnot|n't|\bno|\bavoid|\bwithout|\brefrain|\bnever|\bcannot|\bexclud\w+|\bleave out)\b"#
    private static let nouns = "(?:keywords?|words?|phrases?|terms?|items?|names?|lines?)"

    private static func timesBound(_ match: [Substring?]) -> Requirement.Bound? {
        let suffix = match[6] == " at most" ? " or less" : match[6]
        if let word = match[5] {
            return bound(match[2], word == "once" ? 1 : 2, suffix: suffix) { Requirement.Bound(least: $0) }
        }
        guard let count = match[3].flatMap({ Int($0) }) else { return nil }
        if let high = match[4].flatMap({ Int($0) }) {
            return Requirement.Bound(least: min(count, high), most: max(count, high))
        }
        return bound(match[2], count, suffix: suffix) { Requirement.Bound(least: $0) }
    }

    private func absentWords() -> [Requirement] {
        guard negates else { return [] }
        var found: [Requirement] = []
        let start = Self.negation + #"[^.]{0,60}?\b"# + Self.nouns + #"(?: such as| like)?:?(?: the following)?:? ?\[?"#
        let saying =
            Self.negation
            + #"[^.]{0,20}?\b(?:say|use|using|mention|include|including|write|saying|mentioning) (?=["'])"#
        for end in ends(of: start, in: text) + ends(of: saying, in: text) { found += list(at: end).map { .absent($0) } }
        for match in matches(
            of: #"\bwords? (.{3,80}?) (?:cannot|must not|should not|can't|may not|shouldn't) (?:be|appear|occur)"#,
            in: text)
        {
            if let words = match[1] { found += list(at: words.startIndex, in: text).map { .absent($0) } }
        }
        return found
    }

    private func keywords(but counted: [Requirement]) -> [Requirement] {
        guard says("keyword", "word", "phrase", "term", "item", "name", "line") || text.contains("\"") else {
            return []
        }
        var found: [Requirement] = []
        let verbs = #"\b(?:includ\w*|mention\w*|contain\w*|us(?:e|es|ing)|ha[sv]e?|having|add|with|incorporat\w*)\b"#
        let start = verbs + #"[^.;]{0,30}?\b"# + Self.nouns + #"(?: in it)?:? "#
        var places = ends(of: start, in: text)
        places += ends(of: #"\b(?:includ\w*|mention\w*|contain\w*)(?: the)? (?=")"#, in: text)
        for place in places {
            let clause = text[..<place].suffix(60)
            let own = clause.split(whereSeparator: { ".;!?\n".contains($0) }).last ?? clause
            guard own.firstMatch(of: Self.otherPattern) == nil else { continue }
            let isQuoted = text[place...].first == "\"" || text[place...].first == "'"
            let words = list(at: place)
            // Bare words are keywords only where they are called so.
            guard
                isQuoted || clause.contains("keyword") || clause.contains("items")
                    || words.count > 1 && clause.hasSuffix("words ")
            else { continue }
            for word in words where !counted.contains(where: { $0.isAbout(word) }) {
                found.append(.occurrences(of: word, Requirement.Bound(least: 1)))
            }
        }
        return found
    }

    /// What makes of a word something else than one that is to occur somewhere.
    private static var otherPattern: Regex<Substring> {
        #/\b(?:not|no|avoid|without|refrain|never|cannot|ends?|ending|starts?|begins?|finish|conclude|1 of the)\b|n't\b/#
    }

    /// The words of a list: quoted ones, or bare ones with commas, "and" and "or" between them.
    private func list(at start: String.Index, in text: String? = nil) -> [String] {
        let text = text ?? self.text
        var rest = text[start...]
        var words: [String] = []
        let isQuoted = rest.first == "\"" || rest.first == "'"
        while words.count < 20 {
            if isQuoted {
                guard let mark = rest.first, mark == "\"" || mark == "'" else { break }
                guard let end = rest.dropFirst().firstIndex(of: mark) else { break }
                let word = rest[rest.index(after: rest.startIndex)..<end]
                guard word.count <= 60, !word.isEmpty else { break }
                words.append(String(word).trimmed)
                rest = rest[rest.index(after: end)...]
            } else {
                let word = rest.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
                guard word.count > 1, !Self.listEnds.contains(String(word)) else { break }
                words.append(String(word))
                rest = rest[word.endIndex...]
            }
            guard let separator = rest.prefixMatch(of: #/(?: ?, ?(?:and |or )?| and | or )(?:the word )?/#) else {
                break
            }
            rest = rest[separator.range.upperBound...]
        }
        return words
    }

    private static let listEnds: Set<String> = [
        "in", "at", "with", "from", "to", "of", "that", "which", "should", "must", "the", "and", "or", "for", "it",
        "do", "be",
        "you", "your", "throughout", "other", "than", "as", "are", "is", "when", "where", "longer", "limit", "such",
        "anywhere",
        "about", "on", "write", "make", "use", "also", "please",
    ]

    // MARK: Forms

    func forms() -> [Requirement] {
        var found: [Requirement] = []
        if says("comma"), !ends(of: Self.negation + #"[^.]{0,50}?\bcommas?\b"#, in: text).isEmpty {
            found.append(.noCommas)
        }
        if says("capital", "caps", "lower", "upper") { found += letterCase() }
        if says("end", "ending", "finish", "conclud") { found += endings() }
        if says("quot") { found += quotation() }
        if text.contains("angular bracket") || text.contains("<<") { found.append(.title) }
        if request.contains("P."), let mark = matches(of: #"\b(P\. ?P\. ?S|P\. ?S)\b"#, in: request).first?[1] {
            found.append(.postscript(String(mark)))
        }
        if says("json"), text.contains(#/\b(?:in|as|valid|a|the) json\b(?! in)|json format|json object/#) {
            found.append(.json)
        }
        if text.contains("******") || text.contains("6 asterisk") { found.append(.twoAnswers) }
        if let repeated { found.append(.repeatedRequest(repeated)) }
        if let language = AnswerLanguage.demanded(in: text) { found.append(.language(language)) }
        if let choice { found.append(.choice(choice)) }
        return found
    }

    private func endings() -> [Requirement] {
        var found: [Requirement] = []
        for match in matches(
            of: #"\b(?:end|ending|finish|finishing|conclude)\b[^".]{0,60}"([^"]{2,200})""#, in: request.lowercased())
        {
            if let words = match[1] { found.append(.ending(String(words))) }
        }
        let unquoted = [
            #"\bend with (?:the|this) (?:exact )?(?:phrase|words|sentence|line):? ([^"\n]{4,120})$"#,
            #"\b(?:very end|end)\b[^.:]{0,60}\b(?:read|say|be)\b[^.:]{0,20}: ?([^"\n]{4,120})$"#,
        ]
        for source in unquoted {
            for match in matches(of: source, in: request.lowercased()) {
                if let words = match[1] { found.append(.ending(String(words).trimmed)) }
            }
        }
        return found
    }

    /// Quotation marks around the whole.
    private func quotation() -> [Requirement] {
        let quotes = #/quot(?:es\b|ations? marks?|ations?\b)/#
        let isQuoted = clauses.contains {
            $0.contains(quotes) && $0.contains(#/\b(?:wrap|put|enclose|surround|place|entire|whole|around)/#)
        }
        return isQuoted ? [.quoted] : []
    }

    private func letterCase() -> [Requirement] {
        let all = clauses.filter { !Self.saysCapitalWords($0) }
        let noCapitals =
            #/\b(?:no|not a single|without)\b[^.]{0,60}\b(?:capital|upper ?case)|(?:should|must|can)(?:n't| not)[^.]{0,40}capital/#
        let noSmall = #/\b(?:no|not|n't|without)\b[^.]{0,60}\blower ?case/#
        if all.contains(where: { $0.contains(noSmall) }) { return [.uppercase] }
        let small = #/\b(?:in|all|only|using|use|be|are|is|every)\b[^.]{0,30}\blower ?case/#
        if all.contains(where: { $0.contains(small) || $0.contains(noCapitals) }) { return [.lowercase] }
        let capitals =
            #/\ball capital|\b(?:in|only|using|use) capital letters\b|\ball[ -]caps\b|\b(?:in|all|only|use) upper ?case\b|capitali[sz]e (?:all|every|each)|letters[^.]{0,40}capitali[sz]ed/#
        return all.contains { $0.contains(capitals) } ? [.uppercase] : []
    }

    /// The part of the request that is to come first, word for word.
    private var repeated: String? {
        guard says("repeat", "repleat") else { return nil }
        let asks = #/\b(?:repeat|repleat)(?:ing)? (?:the|this|that|my|it)\b/#
        guard text.contains(asks) else { return nil }
        let paragraphs = request.split(separator: "\n").map { String($0).trimmed }.filter { !$0.isEmpty }
        guard paragraphs.count > 1, let place = paragraphs.firstIndex(where: { $0.lowercased().contains(asks) }) else {
            return nil
        }
        return place > 0 ? paragraphs[place - 1] : paragraphs[1]
    }

    /// Phrases of which one is to be the answer.
    private var choice: [String]? {
        guard says("following", "these", "choose", "answer", "say") else { return nil }
        let asks = #/\b(?:1 of the following|1 of these|choose|answer (?:with )?(?:exactly )?"|(?:just|only) say ")/#
        guard text.contains(asks) else { return nil }
        for source in [#"[ ,:("]"([^"\n]{2,60})"(?=,| or|\.|$|\n)"#, #"[ ,:(]'([^'\n]{2,60})'(?=,| or|\.|\)|$|\n)"#] {
            let quoted = matches(of: source, in: request).compactMap { $0[1] }
            if quoted.count > 1 { return quoted.map(String.init) }
        }
        let lines = request.split(separator: "\n").map { String($0).trimmed }
        guard
            let start = lines.firstIndex(where: { $0.hasSuffix(":") && Self.withDigits($0.lowercased()).contains(asks) }
            )
        else { return nil }
        let options = lines[(start + 1)...].prefix { $0.count <= 60 && $0.split(separator: " ").count <= 6 }
        return options.count > 1 ? Array(options) : nil
    }

    // MARK: Matching

    /// `nil` for a pattern that is none, which the tests exclude: the sources are constants of this file.
    private static func pattern(_ source: String) -> Regex<AnyRegexOutput>? {
        let regex = try? Regex(source)
        assert(regex != nil, source)
        return regex?.anchorsMatchLineEndings()
    }

    /// The groups of each match, the whole first.
    private func matches(of source: String, in text: some StringProtocol) -> [[Substring?]] {
        let text = String(text)
        guard let pattern = Self.pattern(source) else { return [] }
        return text.matches(of: pattern).map { match in match.output.map(\.substring) }
    }

    /// Where each match ends.
    private func ends(of source: String, in text: String) -> [String.Index] {
        guard let pattern = Self.pattern(source) else { return [] }
        return text.matches(of: pattern).map(\.range.upperBound)
    }
}

extension Requirement {
    fileprivate func isAbout(_ letter: Character) -> Bool {
        if case .letter(letter, _) = self { true } else { false }
    }

    fileprivate func isAbout(_ word: String) -> Bool {
        if case .occurrences(word, _) = self { true } else { false }
    }
}
