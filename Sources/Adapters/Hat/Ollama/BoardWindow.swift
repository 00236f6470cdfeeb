internal import AssistantCore

/// The board's context: 2048 tokens, compiled in. Nobody tells how a text is cut into tokens, so they are estimated, a
/// little too high.
struct BoardWindow {
    static let tokens = 2048

    /// Three bytes a token, and a few for the template around each message.
    static func estimate(_ text: String) -> Int { (text.utf8.count + 2) / 3 + 6 }

    static func estimate(_ messages: [Message]) -> Int { messages.reduce(0) { $0 + estimate($1.text) } }

    /// The conversation without as many of its oldest messages as it takes, four at a time: the beginning stays the same
    /// for a few turns, and with it what the board has cached. The system prompt and the question stay.
    ///
    /// - Throws: ``HatError/Code/promptTooLong``.
    static func fit(_ messages: [Message], answer: Int) throws(HatError) -> (messages: [Message], dropped: Int) {
        let room = tokens - min(answer, tokens / 4)
        let frame = messages.prefix { $0.role == .system }
        let talk = messages.dropFirst(frame.count)
        var dropped = 0
        while estimate(frame + talk.dropFirst(dropped)) > room {
            guard dropped < talk.count - 1 else {
                throw HatError(
                    .promptTooLong, "the question does not fit the board's window of \(tokens) tokens; make it shorter")
            }
            dropped = min(dropped + 4, talk.count - 1)
        }
        return (Array(frame + talk.dropFirst(dropped)), dropped)
    }

    private static func estimate(_ messages: ArraySlice<Message>) -> Int { estimate(Array(messages)) }
}
