internal import AssistantCore

extension Painter {
    /// Nobody is there: the sign of the house, large, at another place every few seconds so that nothing burns in.
    mutating func paintAttract() {
        let banner = BigText.lines(of: "brim", glyphs, scale: bannerScale)
        let lines = banner + ["", "ask me anything", attractKeys]
        let width = lines.map(CellWidth.of).max() ?? 0
        let room = Size(columns: max(0, state.size.columns - width), rows: max(0, state.size.rows - lines.count))
        let step = Int(state.now / Kiosk.step)
        // Two periods without a common divisor visit every corner.
        let left = Self.bounce(step * 7, room.columns)
        let top = Self.bounce(step * 3, room.rows)
        for (offset, line) in lines.enumerated() {
            let style =
                offset < banner.count
                ? Style(.brand, .bold) : Style(offset == lines.count - 1 ? .muted : .text, .bold)
            let column = left + (width - CellWidth.of(line)) / 2
            frame.put(line, style, row: top + offset, column: column)
        }
    }

    private var attractKeys: String {
        let isThere: Bool = if case .failed = state.model { false } else { true }
        guard isThere || state.cloud.mayAnswer else { return "Brim is out of order: there is no model" }
        return state.talk.isPossible
            ? "press any key, or hold \(state.keymap.name(of: .talk)) and speak" : "press any key"
    }

    /// To and fro between 0 and `limit`.
    private static func bounce(_ step: Int, _ limit: Int) -> Int {
        guard limit > 0 else { return 0 }
        let place = step % (2 * limit)
        return place <= limit ? place : 2 * limit - place
    }

    /// As large as leaves it room to move.
    private var bannerScale: Int {
        if state.size.columns >= 100, state.size.rows >= 28 { return 2 }
        return state.size.columns >= 44 ? 1 : 0
    }

    /// How things stand, to be read from afar.
    mutating func paintKioskBoard() {
        let board = KioskBoard(state, glyphs, width: layout.textWidth)
        let rows = layout.meters
        var row = rows.lowerBound
        let left = layout.textColumn > 2 ? layout.textColumn - 2 : 1
        if rows.count > BigText.height {
            row += 1
            for line in BigText.lines(of: board.word, glyphs, scale: 1) {
                frame.put(line, Style(board.color, .bold), row: row, column: left, limit: rightEdge)
                row += 1
            }
            row += 1
        } else {
            let word = "\(glyphs.bullet) \(board.word)"
            frame.put(word, Style(board.color, .bold), row: row, column: left, limit: rightEdge)
            row += 1
        }
        frame.put(board.sentence, row: row, column: left, limit: rightEdge)
    }

    /// How long until everything is forgotten.
    mutating func paintWarning(until end: Duration) {
        let seconds = max(0, Int((end - state.now).inSeconds.rounded(.up)))
        paintNotice([
            "Are you still there?", "", "In \(seconds) s this conversation is forgotten.", "Any key goes on with it.",
        ])
    }

    /// The PIN as dots.
    mutating func paintPIN(_ kiosk: Kiosk) {
        let rest = kiosk.lockedUntil - state.now
        let words =
            !kiosk.rules.hasPIN
            ? "This screen stays on."
            : rest > .zero
                ? "Too many wrong numbers. Wait \(Self.wait(rest))."
                : kiosk.isChecking
                    ? "One moment." : kiosk.wasWrong ? "Wrong number." : "The operator's number ends it."
        let dots = String(repeating: glyphs.bullet, count: kiosk.pin?.count ?? 0)
        // Where there is no number, none is asked for.
        paintNotice([words, ""] + (kiosk.rules.hasPIN ? ["> " + dots, ""] : []) + ["Esc goes back"])
    }

    private static func wait(_ rest: Duration) -> String {
        let seconds = Int(rest.inSeconds.rounded(.up))
        return seconds <= 120 ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
    }

    private mutating func paintNotice(_ lines: [String]) {
        let width = min(state.size.columns - 4, (lines.map(CellWidth.of).max() ?? 0) + 4)
        let left = (state.size.columns - width - 2) / 2
        let top = max(0, (state.size.rows - lines.count - 4) / 2)
        paintBox(top: top, left: left, inner: width, rows: lines.count + 2, title: " brim ")
        for (offset, line) in lines.enumerated() {
            let color: ColorRole = offset == 0 ? .warning : .text
            frame.put(
                line, Style(color, on: .panel, .bold), row: top + 2 + offset,
                column: left + 1 + max(0, (width - CellWidth.of(line)) / 2), limit: left + 1 + width)
        }
        frame.cursor = nil
    }
}
