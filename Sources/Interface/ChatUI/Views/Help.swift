/// The keys, as F1 shows them.
enum Help {
    struct Line: Sendable, Hashable {
        /// Empty for a heading.
        var keys: String
        var meaning: String

        init(_ keys: String, _ meaning: String) {
            (self.keys, self.meaning) = (keys, meaning)
        }

        static func heading(_ words: String) -> Line { Line("", words) }
    }

    static func lines(_ keymap: Keymap) -> [Line] {
        func keys(_ commands: Command...) -> String { commands.map(keymap.name).joined(separator: "  ") }
        return [
            .heading("Conversation"), Line(keys(.help), "this help"), Line("Enter", "send"),
            Line("Esc", "stop the answer, keep what came"), Line("/", "commands (empty input); each has a key too"),
            Line("PgUp  PgDn", "scroll by a page"), Line("Ctrl-Up  Ctrl-Down", "scroll by a line"),
            Line("Home  End", "first and last message (empty input)"),
            Line(keys(.find), "find words in the conversation"),
            Line(keys(.new), "new conversation"), Line(keys(.open), "earlier conversations: search, go on, delete"),
            Line(keys(.rename), "another title"), Line(keys(.export), "write the conversation to a file"),
            Line(keys(.copy, .code), "copy the answer, its code"),
            Line(keys(.read), "ask about a document; /read without a file closes it"),
            Line(keys(.image), "ask the cloud about a picture: /image file question"),
            Line(keys(.figures), "unfold the last answer's figures, or fold them"),
            Line(keys(.right, .wrong), "the answer is right, is wrong: a calibration learns from it"),
            .heading("Messages"), Line("Tab", "from the line to the messages, and back"),
            Line("Up  Down", "the message before, the one after"),
            Line("Enter", "unfold its figures, or fold them; open a citation's passage"),
            Line(keys(.passage), "what the answer rests on: the passage of [1]"),
            Line(keys(.copy, .code), "copy it, its code"),
            Line("Mouse", "does what the keys do; with Shift the terminal selects"),
            .heading("Talking"), Line(keys(.talk), "hold it, or press to start and to stop"),
            Line("Space", "the same, on an empty input line"), Line(keys(.mute), "shut the microphone, or open it"),
            Line("Enter  Esc", "send the recording, forget it"),
            Line(keys(.speak), "answers aloud: never, to spoken questions, always"),
            Line(keys(.louder, .quieter), "a louder voice, a quieter one"),
            Line("Esc", "silences it; so does the key to talk, and listens"),
            .heading("Writing"), Line("Alt-Enter  Ctrl-J", "new line"),
            Line("Up  Down", "through the lines, then what was sent"),
            Line(keys(.history), "find what was sent before"),
            Line("Ctrl-A  Ctrl-E", "start and end of the line"),
            Line("Alt-B  Alt-F", "by word; Ctrl-Left and Ctrl-Right too"),
            Line("Ctrl-W  Alt-Backspace", "cut the word before the caret"),
            Line("Ctrl-U  Ctrl-K", "cut to the start, to the end"), Line("Ctrl-Y", "put back what was cut"),
            Line("Ctrl-D  Delete", "delete the character under the caret"),
            Line("Ctrl-C", "stop the answer, or clear the input"),
            .heading("The cloud"), Line(keys(.local), "local-only: nothing more is sent"),
            Line(keys(.cloud), "show what would leave; then Enter sends"),
            Line(keys(.threshold), "how sure a local answer must be"),
            Line(keys(.cost, .audit), "what it has cost, what has left"),
            .heading("Screen"), Line(keys(.model, .system), "about the model, what it is told"),
            Line(keys(.redraw), "draw everything again"),
            Line("Ctrl-Z", "suspend"), Line(keys(.quit) + "  F10", "quit"),
            .heading("Meters"), Line("first", "from sending to the first token"),
            Line("tok/s", "tokens per second, and their history"),
            Line("context", "tokens that the model has in mind"),
            Line("prob", "how probable its words were to the model;"), Line(" ", "not how true they are"),
        ]
    }
}
