import ChatScenes
import ChatUI

/// One picture of a scene as lines of text.
struct Picture {
    let title: String
    private let frame: Frame

    static let sizes = [
        Size(columns: 120, rows: 36), Size(columns: 120, rows: 33), Size(columns: 80, rows: 24),
        Size(columns: 80, rows: 22), Size(columns: 60, rows: 15), Size(columns: 40, rows: 10),
        Size(columns: 39, rows: 9),
    ]

    /// The states that have to be told at a glance, which are drawn in all sizes, tiers and depths.
    static let telling: [Scene] = [
        .idle, .streaming, .recording, .hearing, .escalating, .refused, .overBudget, .cloudDown, .help, .palette,
        .attract, .warning,
    ]

    /// The whole matrix of a telling scene; of another one all sizes in the richest tier, and one size in the others.
    static func all(of scene: Scene) -> [Picture] {
        sizes.flatMap { size in
            let state = scene.stage(size).state
            return GlyphTier.allCases.flatMap { tier in
                [ColourDepth.indexed, .mono].compactMap { depth -> Picture? in
                    let isWanted =
                        telling.contains(scene)
                        || depth == .indexed && (tier == .rich || size == Size(columns: 80, rows: 24))
                    guard isWanted else { return nil }
                    return Picture(
                        title: "\(size) \(tier) \(depth == .mono ? "mono" : "colour")",
                        frame: state.render(Capabilities(glyphs: tier, colours: depth)))
                }
            }
        }
    }

    private init(title: String, frame: Frame) {
        (self.title, self.frame) = (title, frame)
    }

    /// The rows without the blanks at their ends, and where the cursor stands.
    var rows: String {
        var lines = (0..<frame.size.rows).map { "|" + frame.text(row: $0) }
        if let cursor = frame.cursor { lines.append("cursor \(cursor.row),\(cursor.column)") }
        return lines.joined(separator: "\n") + "\n"
    }

    // MARK: - Styles

    /// Colours and shapes of a scene at 80x24, a letter for each cell.
    static func styles(of scene: Scene) -> [String] {
        let frame = scene.stage(Size(columns: 80, rows: 24)).state.render(Capabilities())
        return [
            page("80x24 inks: the first letter, capital where bold", frame, color),
            page("80x24 mono: Bold, Dim, Italic, Underlined, Reversed, plain", frame, shape),
        ]
    }

    private static func page(_ title: String, _ frame: Frame, _ letter: (Cell) -> String) -> String {
        let rows = (0..<frame.size.rows).map { row in
            var line = "|"
            for column in 0..<frame.size.columns {
                let cell = frame[row, column]
                line += cell == .blank || cell.width == 0 ? " " : letter(cell)
            }
            while line.last == " " { line.removeLast() }
            return line
        }
        return "== \(title)\n" + rows.joined(separator: "\n") + "\n"
    }

    private static func color(_ cell: Cell) -> String {
        let letter = String("\(cell.style.color)".prefix(1))
        return cell.style.emphasis.contains(.bold) ? letter.uppercased() : letter
    }

    private static func shape(_ cell: Cell) -> String {
        let emphasis = Palette(.mono).terminalStyle(of: cell.style).emphasis
        let shapes: [(Emphasis, String)] = [
            (.reverse, "R"), (.underline, "U"), (.italic, "I"), (.bold, "B"), (.dim, "D"),
        ]
        return shapes.first { emphasis.contains($0.0) }?.1 ?? "p"
    }
}
