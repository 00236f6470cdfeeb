/// Words that people say for what documents call otherwise, and the forms of verbs that no ending tells.
///
/// English alone: in another language nothing is related, and a question is found by its own words.
enum RelatedWords {
    /// What may stand in a document in this word's place, without the word itself; empty for most.
    static func words(for word: String) -> [String] {
        guard let places = placesOfStem[ContentWords.stem(word)] else { return [] }
        var seen: Set<String> = [word]
        return places.flatMap { groups[$0] }.filter { seen.insert($0).inserted }
    }

    /// `write` of `wrote`; `nil` for most words.
    static func baseForm(of word: String) -> String? { baseForms[word] }

    private static let groups: [[String]] = (synonyms + verbs).map { $0.split(separator: " ").map(String.init) }

    private static let placesOfStem: [String: [Int]] = {
        var places: [String: [Int]] = [:]
        for (place, group) in groups.enumerated() {
            for stem in Set(group.map(ContentWords.stem)) { places[stem, default: []].append(place) }
        }
        return places
    }()

    private static let baseForms: [String: String] = {
        var bases: [String: String] = [:]
        for verb in verbs {
            let forms = verb.split(separator: " ").map(String.init)
            for form in forms.dropFirst() { bases[form] = forms[0] }
        }
        return bases
    }()

    /// The base form comes first.
    private static let verbs = [
        "begin began begun", "bind bound", "break broke broken", "bring brought", "build built", "buy bought",
        "catch caught", "choose chose chosen", "draw drew drawn", "drive drove driven", "fall fell fallen", "feel felt",
        "find found", "forget forgot forgotten", "freeze froze frozen", "give gave given", "grow grew grown",
        "hide hid hidden", "hold held", "keep kept", "know knew known", "lead led", "leave left", "lend lent",
        "lose lost",
        "make made", "mean meant", "pay paid", "run ran", "say said", "seek sought", "sell sold", "send sent",
        "show showed shown", "shrink shrank shrunk", "speak spoke spoken", "spend spent", "stand stood",
        "steal stole stolen", "take took taken", "teach taught", "tell told", "think thought", "throw threw thrown",
        "understand understood", "win won", "write wrote written",
    ]

    private static let synonyms = [
        "person people somebody anybody user account", "folder directory", "delete remove erase uninstall",
        "big large size maximum", "most maximum limit up", "least minimum", "small little minimum",
        "author writer wrote written", "computer machine system host", "disk drive", "picture image photo",
        "start begin launch boot", "stop end quit exit terminate kill", "right permission privilege",
        "administrator root superuser", "search find seek look", "show display print list view see",
        "change modify alter edit", "make create add", "fast quick speed", "choose pick select",
        "keep store save retain preserve", "lie located location stored path", "same equal identical equivalent",
        "wide width columns", "long length", "number amount count", "wait delay interval pause", "allow permit let",
        "forbid prevent deny disable", "send transfer transmit", "get obtain receive fetch retrieve",
        "need require necessary", "correct right proper", "wrong error failure fail", "empty blank",
        "hide suppress omit quiet", "repeat periodically interval again", "compare difference",
        "undo revert restore recover", "shut shutdown halt", "program software application command",
        "licence license copyright", "talk speak speech voice", "share percentage percent",
        "plug attach insert connect", "compress pack", "site host server", "author maintainer", "status code",
        "piece part split", "cut split divide", "processor core cpu thread",
        "default otherwise unless usually normally",
        "force require must", "set specify define", "put place", "encrypt secure", "free reserved available",
        "word keyword option", "member group", "memory ram", "check verify test", "pick choose", "old previous earlier",
        "new newer latest", "silent quiet", "language locale", "setting option parameter", "network internet",
        "install setup set", "letter character", "kernel linux", "ask prompt question", "open opening opens",
    ]
}

/// Words of every talk, which a document about the matter need not have: they tell little of what is asked, however rare
/// they are in it.
enum EverydayWords {
    static let all: Set<String> = Set(
        """
        able above actually add added after again all almost alone along already also always another any anybody anyone \
        anything anyway anywhere around ask asked away back bad become because before behind below beside best better between \
        big both bring but came certain clear come comes course day different done down during each early easily either \
        else enough even ever every everybody everyone everything exactly except far few first forced forget found full get \
        gets getting given gives go goes going gone good got great half happen happened happens hard help here hers high \
        himself home however if instead just keep kept kind knew know known knows last late later least left less let lets \
        lie lies like likes little long look looking looks lot made make makes making maybe mean meant more most move must need \
        needed needs never new next nice no nobody none nothing now often oh ok old once one ones only other others otherwise \
        out over own part people person persons perhaps pick picks place plain possible probably properly put quite rather \
        ready really right said same saw saying says see seem seems seen several shown shows side simple simply since small \
        some somebody somehow someone something sometimes somewhere soon sort still stop stopped such suit suits sure take \
        taken takes taking talk thing things think though thought through time today together told too took toward tried \
        trouble true try turn two twice under unless until up upon us use used useful uses using usual usually very want \
        wanted wants way ways well went while whole within without won word work working worse wrong year yet big
        """.split { $0 == " " || $0 == "\n" }.map(String.init))
}
