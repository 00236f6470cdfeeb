extension Frame {
    /// Replaces what plain ASCII cannot show: by the nearest character where there is one, else by a question mark.
    mutating func reduceToASCII() {
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let cell = self[row, column]
                guard !cell.isASCII else { continue }
                let nearest = cell.text.unicodeScalars.first.flatMap { Self.nearest[$0] } ?? "?"
                var cells = [Cell(nearest, style: cell.style)]
                if cell.width == 2 { cells.append(Cell(" ", style: cell.style)) }
                apply(FrameRun(row: row, column: column, cells: cells))
            }
        }
    }

    private static let nearest: [Unicode.Scalar: String] = [
        "\u{2018}": "'", "\u{2019}": "'", "\u{201C}": "\"", "\u{201D}": "\"", "\u{2010}": "-", "\u{2011}": "-",
        "\u{2012}": "-", "\u{2013}": "-", "\u{2014}": "-", "\u{2212}": "-", "\u{2022}": "*", "\u{B7}": "-",
        "\u{2026}": "~", "\u{D7}": "x", "\u{A0}": " ", "\u{B0}": " ", "\u{2192}": ">", "\u{2190}": "<", "\u{2191}": "^",
        "\u{2193}": "v", "\u{2264}": "<", "\u{2265}": ">", "\u{F7}": "/", "\u{2248}": "~",
        "\u{21D2}": ">",
        "\u{2500}": "-", "\u{2502}": "|", "\u{253C}": "+",
    ]
}
