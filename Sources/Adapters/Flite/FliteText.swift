internal import Foundation
internal import SpeechText

/// What flite is given to read: letters without accents, digits, apostrophes, blanks and marks of clauses, in portions.
///
/// flite is C code of another time that takes bytes as they come. What it gets has no other byte, no long word and no long number,
/// so that its memory and its time are bounded whatever the text was. What is longer than words are is read at its beginning
/// alone: nobody listens to ten thousand letters.
enum FliteText {
    /// Characters of an utterance, about: longer than all but the longest sentences.
    private static let longestUtterance = 300
    /// Letters of a word, or digits of a number, that are read.
    private static let longestWord = 32

    /// The portions in which clauses are said, in order; empty where nothing of them can be read.
    static func utterances(of clauses: [SpokenClause]) -> [String] {
        var utterances: [String] = []
        var text = ""
        for clause in clauses {
            let words = words(of: clause.text)
            for (index, word) in words.enumerated() {
                if !text.isEmpty, text.utf8.count + word.utf8.count > longestUtterance {
                    utterances.append(text)
                    text = ""
                }
                text += text.isEmpty ? word : " " + word
                if index == words.count - 1 { text.append(clause.end.rawValue) }
            }
        }
        return text.isEmpty ? utterances : utterances + [text]
    }

    private static func words(of text: String) -> [String] {
        var words: [String] = []
        var word = ""
        func end() {
            if word.utf8.contains(where: { $0 != UInt8(ascii: "'") }) { words.append(word) }
            word = ""
        }
        for scalar in text.decomposedStringWithCompatibilityMapping.unicodeScalars {
            guard let letters = letters(of: scalar) else {
                // An accent belongs to its letter; anything else is no part of a word.
                if !scalar.properties.isDiacritic, scalar.properties.canonicalCombiningClass == .notReordered { end() }
                continue
            }
            if word.utf8.count + letters.utf8.count <= longestWord { word += letters }
        }
        end()
        return words
    }

    private static func letters(of scalar: Unicode.Scalar) -> String? {
        switch scalar {
        case "a"..."z", "A"..."Z", "0"..."9", "'": String(scalar)
        case "\u{2019}": "'"
        default: undivided[scalar]
        }
    }

    /// Letters of Latin script that Unicode does not take apart.
    private static let undivided: [Unicode.Scalar: String] = [
        "ß": "ss", "æ": "ae", "Æ": "Ae", "œ": "oe", "Œ": "Oe", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d",
        "Đ": "D", "ð": "th",
        "Ð": "Th", "þ": "th", "Þ": "Th", "ı": "i",
    ]
}
