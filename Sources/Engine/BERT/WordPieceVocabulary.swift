internal import Foundation
internal import Kernels

/// The pieces of words that a BERT model knows, and how a text is cut into them: lower case without accents, each sign a
/// piece of its own, each word into the longest pieces from its start. Immutable.
struct WordPieceVocabulary: Sendable {
    private let numbers: [[UInt8]: Int32]
    private let unknown: Int
    private let start: Int
    private let end: Int
    let count: Int

    /// A word of more letters is no word.
    private static let longestWord = 100
    private static let fileLimit = 16 << 20

    /// Reads a `vocab.txt`: a piece a line, numbered from 0; `##` stands before those that continue a word.
    init(path: String) throws(BERTError) {
        let file = try InputFile(path: path)
        guard file.byteCount <= Self.fileLimit else { throw BERTError(.foreign, path, "it is too large") }
        var lines = try file.bytes(at: 0, count: file.byteCount).split(
            separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        if lines.last?.isEmpty == true { lines.removeLast() }
        var numbers: [[UInt8]: Int32] = [:]
        numbers.reserveCapacity(lines.count)
        for (number, line) in lines.enumerated() {
            numbers[Array(line.last == UInt8(ascii: "\r") ? line.dropLast() : line)] = Int32(number)
        }
        guard let unknown = numbers[Array("[UNK]".utf8)], let start = numbers[Array("[CLS]".utf8)],
            let end = numbers[Array("[SEP]".utf8)]
        else { throw BERTError(.foreign, path, "it is no list of word pieces with [UNK], [CLS] and [SEP]") }
        (self.numbers, count) = (numbers, lines.count)
        (self.unknown, self.start, self.end) = (Int(unknown), Int(start), Int(end))
    }

    /// The numbers of a text's pieces between those of its start and its end, `limit` at most.
    /// - Precondition: `limit` is 2 or more.
    func numbers(of text: String, limit: Int) -> [Int] {
        precondition(limit >= 2, "no room for start and end")
        var found = [start]
        for word in Self.words(of: text) {
            found += pieces(of: word)
            if found.count >= limit { break }
        }
        return found.prefix(limit - 1) + [end]
    }

    /// The longest piece from the word's start, then from where that ends; a word with a part that is none is unknown.
    private func pieces(of word: [Unicode.Scalar]) -> [Int] {
        guard word.count <= Self.longestWord else { return [unknown] }
        var found: [Int] = []
        var first = 0
        while first < word.count {
            var last = word.count
            var number: Int32?
            while last > first {
                number = numbers[Self.bytes(of: word[first..<last], continues: first > 0)]
                if number != nil { break }
                last -= 1
            }
            guard let number else { return [unknown] }
            found.append(Int(number))
            first = last
        }
        return found
    }

    private static func bytes(of scalars: ArraySlice<Unicode.Scalar>, continues: Bool) -> [UInt8] {
        (continues ? Array("##".utf8) : []) + scalars.flatMap { UTF8.encode($0).map(Array.init) ?? [] }
    }

    /// Words and signs, folded.
    private static func words(of text: String) -> [[Unicode.Scalar]] {
        var words: [[Unicode.Scalar]] = []
        var word: [Unicode.Scalar] = []
        func end() {
            if !word.isEmpty { words.append(word) }
            word = []
        }
        for scalar in folded(text) {
            switch Kind(of: scalar) {
            case .letter: word.append(scalar)
            case .space: end()
            case .sign:
                end()
                words.append([scalar])
            case .nothing: break
            }
        }
        end()
        return words
    }

    private static func folded(_ text: String) -> [Unicode.Scalar] {
        let lower = text.lowercased()
        guard lower.utf8.contains(where: { $0 >= 0x80 }) else { return Array(lower.unicodeScalars) }
        return lower.decomposedStringWithCanonicalMapping.unicodeScalars.filter {
            $0.properties.generalCategory != .nonspacingMark
        }
    }

    private enum Kind {
        case letter, space, sign, nothing

        init(of scalar: Unicode.Scalar) {
            switch scalar.value {
            case 0x09, 0x0A, 0x0D, 0x20: self = .space
            case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: self = .sign
            case 0x00, 0xFFFD: self = .nothing
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: self = .letter
            // Chinese characters stand for themselves.
            case 0x4E00...0x9FFF, 0x3400...0x4DBF, 0xF900...0xFAFF, 0x20000...0x2FA1F: self = .sign
            default:
                switch scalar.properties.generalCategory {
                case .control, .format, .surrogate, .privateUse, .unassigned: self = .nothing
                case .spaceSeparator: self = .space
                case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation,
                    .initialPunctuation, .finalPunctuation, .otherPunctuation:
                    self = .sign
                default: self = .letter
                }
            }
        }
    }
}
