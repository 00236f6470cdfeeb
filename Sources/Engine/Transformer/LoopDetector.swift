/// Finds that a generated text has begun to repeat itself without end.
///
/// It sees token ids and their bytes, knows no language, and takes runs of digits for one another, so that numbers that
/// count up do not hide a repetition. What repeats for a reason passes: see ``Tolerance``. All memory is taken when it is
/// made; a token costs amortised constant time. For one answer, on one thread.
///
/// Source of the periods: D. E. Knuth, J. H. Morris, V. R. Pratt, "Fast Pattern Matching in Strings", 1977 (the failure
/// function of the reversed text gives the shortest period of each suffix).
public struct LoopDetector: Sendable {
    /// How much repetition the request gives reason for.
    public enum Tolerance: Sendable, Hashable {
        /// None in particular.
        case prose
        /// Refrains and the like: songs, chants, poems with a chorus.
        case refrain
        /// So many copies of something were asked for; `nil` where no number was named.
        case copies(Int?)
    }

    /// A repetition that was found.
    public struct Loop: Sendable, Hashable {
        /// Generated tokens up to the end of the first copy.
        public var keptTokens: Int
        /// Tokens of one copy.
        public var period: Int
        /// Whole copies, the first among them.
        public var copies: Int
        /// Whether the copies up to `keptTokens` are what was asked for, so that nothing need follow.
        public var isComplete: Bool

        /// Describes a loop that was found.
        public init(keptTokens: Int, period: Int, copies: Int, isComplete: Bool = false) {
            self.keptTokens = keptTokens
            self.period = period
            self.copies = copies
            self.isComplete = isComplete
        }
    }

    /// Tokens that are looked back on.
    public static let window = 1024
    /// Tokens between two looks.
    private static let stride = 8
    /// Lines that are looked back on; shorter ones than `shortestLine` bytes say nothing.
    private static let lineWindow = 12
    private static let shortestLine = 13
    /// Sentences that are looked back on, and the shortest, in bytes, that says something.
    private static let sentenceWindow = 20
    private static let shortestSentence = 32
    /// Prose of so many symbols with so few different ones among them goes round in circles, though in no fixed order.
    private static let poorLength = 192
    private static let poorVocabulary = 16
    /// Fewer letters make no word: what repeats is drawn, ruled or counted.
    private static let fewestLetters = 3

    private let tolerance: Tolerance
    private let isProse: Bool
    /// The text with runs of digits as one symbol each. All of these have one entry for each symbol.
    private var symbols: [Int32] = []
    /// The generated token at which the symbol begins.
    private var starts: [Int32] = []
    /// Bytes and letters of all symbols before this one.
    private var bytesBefore: [Int32] = []
    private var lettersBefore: [Int32] = []
    /// The same without white space.
    private var inkBefore: [Int32] = []
    /// Runs of digits before this symbol.
    private var numbersBefore: [Int32] = []
    /// A hash of the digits, where the symbol stands for a number.
    private var values: [UInt32] = []
    /// Whether a copy may well end behind this symbol: a line or a sentence does.
    private var endsClause: [Bool] = []
    /// How far back the same symbol stands; `Int32.max` where it is new.
    private var distances: [Int32] = []
    /// How often the latest symbol stands in a row.
    private var streak = 0
    /// Where a symbol stood last, by a hash of it. One that another has taken the place of looks new, which finds less.
    private var lastSeen: [(symbol: Int32, place: Int32)]
    /// The longest border of each prefix of the reversed text.
    private var borders: [Int32]

    private var lines = RecentLines(count: LoopDetector.lineWindow)
    private var line = OpenLine()
    private var sentences = RecentLines(count: LoopDetector.sentenceWindow)
    private var sentence = OpenLine()
    private var isInCode = false
    private var tokenCount = 0
    private var byteCount: Int32 = 0
    private var letterCount: Int32 = 0
    private var inkCount: Int32 = 0
    private var numberCount: Int32 = 0

