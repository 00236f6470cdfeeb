/// A language that an answer can be told to be in: by its script, or by its commonest words.
package struct AnswerLanguage: Sendable, Hashable {
    /// In English.
    package let name: String
    /// Where most letters of it lie.
    private let script: ClosedRange<UInt32>?
    /// Words of which every text of some length has several; of languages in Latin letters.
    private let commonWords: Set<String>

    private init(_ name: String, script: ClosedRange<UInt32>) {
        (self.name, self.script, commonWords) = (name, script, [])
    }

    private init(_ name: String, words: String) {
        (self.name, script) = (name, nil)
        commonWords = Set(words.split(separator: " ").map(String.init))
    }

    private static let all = [
        AnswerLanguage("Hindi", script: 0x900...0x97F), AnswerLanguage("Marathi", script: 0x900...0x97F),
        AnswerLanguage("Nepali", script: 0x900...0x97F), AnswerLanguage("Bengali", script: 0x980...0x9FF),
        AnswerLanguage("Punjabi", script: 0xA00...0xA7F), AnswerLanguage("Gujarati", script: 0xA80...0xAFF),
        AnswerLanguage("Tamil", script: 0xB80...0xBFF), AnswerLanguage("Telugu", script: 0xC00...0xC7F),
        AnswerLanguage("Kannada", script: 0xC80...0xCFF), AnswerLanguage("Malayalam", script: 0xD00...0xD7F),
        AnswerLanguage("Thai", script: 0xE00...0xE7F), AnswerLanguage("Arabic", script: 0x600...0x6FF),
        AnswerLanguage("Persian", script: 0x600...0x6FF), AnswerLanguage("Farsi", script: 0x600...0x6FF),
        AnswerLanguage("Urdu", script: 0x600...0x6FF), AnswerLanguage("Hebrew", script: 0x590...0x5FF),
        AnswerLanguage("Russian", script: 0x400...0x4FF), AnswerLanguage("Ukrainian", script: 0x400...0x4FF),
        AnswerLanguage("Bulgarian", script: 0x400...0x4FF), AnswerLanguage("Greek", script: 0x370...0x3FF),
        AnswerLanguage("Korean", script: 0xAC00...0xD7AF), AnswerLanguage("Chinese", script: 0x4E00...0x9FFF),
        AnswerLanguage("Japanese", script: 0x3040...0x9FFF),
        AnswerLanguage("German", words: "der die das und ist nicht ein eine zu den von mit für auf im es sie ich"),
        AnswerLanguage("French", words: "le la les de des et est un une que pour dans en du ne pas il je vous"),
        AnswerLanguage("Spanish", words: "el la los las de que y en un una es por con para no se del al su"),
        AnswerLanguage("Italian", words: "il la di che e un una per non con è del della in i le gli si sono"),
        AnswerLanguage("Portuguese", words: "o a os as de que e em um uma para não com é do da por se no na"),
        AnswerLanguage("Dutch", words: "de het een en van is dat niet in op te met voor zijn ik je"),
        AnswerLanguage("Polish", words: "i w na nie się z do to jest że o jak ale po co"),
        AnswerLanguage("Swedish", words: "och att det i en är som på för av med den inte till ett"),
        AnswerLanguage("Finnish", words: "ja on ei se että hän oli mutta joka kun ovat myös tai kuin"),
        AnswerLanguage("Vietnamese", words: "và của là có cho không được một trong với các những để này người"),
        AnswerLanguage("Swahili", words: "na ya wa kwa ni katika la za kuwa hii cha yako watu"),
        AnswerLanguage("Turkish", words: "ve bir bu için ile da de çok daha olarak gibi ne var"),
    ]

    /// The language that a request wants its answer in; `nil` where it names none of those that are known here.
    ///
    /// - Parameter request: in small letters.
    static func demanded(in request: String) -> AnswerLanguage? {
        let named = all.filter { request.contains($0.name.lowercased()) }
        // A translation into several is in none of them.
        guard let language = named.first, named.count == 1, !request.contains(#/\bhow (?:to|do|can|would)\b/#) else {
            return nil
        }
        let name = language.name.lowercased()
        let isDemanded = ["in", "only", "entirely", "into", "except", "using", "use"].contains { word in
            request.contains("\(word) \(name)") || request.contains("\(word) the \(name) language")
        }
        let isOfAnswer = request.contains(
            #/\b(?:respon\w+|answers?|reply|output|only|entirely|writ\w+|rewrite|translate|poem|story|song|rap|letter|email)\b/#
        )
        return isDemanded && isOfAnswer ? language : nil
    }

    /// Says whether a text is in this language, or in another one of the same script.
    func isLanguage(of text: String) -> Bool {
        if let script {
            let letters = text.unicodeScalars.filter { $0.properties.isAlphabetic }
            let own = letters.count { script.contains($0.value) }
            return !letters.isEmpty && own * 4 >= letters.count * 3
        }
        let words = text.lowercased().split { !$0.isLetter }
        guard words.count > 3 else { return !words.isEmpty }
        let own = words.count { commonWords.contains(String($0)) }
        let english = words.count { Self.english.contains(String($0)) }
        return own > english && own * 12 >= words.count
    }

    private static let english: Set<String> = [
        "the", "of", "and", "to", "is", "that", "it", "for", "was", "with", "you", "this", "are", "have", "be",
    ]
}
