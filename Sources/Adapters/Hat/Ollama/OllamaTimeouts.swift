/// How long to wait for hailo-ollama.
package struct OllamaTimeouts: Sendable, Hashable {
    /// For an answer to a small question: is it there, what does it have.
    package var answer = Duration.seconds(3)
    /// For a model to be loaded onto the board.
    package var load = Duration.seconds(180)
    /// For the first text of an answer.
    package var firstText = Duration.seconds(60)
    /// For more text. The board's own limit is 10 s, after which it drops the stream.
    package var stall = Duration.seconds(12)

    package init() {}
}
