/// One pass over one text. The recognisers are in extensions, one file for each family.
///
/// The pass visits every byte once and asks, at the places where something can begin, the recognisers that it can be the
/// beginning of. Each reads a bounded number of bytes, or reads on to where the pass has not been yet and is not asked
/// again before: so the whole stays linear.
struct PIIScan {
    /// A match in folded bytes.
    struct Match {
        var kind: PIIKind
        var range: Range<Int>

        /// Less comes first.
        fileprivate var precedence: (tier: Int, length: Int, rank: Int, start: Int) {
            let tier =
                switch kind {
                case .privateKey, .credentials: 0
                case .jwt, .apiKey, .secret: 1
                case .literal: 3
                default: 2
                }
            return (tier, -range.count, kind.rank, range.lowerBound)
        }
    }

    let text: FoldedText
    var matches: [Match] = []
    /// Where the latest word of each sort ended: `phone`, `SSN`, `version` before a number say what it is.
    var hints = Hints()
    /// Where the latest private-key block ended.
    var endOfKeyBlock = 0

    enum Hint { case phone, ssn, version }

    struct Hints {
        // Far before the text where there was none.
        private var phone = Int.min / 2
        private var ssn = Int.min / 2
        private var version = Int.min / 2

        subscript(hint: Hint) -> Int {
            get {
                switch hint {
                case .phone: phone
                case .ssn: ssn
                case .version: version
                }
            }
            set {
                switch hint {
                case .phone: phone = newValue
                case .ssn: ssn = newValue
                case .version: version = newValue
                }
            }
        }
    }

    init(_ text: FoldedText) {
        self.text = text
    }

    mutating func run() {
        var index = 0
        while index < text.count {
            let byte = text[index]
            switch byte {
            case UInt8(ascii: "@"): findEmail(at: index)
            case UInt8(ascii: ":"): findAtColon(index)
            case UInt8(ascii: "-"): findKeyBlock(at: index)
            case UInt8(ascii: "+"), UInt8(ascii: "("): findPhone(at: index)
            case UInt8(ascii: "<"), UInt8(ascii: "&"), UInt8(ascii: "\\"): findLiteral(at: index)
            default: if byte.isWord, !text[index - 1].isWord { findAtWord(index) }
            }
            index += 1
        }
    }

    mutating func add(_ kind: PIIKind, _ range: Range<Int>) {
        matches.append(Match(kind: kind, range: range))
    }

    /// What stands, of matches that overlap: secrets first, since no part of one may leave; then the longer one, then the
    /// surer kind.
    func resolved(_ kinds: Set<PIIKind>) -> [Match] {
        let wanted = matches.filter { kinds.contains($0.kind) || $0.kind == .literal }
        guard wanted.count > 1 else { return wanted }
        var isTaken = [Bool](repeating: false, count: text.count)
        var standing: [Match] = []
        for match in wanted.sorted(by: { $0.precedence < $1.precedence }) where !isTaken[match.range].contains(true) {
            for index in match.range { isTaken[index] = true }
            standing.append(match)
        }
        return standing.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    private mutating func findAtWord(_ start: Int) {
        let byte = text[start]
        if byte.isDigit {
            findNumber(at: start)
        } else if byte.isAlpha {
            findWord(at: start)
        }
        if byte.isHex {
            findMACAddress(at: start)
            findIPv6(at: start)
        }
    }

    private mutating func findAtColon(_ index: Int) {
        if text[index + 1] == UInt8(ascii: "/"), text[index + 2] == UInt8(ascii: "/") {
            findURLCredentials(at: index + 3)
        } else if text[index + 1] == UInt8(ascii: ":"), !text[index - 1].isWord {
            findIPv6(at: index)
        }
    }

    // MARK: Reading

    /// Whether what ends before `end` is whole: no letter or digit follows, and no separator with another digit behind it
    /// (a space excepted: a number may be followed by another).
    func isEnd(_ end: Int) -> Bool {
        let next = text[end]
        if next.isWord || next == UInt8(ascii: "_") { return false }
        let joins =
            next == UInt8(ascii: "-") || next == UInt8(ascii: ".") || next == UInt8(ascii: "/")
            || next == UInt8(ascii: ",") || next == UInt8(ascii: ":")
        return !(joins && text[end + 1].isDigit)
    }

    /// Whether a number may begin at `start`: it is not the rest of a longer one.
    func isNumberStart(_ start: Int) -> Bool {
        let previous = text[start - 1]
        if previous.isWord || previous == UInt8(ascii: "_") { return false }
        let joins =
            previous == UInt8(ascii: "-") || previous == UInt8(ascii: ".") || previous == UInt8(ascii: "/")
            || previous == UInt8(ascii: ",") || previous == UInt8(ascii: ":") || previous == UInt8(ascii: "+")
        return !(joins && text[start - 2].isDigit)
    }

    /// Whether `word` (lower case) stands at `start`, in any case of ASCII.
    func matches(_ word: StaticString, at start: Int) -> Bool {
        word.withUTF8Buffer { letters in
            for index in 0..<letters.count where unsafe text[start + index].lowered != letters[index] { return false }
            return true
        }
    }
}

extension PIIKind {
    private static let ranks = Dictionary(uniqueKeysWithValues: allCases.enumerated().map { ($1, $0) })

    /// The kinds are declared in the order in which they are sure of themselves.
    fileprivate var rank: Int { Self.ranks[self] ?? .max }
}
