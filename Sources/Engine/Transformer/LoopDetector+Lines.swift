/// The line, or the sentence, that is being written.
struct OpenLine: Sendable {
    /// The generated token that its text begins in.
    private(set) var firstToken = 0
    /// Bytes without white space at both ends, runs of digits counting as one.
    private(set) var length = 0
    /// The same with every digit.
    private(set) var fullLength = 0
    private(set) var letters = 0
    private var text: UInt64 = 0xCBF2_9CE4_8422_2325
    private var values: UInt64 = 0xCBF2_9CE4_8422_2325
    private var numbers = 0
    private var blanks = 0
    private var isAfterDigit = false
    private var backticks = 0

    /// Of its text, and of its numbers but the first.
    var hash: UInt64 { text ^ values &* 0x9E37_79B9_7F4A_7C15 }

    var isFence: Bool { backticks >= 3 }

    mutating func take(_ byte: UInt8, token: Int) {
        if byte == UInt8(ascii: " ") || byte == UInt8(ascii: "\t") || byte == UInt8(ascii: "\r") {
            if length > 0 { blanks += 1 }
            return
        }
        if length == 0 { firstToken = token }
        if byte == UInt8(ascii: "`"), backticks == length { backticks += 1 }
        let isDigit = byte.isDigit
        defer { isAfterDigit = isDigit }
        if isDigit, !(isAfterDigit && blanks == 0) { numbers += 1 }
        // A running number may differ; other numbers make another line.
        if isDigit, numbers > 1 { values = (values ^ UInt64(byte)) &* 0x100_0000_01B3 }
        if isDigit, isAfterDigit, blanks == 0 {
            fullLength += 1
            return
        }
        if blanks > 0 { add(UInt8(ascii: " ")) }
        blanks = 0
        add(isDigit ? UInt8(ascii: "#") : byte)
    }

    private mutating func add(_ byte: UInt8) {
        text = (text ^ UInt64(byte)) &* 0x100_0000_01B3
        length += 1
        fullLength += 1
        if byte.isLetter { letters += 1 }
    }
}

/// The hashes of the latest lines or sentences, a ring.
struct RecentLines: Sendable {
    private var hashes: [UInt64] = []
    /// The generated tokens that they begin at.
    private var starts: [Int] = []
    private var next = 0
    private let count: Int

    init(count: Int) {
        self.count = count
        hashes.reserveCapacity(count)
        starts.reserveCapacity(count)
    }

    mutating func append(_ hash: UInt64, startingAt token: Int) {
        if hashes.count < count {
            hashes.append(hash)
            starts.append(token)
        } else {
            hashes[next] = hash
            starts[next] = token
        }
        next = (next + 1) % count
    }

    /// Where the latest line stood for the second time, if it stands there four times with little else between, but at
    /// least so many other lines.
    func startOfSecond(leastOthers: Int) -> Int? {
        guard hashes.count >= 4 else { return nil }
        let latest = (next + count - 1) % count
        var (same, others, second) = (0, 0, 0)
        for back in 0..<hashes.count {
            let place = (latest + count - back) % count
            if hashes[place] == hashes[latest] {
                same += 1
                if same == 3 { second = starts[place] }
                if same == 4 { return (leastOthers...6).contains(others) ? second : nil }
            } else {
                others += isFirst(place, back: back, latest: latest) ? 1 : 0
            }
        }
        return nil
    }

    /// Whether no later line is the same as the one at `place`.
    private func isFirst(_ place: Int, back: Int, latest: Int) -> Bool {
        for later in 0..<back where hashes[(latest + count - later) % count] == hashes[place] { return false }
        return true
    }
}

extension UInt8 {
    var isDigit: Bool { self >= UInt8(ascii: "0") && self <= UInt8(ascii: "9") }

    var endsSentence: Bool {
        self == UInt8(ascii: ".") || self == UInt8(ascii: "!") || self == UInt8(ascii: "?")
    }

    /// A letter of ASCII, or a byte of another script.
    var isLetter: Bool {
        let lower = self | 0x20
        return lower >= UInt8(ascii: "a") && lower <= UInt8(ascii: "z") || self >= 0x80
    }
}

extension [UInt8] {
    /// Goes on with a hash of digits (Fowler–Noll–Vo, 32 bits).
    func hash(after start: UInt32) -> UInt32 {
        var hash = start == 0 ? 0x811C_9DC5 : start
        for place in 0..<count where self[place].isDigit { hash = (hash ^ UInt32(self[place])) &* 0x0100_0193 }
        return hash
    }

    /// Whether it is digits and blanks alone, with a digit among them.
    var isNumber: Bool {
        var hasDigit = false
        for place in 0..<count {
            let byte = self[place]
            if byte.isDigit { hasDigit = true } else if byte != UInt8(ascii: " ") { return false }
        }
        return hasDigit
    }

    /// Letters of ASCII and bytes of other scripts; bytes that are no white space.
    var lettersAndInk: (letters: Int32, ink: Int32) {
        var (letters, ink): (Int32, Int32) = (0, 0)
        for place in 0..<count {
            let byte = self[place]
            if byte.isLetter { letters += 1 }
            if byte > UInt8(ascii: " ") { ink += 1 }
        }
        return (letters, ink)
    }

    var endsClause: Bool {
        var place = count - 1
        while place > 0, self[place] == UInt8(ascii: " ") { place -= 1 }
        guard place >= 0 else { return false }
        return self[place] == UInt8(ascii: "\n") || self[place].endsSentence
    }
}
