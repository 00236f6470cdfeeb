internal import Foundation

/// A question with a known answer.
package struct EvaluationQuestion: Sendable, Hashable, Codable {
    package var id: QuestionID
    /// The kind of question; cross-validation leaves out one kind at a time.
    package var category: String
    package var prompt: String
    /// Any of these, as whole words, makes an answer right. One that begins with `=` must match with its letter case.
    package var answers: [String]
    /// Any of these makes it wrong.
    package var rivals: [String]

    package init(id: QuestionID, category: String, prompt: String, answers: [String], rivals: [String] = []) {
        self.id = id
        self.category = category
        self.prompt = prompt
        self.answers = answers
        self.rivals = rivals
    }

    package init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            id: try values.decode(QuestionID.self, forKey: .id),
            category: try values.decodeIfPresent(String.self, forKey: .category) ?? "",
            prompt: try values.decode(String.self, forKey: .prompt),
            answers: try values.decodeIfPresent([String].self, forKey: .answers) ?? [],
            rivals: try values.decodeIfPresent([String].self, forKey: .rivals) ?? [])
    }

    /// Whether `answer` is right: letter case and accents do not count, word boundaries do.
    package func isRight(_ answer: String) -> Bool {
        let folded = Self.folded(answer)
        if rivals.contains(where: { Self.contains(folded, Self.folded($0)) }) { return false }
        return answers.contains { accepted in
            accepted.hasPrefix("=")
                ? Self.contains(Array(answer.utf8), Array(accepted.dropFirst().utf8))
                : Self.contains(folded, Self.folded(accepted))
        }
    }

    private static func folded(_ text: String) -> [UInt8] {
        let scalars = text.decomposedStringWithCompatibilityMapping.unicodeScalars
            .filter { $0.properties.canonicalCombiningClass == .notReordered }
        let words = String(String.UnicodeScalarView(scalars)).lowercased()
            .replacing("’", with: "'").replacing("–", with: "-")
            .split(whereSeparator: \.isWhitespace)
        return Array(words.joined(separator: " ").utf8)
    }

    /// Whether `needle` stands in `text` between characters that are no ASCII letters or digits.
    private static func contains(_ text: [UInt8], _ needle: [UInt8]) -> Bool {
        guard !needle.isEmpty, needle.count <= text.count else { return false }
        func isBoundary(_ place: Int) -> Bool {
            guard text.indices.contains(place) else { return true }
            let character = Unicode.Scalar(text[place])
            return !(character.isASCII && character.properties.isAlphabetic || ("0"..."9").contains(character))
        }
        return (0...text.count - needle.count).contains { start in
            text[start..<start + needle.count].elementsEqual(needle) && isBoundary(start - 1)
                && isBoundary(start + needle.count)
        }
    }
}
