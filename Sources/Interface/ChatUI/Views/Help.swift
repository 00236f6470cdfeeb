/// The keys, as F1 shows them.
enum Help {
    struct Line: Sendable, Hashable {
        /// Empty for a heading.
        var keys: String
        var meaning: String
    }

    static let lines: [Line] = [
        Line(keys: "", meaning: "Conversation"),
        Line(keys: "F1", meaning: "this help"),
        Line(keys: "Enter", meaning: "send"),
        Line(keys: "Esc", meaning: "stop the answer, keep what came"),
        Line(keys: "PgUp  PgDn", meaning: "scroll by a page"),
        Line(keys: "Ctrl-Up  Ctrl-Down", meaning: "scroll by a line"),
        Line(keys: "Ctrl-F", meaning: "find words in the conversation"),
        Line(keys: "Home  End", meaning: "first and last message (empty input)"),
        Line(keys: "/", meaning: "commands (empty input)"),
        Line(keys: "Ctrl-N", meaning: "new conversation"),
        Line(keys: "F7  F8", meaning: "copy the answer, its code"),
        Line(keys: "", meaning: "Talking"),
        Line(keys: "F2", meaning: "hold and let go, or tap and tap again"),
        Line(keys: "Space", meaning: "the same, on an empty input line"),
        Line(keys: "Enter  Esc", meaning: "send the recording, forget it"),
        Line(keys: "", meaning: "Writing"),
        Line(keys: "Alt-Enter  Ctrl-J", meaning: "new line"),
        Line(keys: "Up  Down", meaning: "through the lines, then what was sent"),
        Line(keys: "Ctrl-R", meaning: "find what was sent before"),
        Line(keys: "Ctrl-A  Ctrl-E", meaning: "start and end of the line"),
        Line(keys: "Alt-B  Alt-F", meaning: "by word; Ctrl-Left and Ctrl-Right too"),
        Line(keys: "Ctrl-W  Alt-Backspace", meaning: "cut the word before the caret"),
        Line(keys: "Ctrl-U  Ctrl-K", meaning: "cut to the start, to the end"),
        Line(keys: "Ctrl-Y", meaning: "put back what was cut"),
        Line(keys: "Ctrl-D  Delete", meaning: "delete the character under the caret"),
        Line(keys: "Ctrl-C", meaning: "stop the answer, or clear the input"),
        Line(keys: "", meaning: "The cloud"),
        Line(keys: "F5", meaning: "local-only: nothing leaves this device"),
        Line(keys: "F6", meaning: "show what would leave; then Enter sends"),
        Line(keys: "", meaning: "Screen"),
        Line(keys: "Ctrl-L", meaning: "draw everything again"),
        Line(keys: "Ctrl-Z", meaning: "suspend"),
        Line(keys: "Ctrl-Q  F10", meaning: "quit"),
        Line(keys: "", meaning: "Meters"),
        Line(keys: "first", meaning: "from sending to the first token"),
        Line(keys: "tok/s", meaning: "tokens per second, and their history"),
        Line(keys: "context", meaning: "tokens that the model has in mind"),
        Line(keys: "prob", meaning: "how probable its words were to the model;"),
        Line(keys: " ", meaning: "not how true they are"),
    ]
}
