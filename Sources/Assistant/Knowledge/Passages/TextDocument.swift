/// A document as text: what its file says, without how it looks.
package struct TextDocument: Sendable, Hashable {
    package enum Block: Sendable, Hashable {
        /// A heading; level 1 is the highest.
        case heading(String, level: Int)
        /// A paragraph on one line.
        case paragraph(String)
        /// A page begins; from 1.
        case page(Int)
    }

    /// A question that the document's writer has answered in so many words.
    package struct AnsweredQuestion: Sendable, Hashable {
        package var question: String
        /// Word for word as it was written, Markdown included.
        package var answer: String

        package init(question: String, answer: String) {
            self.question = question
            self.answer = answer
        }
    }

    /// Empty where the document does not say.
    package var title = ""
    package var blocks: [Block] = []
    package var questions: [AnsweredQuestion] = []

    package init() {}
}
