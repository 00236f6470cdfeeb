import TestSupport
import Testing

@testable import Grammar

/// Reads a text by an expression in the plainest way: every place where it may end.
private struct Reference {
    let rules: [String: Expression]
    let text: [UInt8]

    func ends(_ expression: Expression, from start: Int) -> Set<Int> {
        switch expression {
        case .literal(let bytes): return text[start...].starts(with: bytes) ? [start + bytes.count] : []
        case .character(let ranges):
            let rest = String(decoding: text[start...], as: UTF8.self)
            guard let scalar = rest.unicodeScalars.first, ranges.contains(where: { $0.contains(scalar.value) }) else {
                return []
            }
            return [start + String(scalar).utf8.count]
        case .rule(let name, _): return rules[name].map { ends($0, from: start) } ?? []
        case .sequence(let parts):
            return parts.reduce([start]) { places, part in Set(places.flatMap { ends(part, from: $0) }) }
        case .alternatives(let parts): return Set(parts.flatMap { ends($0, from: start) })
        case .repeated(let body, let least, let most, _):
            var places: Set<Int> = [start]
            var all: Set<Int> = least == 0 ? [start] : []
            var count = 0
            while count < most ?? Int.max, !places.isEmpty {
                let next = Set(places.flatMap { ends(body, from: $0) })
                count += 1
                let fresh = count >= least ? next.subtracting(all) : next
                if count >= least { all.formUnion(next) }
                if count >= least, fresh.isEmpty || count > text.count + least { break }
                places = next
            }
            return all
        }
    }
}

@Suite("The automaton beside a plain reading of the same rules")
struct ReferenceTests {
    /// Rules call only later ones at their beginning, and any behind a byte: no left recursion.
    private static func expression(
        _ random: inout SeededGenerator, depth: Int, rule: Int, isGuarded: Bool
    ) -> String {
        let letter = ["a", "b", "ab", "é"][random.below(4)]
        guard depth > 0 else { return "\"\(letter)\"" }
        func part(_ guarded: Bool) -> String { expression(&random, depth: depth - 1, rule: rule, isGuarded: guarded) }
        switch random.below(8) {
        case 0: return "\"\(letter)\""
        case 1: return "(\(part(isGuarded)) | \(part(isGuarded)))"
        case 2: return "(\(part(isGuarded)) \(part(isGuarded)))"
        case 3: return "(\(part(isGuarded)))*"
        case 4: return "(\(part(isGuarded)))?"
        case 5: return "(\(part(isGuarded))){\(random.below(2)),\(1 + random.below(2))}"
        case 6: return "[a-bé]"
        default:
            let names = isGuarded ? Array(0...3) : Array((rule + 1)..<5)
            let called = names.isEmpty ? 4 : names[random.below(names.count)]
            return called >= 4 ? "\"\(letter)\"" : "(\"\(letter)\" r\(called) | \"\(letter)\")"
        }
    }

    @Test("they agree on every short text, whatever the rules", arguments: 0..<30)
    func agree(seed: Int) throws {
        var random = SeededGenerator(seed: UInt64(seed) &* 0x9E37_79B9_7F4A_7C15 &+ 1)
        let bodies = (0..<4).map { Self.expression(&random, depth: 3, rule: $0, isGuarded: false) }
        let text =
            "root ::= r0 | r1 | r2 | r3\n" + bodies.enumerated().map { "r\($0) ::= \($1)\n" }.joined()
        let set = try GBNFReader.read(text)
        let grammar = try Grammar(gbnf: text)
        let rules = Dictionary(uniqueKeysWithValues: set.rules.map { ($0.name, $0.body) })
        let letters = ["a", "b", "é"]
        var texts = [""]
        for _ in 0..<5 { texts += texts.suffix(243).flatMap { text in letters.map { text + $0 } } }
        for candidate in Set(texts) {
            let bytes = Array(candidate.utf8)
            let ends = Reference(rules: rules, text: bytes).ends(.rule("root", Place(line: 1, column: 1)), from: 0)
            #expect(grammar.matches(candidate) == ends.contains(bytes.count), "\(candidate) by \(text)")
        }
    }
}
