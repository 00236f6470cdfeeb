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
    }

    let text: FoldedText
    var matches: [Match] = []
    /// Where the latest word of each sort ended: `phone`, `SSN`, `version` before a number say what it is.
    var hints = Hints()
    /// Where the latest private-key block ended.
    var endOfKeyBlock = 0
    /// Where the latest key ended that was known by its form.
    var endOfLatestKey = 0
    /// Whether runs of base 64 are read too; not within one.
    var readsEncoded = true

    enum Hint: Int, CaseIterable { case phone, ssn, version, birth, document, account, login, optionPassword }

    struct Hints {
        // Far before the text where there was none.
        private var ends = [Int](repeating: Int.min / 2, count: Hint.allCases.count)

        subscript(hint: Hint) -> Int {
            get { ends[hint.rawValue] }
            set { ends[hint.rawValue] = newValue }
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
            case UInt8(ascii: "-"):
                findKeyBlock(at: index)
                findOptionSecret(at: index)
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

    private mutating func findAtWord(_ start: Int) {
        let byte = text[start]
        if byte.isDigit {
            findNumber(at: start)
            findGluedCard(from: start)
        } else if byte.isAlpha {
            findWord(at: start)
        } else {
            findForeignWord(at: start)
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
