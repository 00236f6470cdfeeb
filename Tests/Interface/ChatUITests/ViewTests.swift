import AssistantCore
import ChatScenes
import Testing

@testable import ChatUI

/// Every view keeps to the area that it is given.
struct ViewTests {
    @Test("a view draws into its area and nowhere else", arguments: Scene.allCases)
    func area(scene: Scene) {
        for size in Picture.sizes {
            var state = scene.stage(size).state
            state.settle()
            for (name, view) in Self.views(of: state) {
                // The kiosk's board has a word and a sentence; all others may have one row.
                for rows in [12, name == "board" ? 2 : 1] {
                    let area = Rect(top: 4, left: 5, Size(columns: size.columns, rows: rows))
                    let stray = Self.stray(view, area)
                    #expect(stray.isEmpty, "\(name) of \(scene) at \(size), \(rows) rows")
                }
            }
        }
    }

    /// The first place outside of the area that is drawn to, if there is one.
    private static func stray(_ view: any View, _ area: Rect) -> [Position] {
        var frame = Frame(size: Size(columns: area.right + 4, rows: 20))
        for row in 0..<frame.size.rows { frame.fill(.plain, row: row, columns: 0..<frame.size.columns, with: "~") }
        let before = frame
        view.draw(in: area, of: &frame, .rich)
        for row in 0..<frame.size.rows where frame.rows[row] != before.rows[row] {
            let column = (0..<frame.size.columns).first { column in
                !area.contains(Position(row: row, column: column)) && frame[row, column] != before[row, column]
            }
            if let column { return [Position(row: row, column: column)] }
        }
        return []
    }

    /// Those that can be made of a state, with their names.
    private static func views(of state: ChatState) -> [(name: String, view: any View)] {
        let layout = state.layout
        let width = state.size.columns
        var views: [(String, any View)] = [
            ("header", HeaderLine(state, spinner: "*")), ("title", TitleRule(state, layout)),
            ("welcome", WelcomeView(keymap: state.keymap)), ("end", ConversationEnd(state, hasRule: true)),
            ("meters", MeterLine(state: state)), ("session", SessionLine(state: state)),
            ("board", KioskBoard(state, width: width)), ("status", state.statusLine(from: 0)),
            ("too small", TooSmallNotice(state)),
        ]
        if let talk = TalkLine(state, width: width) { views.append(("talk", talk)) }
        if let speaking = SpeakingLine(state, width: width) { views.append(("speaking", speaking)) }
        for line in state.transcriptLines(.rich).compactMap(\.self) {
            views += [("line", line), ("mark", SelectionMark(line, isFirstInView: true))]
        }
        let meters: [any SideMeter.Type] = [
            LatencyMeter.self, ConfidenceMeter.self, SpeedMeter.self, MicrophoneMeter.self, SpeakerMeter.self,
            AnswerMeter.self, MoneyMeter.self, BoardMeter.self,
        ]
        for meter in meters { views.append(("\(meter)", meter.init(state, ScreenLayout.sideWidth - 3))) }
        return views
    }
}
