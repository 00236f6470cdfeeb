import AssistantCore
import ChatUI
import Testing

@Test("the first frame of an empty conversation stands while the model loads")
func firstFrame() {
    let state = ChatState(size: Size(columns: 80, rows: 24))
    let frame = state.render(Capabilities())
    #expect(frame.text(row: 0).contains("loading model"))
    #expect(frame.cursor == Position(row: 22, column: 3))
}