    /// Stands for a run of digits.
    private static let number: Int32 = -1
    /// Stands for no symbol.
    private static let nothing: Int32 = -2
    private static let seenSlots = 4096

    /// - Parameter capacity: tokens that the answer may have.
    public init(capacity: Int, tolerance: Tolerance) {
        precondition(capacity >= 0)
        self.tolerance = tolerance
        isProse = tolerance == .prose
        symbols.reserveCapacity(capacity)
        starts.reserveCapacity(capacity)
        bytesBefore.reserveCapacity(capacity)
        lettersBefore.reserveCapacity(capacity)
        inkBefore.reserveCapacity(capacity)
        numbersBefore.reserveCapacity(capacity)
        values.reserveCapacity(capacity)
        endsClause.reserveCapacity(capacity)
        distances.reserveCapacity(capacity)
        borders = Array(repeating: 0, count: Self.window + 1)
        lastSeen = Array(repeating: (Self.nothing, 0), count: Self.seenSlots)
    }

    /// Forgets the answer.
    public mutating func reset() {
        symbols.removeAll(keepingCapacity: true)
        starts.removeAll(keepingCapacity: true)
        bytesBefore.removeAll(keepingCapacity: true)
        lettersBefore.removeAll(keepingCapacity: true)
        inkBefore.removeAll(keepingCapacity: true)
        numbersBefore.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
        endsClause.removeAll(keepingCapacity: true)
        distances.removeAll(keepingCapacity: true)
        streak = 0
        for slot in lastSeen.indices { lastSeen[slot] = (Self.nothing, 0) }
        lines = RecentLines(count: Self.lineWindow)
        line = OpenLine()
        sentences = RecentLines(count: Self.sentenceWindow)
        sentence = OpenLine()
        isInCode = false
        (tokenCount, byteCount, letterCount, inkCount, numberCount) = (0, 0, 0, 0, 0)
    }

    /// Takes the next token of the answer.
    ///
    /// - Returns: the repetition that the answer is in, where there is one beyond what is tolerated.
    public mutating func observe(_ token: Int32, bytes: [UInt8]) -> Loop? {
        let lineLoop = take(token, bytes)
        // A run of one symbol that ends between two looks would stay unseen for good.
        guard lineLoop != nil || tokenCount % Self.stride == 0 || streak >= 8 && streak % 4 == 0 else { return nil }
        return periodicSuffix(isAtEnd: false) ?? lineLoop ?? poorSuffix()
    }

    /// Takes the next token without looking for a repetition, to catch up with an answer that was cut.
    public mutating func replay(_ token: Int32, bytes: [UInt8]) { _ = take(token, bytes) }

    /// The repetition that a finished answer ends in.
    ///
    /// - Parameter isCut: whether the answer did not come to its end by itself: less repetition is believed then.
    public mutating func atEnd(isCut: Bool) -> Loop? {
        guard isCut || isProse else { return nil }
        return periodicSuffix(isAtEnd: isCut)
    }

    // MARK: - Reading

    private mutating func take(_ token: Int32, _ bytes: [UInt8]) -> Loop? {
        appendSymbol(token, bytes)
        tokenCount += 1
        var found: Loop?
        for place in 0..<bytes.count {
            let byte = bytes[place]
            if byte == UInt8(ascii: "\n") {
                // Without a closure, which would allocate.
                if let loop = closeSentence() { found = loop }
                if let loop = closeLine() { found = loop }
            } else {
                line.take(byte, token: tokenCount - 1)
                sentence.take(byte, token: tokenCount - 1)
                if byte.endsSentence, let loop = closeSentence() { found = loop }
            }
        }
        return found
    }

