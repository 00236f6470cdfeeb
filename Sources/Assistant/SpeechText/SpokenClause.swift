/// A stretch of an answer as it is said: a clause, or what stands for a table or for code.
package struct SpokenClause: Sendable, Hashable {
    /// What is said: words, digits and spaces; no mark of a clause's end inside.
    package var text: String
    /// How it ends.
    package var end: End
    /// What of the answer is said with it, as it was written; empty for words of the voice's own.
    package var source = ""

    /// What a voice makes of the end of a clause.
    package enum End: Character, Sendable, Hashable {
        case comma = ","
        case colon = ":"
        case semicolon = ";"
        case stop = "."
        case question = "?"
        case exclamation = "!"

        /// Whether a sentence ends here too.
        package var endsSentence: Bool { self == .stop || self == .question || self == .exclamation }
    }

    package init(_ text: String, _ end: End, source: String = "") {
        self.text = text
        self.end = end
        self.source = source
    }
}
