/// Words in letters of several cells, to be read from afar: what a terminal can do in place of larger type.
enum BigText {
    /// Rows of a letter.
    static let height = 5

    /// - Parameter scale: how many cells a point of a letter is high, and half as many as it is wide; 0 for plain text.
    static func lines(of text: String, _ glyphs: Glyphs, scale: Int) -> [String] {
        guard scale > 0, let full = glyphs.barSteps.last else { return [text] }
        let shapes = text.uppercased().map { letters[$0] ?? ["   ", "   ", "   ", "   ", "   "] }
        return (0..<height).flatMap { row in
            let line = shapes.map { shape in
                shape[row].map { String(repeating: $0 == "#" ? full : " ", count: 2 * scale) }.joined()
            }.joined(separator: String(repeating: " ", count: 2 * scale))
            return Array(repeating: line, count: scale)
        }
    }

    private static let letters: [Character: [String]] = [
        "A": ["###", "# #", "###", "# #", "# #"], "B": ["###", "# #", "## ", "# #", "###"],
        "C": ["###", "#  ", "#  ", "#  ", "###"], "D": ["## ", "# #", "# #", "# #", "## "],
        "E": ["###", "#  ", "## ", "#  ", "###"], "F": ["###", "#  ", "## ", "#  ", "#  "],
        "G": ["####", "#   ", "# ##", "#  #", "####"], "H": ["# #", "# #", "###", "# #", "# #"],
        "I": ["#", "#", "#", "#", "#"], "J": ["  #", "  #", "  #", "# #", "###"],
        "K": ["# #", "# #", "## ", "# #", "# #"], "L": ["#  ", "#  ", "#  ", "#  ", "###"],
        "M": ["#   #", "## ##", "# # #", "#   #", "#   #"], "N": ["#  #", "## #", "# ##", "#  #", "#  #"],
        "O": ["###", "# #", "# #", "# #", "###"], "P": ["###", "# #", "###", "#  ", "#  "],
        "Q": ["### ", "# # ", "# # ", "# # ", "####"], "R": ["###", "# #", "## ", "# #", "# #"],
        "S": ["###", "#  ", "###", "  #", "###"], "T": ["###", " # ", " # ", " # ", " # "],
        "U": ["# #", "# #", "# #", "# #", "###"], "V": ["# #", "# #", "# #", "# #", " # "],
        "W": ["#   #", "#   #", "# # #", "## ##", "#   #"], "X": ["# #", "# #", " # ", "# #", "# #"],
        "Y": ["# #", "# #", " # ", " # ", " # "], "Z": ["###", "  #", " # ", "#  ", "###"],
        " ": ["  ", "  ", "  ", "  ", "  "],
    ]
}
