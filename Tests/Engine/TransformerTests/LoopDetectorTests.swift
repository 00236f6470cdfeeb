import TestSupport
import Testing

@testable import Transformer

@Suite("Repetition in an answer")
struct LoopDetectorTests {
    /// Feeds words as tokens: the same word is the same token, with the blank or line break before it.
    private func detect(
        _ text: String, _ tolerance: LoopDetector.Tolerance = .prose, isCut: Bool? = nil
    ) -> (loop: LoopDetector.Loop?, kept: String) {
        let tokens = Self.tokens(of: text)
        var detector = LoopDetector(capacity: tokens.count, tolerance: tolerance)
        var ids: [String: Int32] = [:]
        for token in tokens {
            let id = ids[token] ?? Int32(ids.count)
            ids[token] = id
            if let loop = detector.observe(id, bytes: Array(token.utf8)) {
                return (loop, tokens.prefix(loop.keptTokens).joined())
            }
        }
        let loop = isCut.flatMap { detector.atEnd(isCut: $0) }
        return (loop, loop.map { tokens.prefix($0.keptTokens).joined() } ?? text)
    }

    /// Words with what stands before them; a line break and a digit are tokens of their own.
    private static func tokens(of text: String) -> [String] {
        var tokens: [String] = []
        var word = ""
        for character in text {
            if character == "\n" || character.isNumber {
                if !word.isEmpty { tokens.append(word) }
                tokens.append(String(character))
                word = ""
            } else if character == " " {
                if !word.isEmpty { tokens.append(word) }
                word = " "
            } else {
                word.append(character)
            }
        }
        return word.isEmpty ? tokens : tokens + [word]
    }

    @Test(
        "Periods of any length are found soon, and the first copy is kept",
        arguments: [
            "The rain falls on the silent ground.\n", "It is a good day to be here. ", "ha ha ha hm ",
            "Yes, I am sure that this is what you want, since I have said so before and will say so again, whatever happens. ",
        ])
    func periods(_ unit: String) throws {
        let opening = "Here is what I think of it.\n"
        let (loop, kept) = detect(opening + String(repeating: unit, count: 40))
        let found = try #require(loop)
        #expect(found.copies <= 8 || found.period <= 4)
        #expect(kept.hasPrefix(opening))
        let rest = kept.dropFirst(opening.count)
        #expect(rest.count >= unit.count - 1 && rest.count < 2 * unit.count + 2, "\(kept)")
    }

    @Test("Numbers that count up do not hide a repetition")
    func numbers() throws {
        let lines = (1...60).map { "\($0). The quick brown fox jumps over the lazy dog." }.joined(separator: "\n")
        let (loop, kept) = detect(lines)
        #expect(try #require(loop).copies <= 6)
        #expect(kept.split(separator: "\n").filter { $0.hasSuffix("dog.") }.count <= 2)
    }

    @Test("Rows of a table that come again and again are a loop, with others between them too")
    func rows() {
        let head = "| Protocol | Use |\n|---|---|\n"
        let same = head + String(repeating: "| TCP | reliable, ordered streams |\n", count: 9)
        #expect(detect(same).loop != nil)
        let two = "| TCP | reliable, ordered streams |\n| UDP | quick single datagrams |\n"
        #expect(detect(head + String(repeating: two, count: 9)).loop != nil)
    }

    @Test("A sentence that ends one item of a list after the other is a loop; what differs, or is short, is none")
    func sentences() throws {
        let items = ["Tomato soup", "Green salad", "Fried rice", "Apple pie", "Baked fish", "Plain bread"]
        let same = items.enumerated().map {
            "\($0 + 1). \($1): A dish from \($1)s. It is a great way to begin the day. "
        }
        let (loop, kept) = detect("You can cook this:\n" + same.joined(separator: "\n"))
        #expect(try #require(loop).copies == 4)
        #expect(kept.hasSuffix("A dish from Green salads."), "\(kept)")
        let own = items.map { "- \($0). It is a great way to eat \($0.lowercased()) at home. Yes. " }
        #expect(detect(own.joined(separator: "\n"), isCut: false).loop == nil)
        #expect(detect(same.joined(separator: "\n"), .copies(6), isCut: false).loop == nil)
        #expect(detect(same.joined(separator: "\n"), .refrain, isCut: false).loop == nil)
    }

    @Test("Any script can loop")
    func scripts() {
        for unit in ["это хороший день, чтобы быть здесь. ", "今日 は 良い 日 です。 ", "اليوم يوم جميل جدا. "] {
            #expect(detect(String(repeating: unit, count: 30)).loop != nil, "\(unit)")
        }
    }

    @Test("An answer that is cut, or ends, within a repetition is caught at its end")
    func end() {
        let unit = " the cat sat down on the mat and"
        let text = "Once upon a time" + String(repeating: unit, count: 4)
        #expect(detect(text, isCut: true).loop != nil)
        #expect(detect(text, isCut: false).loop != nil)
        #expect(detect("Once upon a time" + String(repeating: unit, count: 2), isCut: true).loop == nil)
    }

