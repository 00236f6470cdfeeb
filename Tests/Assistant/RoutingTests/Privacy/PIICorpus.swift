import TestSupport

@testable import Routing

/// Lines with personal data in them, and lines with what only looks like it, made up by a seed.
///
/// The check digits are computed here in their own way, by trying all of them, so that an error in the scanner's
/// arithmetic does not hide itself.
struct PIICorpus {
    struct Line {
        /// What the line is about.
        var kind: PIIKind
        var text: String
        /// What has to be found; `nil` for a near miss.
        var value: String?
    }

    var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    /// `count` lines with, and as many near misses without, for every kind that has a form.
    mutating func lines(_ count: Int) -> [Line] {
        var lines: [Line] = []
        for kind in PIIKind.allCases {
            for _ in 0..<count {
                guard let value = value(of: kind) else { continue }
                lines.append(Line(kind: kind, text: embed(value, kind), value: value))
                let miss = nearMiss(of: kind)
                lines.append(Line(kind: kind, text: embed(miss, kind), value: nil))
            }
        }
        return lines
    }

    private static let frames = [
        ("", ""), ("Is ", " right?"), ("My data: ", ", please check."), ("Bitte prüfe „", "“, danke!"), ("(", ")"),
        ("Voilà ", "; merci."), ("id=", " ok"), ("• ", " — urgent"), ("確認してください：", "。"), ("Line one\n", "\nline three"),
        ("value:", "."), ("“", "” it said"), ("\t", "\t42"), ("a, b and ", " and c"),
    ]

    private mutating func embed(_ value: String, _ kind: PIIKind) -> String {
        let (before, after) = random.pick(Self.frames)
        guard kind == .credentials, !value.contains("://") else { return before + value + after }
        return before + oneOf("https", "postgres", "ftp") + "://" + value + "@db.example.com/path" + after
    }

    mutating func digits(_ count: Int) -> String { pick(count, "0123456789") }

    mutating func pick(_ count: Int, _ alphabet: String) -> String {
        String((0..<count).map { _ in random.pick(alphabet) })
    }

    mutating func letters(_ count: Int) -> String { pick(count, "abcdefghijklmnopqrstuvwxyz") }

    mutating func capitals(_ count: Int) -> String { pick(count, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") }

    mutating func oneOf(_ choices: String...) -> String { random.pick(choices) }

    mutating func number(_ range: ClosedRange<Int>, width: Int) -> String {
        let text = String(Int.random(in: range, using: &random))
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }

    /// Cuts `text` into groups of the given lengths.
    func group(_ text: String, _ lengths: [Int], _ separator: String) -> String {
        var rest = text[...]
        var groups: [Substring] = []
        for length in lengths {
            groups.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        if !rest.isEmpty { groups.append(rest) }
        return groups.joined(separator: separator)
    }

    /// The first of the candidates, in random order, that `isRight` accepts.
    mutating func complete(_ candidates: [String], _ isRight: (String) -> Bool) -> String? {
        candidates.shuffled(using: &random).first(where: isRight)
    }

    /// `prefix` with one more digit, so that `isRight` holds; tries other prefixes where none does.
    mutating func withCheckDigit(_ makePrefix: (inout PIICorpus) -> String, _ isRight: (String) -> Bool) -> String {
        while true {
            let prefix = makePrefix(&self)
            if let whole = complete((0...9).map { prefix + String($0) }, isRight) { return whole }
        }
    }

    /// A number of the same form whose check fails.
    mutating func withoutCheck(_ make: (inout PIICorpus) -> String, _ isRight: (String) -> Bool) -> String {
        while true {
            let candidate = make(&self)
            if !isRight(candidate) { return candidate }
        }
    }
}