    private mutating func appendSymbol(_ token: Int32, _ bytes: [UInt8]) {
        let (letters, ink) = bytes.lettersAndInk
        defer {
            byteCount += Int32(bytes.count)
            letterCount += letters
            inkCount += ink
        }
        let isNumber = bytes.isNumber
        if isNumber, !symbols.isEmpty, symbols[symbols.count - 1] == Self.number {
            values[values.count - 1] = bytes.hash(after: values[values.count - 1])
            return
        }
        symbols.append(isNumber ? Self.number : token)
        starts.append(Int32(tokenCount))
        bytesBefore.append(byteCount)
        lettersBefore.append(letterCount)
        inkBefore.append(inkCount)
        numbersBefore.append(numberCount)
        values.append(isNumber ? bytes.hash(after: 0) : 0)
        if isNumber { numberCount += 1 }
        endsClause.append(bytes.endsClause)
        let symbol = symbols[symbols.count - 1]
        let slot = Int(UInt32(bitPattern: symbol &* -1_640_531_527) >> 20)
        let place = Int32(symbols.count - 1)
        let distance = lastSeen[slot].symbol == symbol ? place - lastSeen[slot].place : .max
        distances.append(distance)
        streak = distance == 1 ? streak + 1 : 1
        lastSeen[slot] = (symbol, place)
    }

    /// The line that has ended, where it is one of many alike.
    private mutating func closeLine() -> Loop? {
        let closed = line
        line = OpenLine()
        if closed.isFence { isInCode.toggle() }
        guard closed.fullLength >= Self.shortestLine, closed.letters >= Self.fewestLetters else { return nil }
        lines.append(closed.hash, startingAt: closed.firstToken)
        // Short labels with long numbers, one below the other, are a list.
        let isLabel = closed.length < Self.shortestLine
        guard isProse, !isInCode, let second = lines.startOfSecond(leastOthers: isLabel ? 1 : 0) else { return nil }
        return Loop(keptTokens: second, period: tokenCount - closed.firstToken, copies: 4)
    }

    /// The sentence that has ended, where it stands behind one item after the other.
    private mutating func closeSentence() -> Loop? {
        let closed = sentence
        sentence = OpenLine()
        guard isProse, !isInCode, closed.length >= Self.shortestSentence, closed.letters >= Self.fewestLetters else {
            return nil
        }
        sentences.append(closed.hash, startingAt: closed.firstToken)
        guard let second = sentences.startOfSecond(leastOthers: 0) else { return nil }
        return Loop(keptTokens: second, period: tokenCount - closed.firstToken, copies: 4)
    }

    // MARK: - Periods

    /// A run at the end of the text that consists of copies of one unit.
    private struct Run {
        /// In symbols.
        var period: Int
        var length: Int
        var bytes: Int
        var unitLetters: Int
        var unitInk: Int
        var hasNumber: Bool

        var copies: Int { length / period }
    }

    private mutating func periodicSuffix(isAtEnd: Bool) -> Loop? {
        let length = min(symbols.count, Self.window)
        guard length >= 2 else { return nil }
        let last = symbols.count - 1
        borders[1] = 0
        var border = 0
        var found: Run?
        var size = 1
        while size < length {
            size += 1
            let symbol = symbols[last - (size - 1)]
            while border > 0, symbols[last - border] != symbol { border = Int(borders[border]) }
            if symbols[last - border] == symbol { border += 1 }
            borders[size] = Int32(border)
            // Twice the same is the least that counts.
            guard 2 * border >= size else { continue }
            let run = run(period: size - border, length: size)
            if isLoop(run, isAtEnd: isAtEnd) { found = run }
        }
        if let found { return loop(found) }
        return nil
    }

    private func run(period: Int, length: Int) -> Run {
        let first = symbols.count - length
        let unit = symbols.count - period
        return Run(
            period: period, length: length, bytes: Int(byteCount - bytesBefore[first]),
            unitLetters: Int(letterCount - lettersBefore[unit]), unitInk: Int(inkCount - inkBefore[unit]),
            hasNumber: numberCount > numbersBefore[unit])
    }