    @Test("A row of numbers that goes on until it is cut is a loop, whatever number the request names")
    func cutNumbers() {
        let text = "Size 2" + String(repeating: ".1", count: 200)
        for tolerance in [LoopDetector.Tolerance.prose, .copies(5)] {
            #expect(detect(text, tolerance, isCut: true).loop != nil, "\(tolerance)")
        }
        #expect(detect(text, .copies(400), isCut: true).loop == nil)
    }

    @Test("A label that comes again and again between other lines is a loop, one below the other it is a list")
    func labels() throws {
        let numbers = [47983, 51260, 61234, 71235, 81236]
        let between = numbers.map { "Pamphlet #\($0)\nPremium Special \($0 % 7 == 0 ? "A" : "B")\n" }.joined()
        #expect(try #require(detect(between).loop).copies >= 4)
        let list = numbers.map { "Invoice \($0)\n" }.joined()
        #expect(detect(list, isCut: false).loop == nil)
    }

    @Test("What was asked for so many times may come as often, and a little more; then it is complete")
    func copies() throws {
        let fifty = String(repeating: "hello\n", count: 50)
        #expect(detect(fifty, .copies(50), isCut: true).loop == nil)
        let (loop, kept) = detect(String(repeating: "hello\n", count: 90), .copies(50))
        #expect(try #require(loop).isComplete)
        #expect(kept.split(separator: "\n").count == 50)
    }

    @Test("Refrains, rules, grids of digits and lines of code are no loops")
    func legitimate() {
        let song = String(repeating: "Let it be, ", count: 4) + "whisper words of wisdom, let it be.\n"
        #expect(detect(String(repeating: song, count: 2), .refrain, isCut: false).loop == nil)
        let grid = String(repeating: "0 0 0 0 0 0 0 0 0 0\n", count: 10)
        #expect(detect(grid, isCut: false).loop == nil)
        #expect(detect(String(repeating: "----------", count: 8) + "\nDone.", isCut: false).loop == nil)
        let code =
            "```swift\n" + String(repeating: "    items.append(Item(name: \"\", price: 0))\n", count: 6)
            + "```\nThat is all."
        #expect(detect(code, isCut: false).loop == nil)
        let rooms = (101...110).map { "Room \($0)" }.joined(separator: ", ")
        #expect(detect(rooms, isCut: false).loop == nil)
        let counting = (1...200).map(String.init).joined(separator: ", ")
        #expect(detect(counting, isCut: false).loop == nil)
    }

    @Test("Plain prose of 2,000 words is never a loop", arguments: 1...8 as ClosedRange<UInt64>)
    func prose(seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let letters = Array("abcdefghijklmnopqrst")
        let words = (0..<400).map { "w\(letters[$0 / 20])\(letters[$0 % 20])\(String(repeating: "x", count: $0 % 7))" }
        let text = (0..<2_000).map { _ in words.randomElement(using: &generator) ?? "" }.joined(separator: " ")
        #expect(detect(text, isCut: true).loop == nil)
    }

    @Test(
        "A few words in ever new order are a loop too, in prose; what draws or counts has few symbols for a reason",
        arguments: 1...8 as ClosedRange<UInt64>)
    func fewWords(seed: UInt64) throws {
        var random = SeededGenerator(seed: seed)
        let words = [" heavy", " rain", " fell", " softly", ".", " down"]
        let circling = (0..<400).map { _ in words.randomElement(using: &random) ?? "" }.joined()
        let opening = "The sky was dark when we set out for the hills behind the town that day"
        let (loop, kept) = detect(opening + circling)
        #expect(loop != nil)
        #expect(kept.hasPrefix(opening) && kept.count < opening.count + 300, "\(kept)")
        #expect(detect(circling, .refrain).loop == nil && detect(circling, .copies(nil)).loop == nil)
        let board = (0..<400).map { _ in [" X", " O", " .", " |"].randomElement(using: &random) ?? "" }.joined()
        #expect(detect(board).loop == nil)
    }

    @Test("A word that stands thirteen times is found wherever it begins", arguments: 0..<8)
    func shortRun(_ offset: Int) throws {
        let opening = (0..<offset).map { "word\($0 == 0 ? "a" : String(repeating: "b", count: $0)) " }.joined()
        let (loop, _) = detect(
            opening + "x" + String(repeating: " rain", count: 13) + "! And so it went on for the day")
        #expect(loop != nil)
    }

    @Test("After a reset it knows nothing of what came before")
    func reset() {
        var detector = LoopDetector(capacity: 400, tolerance: .prose)
        for _ in 0..<3 {
            for id in Int32(0)..<12 { #expect(detector.observe(id, bytes: Array(" word\(id)a".utf8)) == nil) }
        }
        detector.reset()
        for id in Int32(0)..<12 { detector.replay(id, bytes: Array(" word\(id)a".utf8)) }
        #expect(detector.atEnd(isCut: true) == nil)
    }
}
