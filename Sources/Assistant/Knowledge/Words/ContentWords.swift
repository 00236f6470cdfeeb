internal import Foundation

/// The words of a text as a search compares them: letter case and accents folded.
package enum ContentWords {
    /// Longer texts than this are never asked for, and longer words are none.
    private static let longestWord = 64

    /// Every word, in order: runs of letters and digits. An apostrophe parts words, as it does in the index.
    package static func all(in text: String) -> [String] {
        var words: [String] = []
        var word: [UInt8] = []
        func end() {
            if !word.isEmpty, word.count <= longestWord { words.append(String(decoding: word, as: UTF8.self)) }
            word.removeAll(keepingCapacity: true)
        }
        for byte in folded(text).utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), 0x80...:
                word.append(byte)
            default: end()
            }
        }
        end()
        return words
    }

    /// The words that carry the meaning, in order; those that every sentence has are left out.
    package static func meaningful(in text: String) -> [String] { all(in: text).filter { !StopWords.all.contains($0) } }

    /// Lower case without accents; signs that are no letters are spaces.
    private static func folded(_ text: String) -> String {
        if text.utf8.allSatisfy({ $0 < 0x80 }) {
            return String(decoding: text.utf8.map { (0x41...0x5A).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
        }
        let plain = text.folding(options: [.caseInsensitive, .diacriticInsensitive], locale: nil)
        var kept = String.UnicodeScalarView()
        for scalar in plain.unicodeScalars {
            let isPart = scalar.isASCII || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
            kept.append(isPart ? scalar : " ")
        }
        return String(kept)
    }

    /// What is left of an English word without its most common endings: good enough to tell that two words are forms of
    /// one. The index has a better stemmer; this one only compares what the index has found.
    package static func stem(_ word: String) -> String {
        var stem = Array((RelatedWords.baseForm(of: word) ?? word).utf8)
        func ends(in suffix: String, leaving least: Int) -> Bool {
            stem.count >= suffix.utf8.count + least && stem.suffix(suffix.utf8.count).elementsEqual(suffix.utf8)
        }
        if ends(in: "ies", leaving: 2) { return String(decoding: stem.dropLast(3), as: UTF8.self) + "y" }
        if ends(in: "s", leaving: 3), !ends(in: "ss", leaving: 0) { stem.removeLast() }
        for (suffix, least) in suffixes where ends(in: suffix, leaving: least) {
            stem.removeLast(suffix.utf8.count)
            break
        }
        if ends(in: "e", leaving: 3) { stem.removeLast() }
        return String(decoding: stem, as: UTF8.self)
    }

    /// With how many letters have to be left.
    private static let suffixes = [("ation", 5), ("ion", 5), ("ing", 4), ("ed", 4), ("ly", 4), ("er", 4)]
}

/// The words that say nothing of what a question is about.
enum StopWords {
    static let all: Set<String> = [
        "a", "an", "and", "are", "as", "at", "be", "been", "by", "can", "could", "did", "do", "does", "for", "from",
        "had", "has", "have", "he", "her", "his", "how", "i", "in", "into", "is", "it", "its", "may", "me", "might",
        "my", "not", "of", "on", "or", "our", "s", "shall", "she", "should", "so", "t", "than", "that", "the", "their",
        "them", "then", "there", "these", "they", "this", "those", "to", "was", "we", "were", "what", "when", "where",
        "which", "who", "whom", "whose", "why", "will", "with", "would", "you", "your", "name", "give", "tell", "say",
        "please", "many", "much", "called", "explain", "describe", "about", "means", "works",
    ]

    /// What points at something that was said before.
    static let pointing: Set<String> = [
        "it", "its", "he", "his", "him", "she", "her", "they", "them", "their", "that", "this",
    ]
}
