/// Finds the tokens that are recognised whole, before any text is cut into words.
///
/// The longest come first: each is cut out of what longer ones left, from left to right, as the reference engine does.
struct SpecialTokenFinder: Sendable {
    /// What a text consists of.
    enum Fragment: Equatable {
        case token(Int32)
        /// A range of the bytes given, never empty.
        case text(Range<Int>)
    }

    private struct Special: Sendable {
        let text: [UInt8]
        let id: Int32
        /// Recognised only where a caller asks for it; a token that was added by the user always is.
        let isControl: Bool
    }

    /// In the order of their texts, so that those with a common beginning are neighbours.
    private let specials: [Special]
    /// For each first byte, which of `specials` begin with it.
    private let startingWith: [Range<Int>]

    init(_ vocabulary: Vocabulary) {
        var specials: [Special] = []
        for id in 0..<Int32(vocabulary.count) {
            let kind = vocabulary.kind(of: id)
            guard kind == .control || kind == .unknown || kind == .userDefined else { continue }
            let text = vocabulary.withText(of: id) { text in text.indices.map { text[$0] } }
            guard !text.isEmpty else { continue }
            specials.append(Special(text: text, id: id, isControl: kind != .userDefined))
        }
        specials.sort { $0.text.lexicographicallyPrecedes($1.text) }
        var starts = [Range<Int>](repeating: 0..<0, count: 256)
        for (index, special) in specials.enumerated() {
            let first = Int(special.text[0])
            starts[first] = (starts[first].isEmpty ? index : starts[first].lowerBound)..<index + 1
        }
        self.specials = specials
        startingWith = starts
    }

    /// Cuts `bytes` into special tokens and the text between them.
    ///
    /// - Parameter parseControl: whether control tokens count; where not, their texts are text like any other.
    func fragments(of bytes: [UInt8], parseControl: Bool) -> [Fragment] {
        var fragments: [Fragment] = bytes.isEmpty ? [] : [.text(0..<bytes.count)]
        let found = occurring(in: bytes.span, parseControl: parseControl)
        for index in found.sorted(by: { (specials[$0].text.count, $1) > (specials[$1].text.count, $0) }) {
            fragments = fragments.flatMap { fragment in
                guard case .text(let range) = fragment else { return [fragment] }
                return split(range, of: bytes.span, at: specials[index])
            }
        }
        return fragments
    }

    /// Which specials are anywhere in `bytes`: one pass, however many specials there are.
    private func occurring(in bytes: Span<UInt8>, parseControl: Bool) -> Set<Int> {
        var found: Set<Int> = []
        for start in bytes.indices {
            var candidates = startingWith[Int(bytes[start])]
            var length = 1
            while !candidates.isEmpty {
                // Neighbours in order: the one that ends here, if any, comes first.
                if specials[candidates.lowerBound].text.count == length {
                    if parseControl || !specials[candidates.lowerBound].isControl {
                        found.insert(candidates.lowerBound)
                    }
                    candidates = candidates.dropFirst()
                }
                guard start + length < bytes.count else { break }
                candidates = narrow(candidates, to: bytes[start + length], at: length)
                length += 1
            }
        }
        return found
    }

    /// Those of `candidates`, equal up to `position`, that have `byte` there.
    private func narrow(_ candidates: Range<Int>, to byte: UInt8, at position: Int) -> Range<Int> {
        func firstIndex(where isReached: (UInt8) -> Bool) -> Int {
            var (low, high) = (candidates.lowerBound, candidates.upperBound)
            while low < high {
                let middle = (low + high) / 2
                if isReached(specials[middle].text[position]) { high = middle } else { low = middle + 1 }
            }
            return low
        }
        return firstIndex { $0 >= byte }..<firstIndex { $0 > byte }
    }

    private func split(_ range: Range<Int>, of bytes: Span<UInt8>, at special: Special) -> [Fragment] {
        var fragments: [Fragment] = []
        var (start, index) = (range.lowerBound, range.lowerBound)
        while index + special.text.count <= range.upperBound {
            guard special.text.indices.allSatisfy({ bytes[index + $0] == special.text[$0] }) else {
                index += 1
                continue
            }
            if start < index { fragments.append(.text(start..<index)) }
            fragments.append(.token(special.id))
            index += special.text.count
            start = index
        }
        if start < range.upperBound { fragments.append(.text(start..<range.upperBound)) }
        return fragments
    }
}
