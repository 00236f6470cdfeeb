internal import AssistantCore

/// What a kiosk shows while nobody is there: its name, large, at another place every few seconds so that nothing burns in.
struct AttractView: View {
    private let state: ChatState

    init(_ state: ChatState) { self.state = state }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let banner = BigText.lines(of: "brim", glyphs, scale: Self.scale(in: area.size))
        let lines = banner + ["", "ask me anything", keys]
        let width = lines.map(CellWidth.of).max() ?? 0
        let room = Size(columns: max(0, area.size.columns - width), rows: max(0, area.size.rows - lines.count))
        let step = Int(state.now / Kiosk.step)
        // Two periods without a common divisor visit every corner.
        let left = area.left + Self.bounce(step * 7, room.columns)
        let top = area.top + Self.bounce(step * 3, room.rows)
        for (offset, line) in lines.enumerated() {
            let style =
                offset < banner.count
                ? Style(.brand, .bold) : Style(offset == lines.count - 1 ? .muted : .text, .bold)
            let column = left + (width - CellWidth.of(line)) / 2
            frame.put(line, style, row: top + offset, column: column)
        }
    }

    private var keys: String {
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
    private static func scale(in size: Size) -> Int {
        if size.columns >= 100, size.rows >= 28 { return 2 }
        return size.columns >= 44 ? 1 : 0
    }
}

/// What a kiosk has to say over the conversation: that it will be forgotten, or the PIN that is being typed, as dots.
struct KioskNotice: View {
    private enum Content {
        case warning(seconds: Int)
        case pin(Kiosk, locked: Duration)
    }

    private let content: Content

    /// `nil` where it has nothing to say.
    init?(_ kiosk: Kiosk, at now: Duration) {
        if kiosk.pin != nil {
            content = .pin(kiosk, locked: kiosk.lockedUntil - now)
        } else if case .warning(let end) = kiosk.phase {
            content = .warning(seconds: max(0, Int((end - now).inSeconds.rounded(.up))))
        } else {
            return nil
        }
    }

    func draw(in area: Rect, of frame: inout Frame, _ glyphs: Glyphs) {
        let lines = lines(glyphs)
        let width = min(area.size.columns - 4, (lines.map(CellWidth.of).max() ?? 0) + 4)
        let left = area.left + (area.size.columns - width - 2) / 2
        let top = area.top + max(0, (area.size.rows - lines.count - 4) / 2)
        let box = Rect(top: top, left: left, Size(columns: width + 2, rows: lines.count + 4))
        Box(title: " brim ").draw(in: box, of: &frame, glyphs)
        for (offset, line) in lines.enumerated() {
            let color: ColorRole = offset == 0 ? .warning : .text
            frame.put(
                line, Style(color, on: .panel, .bold), row: top + 2 + offset,
                column: left + 1 + max(0, (width - CellWidth.of(line)) / 2), limit: left + 1 + width)
        }
        frame.cursor = nil
    }

    private func lines(_ glyphs: Glyphs) -> [String] {
        switch content {
        case .warning(let seconds):
            [
                "Are you still there?", "", "In \(seconds) s this conversation is forgotten.",
                "Any key goes on with it.",
            ]
        case .pin(let kiosk, _) where !kiosk.rules.hasPIN:
            // Where there is no number, none is asked for.
            ["This screen stays on.", "", "Esc goes back"]
        case .pin(let kiosk, let locked):
            [
                Self.words(kiosk, locked), "", "> " + String(repeating: glyphs.bullet, count: kiosk.pin?.count ?? 0),
                "",
                "Esc goes back",
            ]
        }
    }

    private static func words(_ kiosk: Kiosk, _ locked: Duration) -> String {
        if locked > .zero { return "Too many wrong numbers. Wait \(wait(locked))." }
        if kiosk.isChecking { return "One moment." }
        return kiosk.wasWrong ? "Wrong number." : "The operator's number ends it."
    }

    private static func wait(_ rest: Duration) -> String {
        let seconds = Int(rest.inSeconds.rounded(.up))
        return seconds <= 120 ? "\(seconds) s" : seconds < 7_200 ? "\(seconds / 60) min" : "\(seconds / 3_600) h"
    }
}