    private func isLoop(_ run: Run, isAtEnd: Bool) -> Bool {
        guard run.unitInk > 0 else { return run.length >= 48 }
        guard run.unitLetters >= Self.fewestLetters else {
            // Rules of dashes and drawings may fill a page; numbers that count, and grids of digits, more than one. What is
            // cut in the middle of such a thing was not to come to its end.
            let isMore = if case .copies(let wanted?) = tolerance { run.copies > 2 * wanted + 3 } else { isProse }
            if isAtEnd, isMore { return run.length >= (run.hasNumber ? varies(run, atLeast: 1) ? 1_000 : 48 : 192) }
            return run.length >= (run.hasNumber ? Self.window - 24 : 384)
        }
        if isInCode { return isLoopInCode(run) }
        switch tolerance {
        case .prose:
            // "Room 101, Room 102, …": a label that counts up is a list.
            let isLabel = run.hasNumber && run.unitLetters < 16
            if run.hasNumber, run.copies >= 4, run.copies < 24, varies(run, atLeast: 2) { return false }
            return run.copies >= (isLabel ? 12 : 4) && run.bytes >= 48 || run.copies >= 3 && run.period >= 24
                || run.copies >= 2 && run.period >= 96
        case .refrain:
            return run.copies >= 8 && run.bytes >= 96 || run.copies >= 4 && run.period >= 16
                || run.copies >= 3 && run.period >= 64
        case .copies(let wanted?):
            return run.copies > wanted + wanted / 4 + 3 && (run.copies >= 4 && run.bytes >= 48)
        case .copies(nil):
            return run.copies >= 12 && run.length >= 384
        }
    }

    /// The end of the text, where it is prose that turns the same few words over and over without a period.
    private func poorSuffix() -> Loop? {
        let count = symbols.count
        guard isProse, !isInCode, count >= Self.poorLength else { return nil }
        let first = count - Self.poorLength
        var vocabulary = 0
        for place in first..<count where Int(distances[place]) > place - first {
            vocabulary += 1
            if vocabulary > Self.poorVocabulary { return nil }
        }
        // Drawings, grids and columns of numbers have few symbols for a reason.
        guard lettersBefore[count - 1] - lettersBefore[first] >= 2 * Int32(Self.poorLength) else { return nil }
        let kept = first + Self.poorVocabulary
        let clause = (kept..<first + 2 * Self.poorVocabulary).first { endsClause[$0 - 1] } ?? kept
        return Loop(
            keptTokens: Int(starts[clause]), period: Self.poorVocabulary, copies: Self.poorLength / Self.poorVocabulary)
    }

    /// Whether so many numbers differ from one copy to the next. One is a running number; more are data of one form, and not
    /// a repetition.
    private func varies(_ run: Run, atLeast least: Int) -> Bool {
        var differing = 0
        for place in symbols.count - run.period..<symbols.count where symbols[place] == Self.number {
            if values[place] != values[place - run.period] { differing += 1 }
        }
        return differing >= least
    }

    /// Code has lines, closing brackets and tables of constants that are alike.
    private func isLoopInCode(_ run: Run) -> Bool {
        if case .copies(let wanted) = tolerance, run.copies <= wanted ?? .max { return false }
        return run.copies >= 8 && run.length >= 96 || run.copies >= 4 && run.period >= 32
            || run.copies >= 3 && run.period >= 96
    }

    /// Where to cut: behind the first copy, and there where a clause ends, if one does before the second is whole.
    private func loop(_ run: Run) -> Loop {
        var kept = symbols.count - run.length + run.period
        var isComplete = false
        if case .copies(let wanted?) = tolerance, !isInCode, run.unitLetters >= 3, wanted < run.copies {
            kept = symbols.count - run.length + run.period * max(1, wanted)
            isComplete = true
        }
        let clause = (kept..<min(kept + run.period, symbols.count)).first { endsClause[$0 - 1] }
        let symbol = clause ?? kept
        return Loop(
            keptTokens: symbol < starts.count ? Int(starts[symbol]) : tokenCount,
            period: run.period, copies: run.copies, isComplete: isComplete)
    }
}
