/// A base character with the marks on it: what one terminal cell (or two, where wide) shows.
struct CellCluster: Sendable, Hashable {
    var text: String
    /// 1 or 2.
    var width: Int

    /// Marks kept on one base; a cell of ncurses holds no more.
    static let maximumMarks = 4

    /// Cuts a grapheme cluster into cells. Most are one cell; flags and some Indic clusters are several.
    ///
    /// Skin tones after an emoji are dropped, and so are controls, joiners, selectors and what else cannot be seen. Unassigned scalars become U+FFFD.
    /// A mark without a base stands on a space.
    static func split(_ character: Character) -> [CellCluster] {
        if let ascii = character.utf8.first, character.utf8.count == 1 {
            return ascii >= 0x20 && ascii < 0x7F ? [CellCluster(text: String(character), width: 1)] : []
        }
        var clusters: [CellCluster] = []
        var marks = 0
        for scalar in character.unicodeScalars {
            if CellWidth.isSkinTone(scalar), !clusters.isEmpty { continue }
            let width = CellWidth.of(scalar)
            if width > 0 {
                let isAssigned = scalar.properties.generalCategory != .unassigned
                clusters.append(CellCluster(text: isAssigned ? String(scalar) : "\u{FFFD}", width: width))
                marks = 0
            } else if CellWidth.isMark(scalar) {
                if clusters.isEmpty { clusters.append(CellCluster(text: " ", width: 1)) }
                marks += 1
                if marks <= maximumMarks { clusters[clusters.count - 1].text.unicodeScalars.append(scalar) }
            }
        }
        return clusters
    }
}
