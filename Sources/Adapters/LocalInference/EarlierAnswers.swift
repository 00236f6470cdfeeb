internal import AssistantCore
internal import Transformer

/// The answers of a conversation that the next one must not repeat word for word.
struct EarlierAnswers: Sendable {
    /// No answer at all.
    static let none = EarlierAnswers(texts: [])

    /// Without white space at both ends.
    private let texts: [String]

    private init(texts: [String]) { self.texts = texts }

    /// Takes the answers of more than a line; none where the last question was asked before, or asks to hear an answer
    /// again.
    init(_ prompt: GenerationRequest.Prompt) {
        guard case .chat(let messages) = prompt, let question = messages.last(where: { $0.role == .user }),
            messages.count(where: { $0.role == .user && $0.text == question.text }) == 1,
            !LoopDetector.Tolerance.asksAgain(question.text)
        else {
            texts = []
            return
        }
        texts = messages.filter { $0.role == .assistant && $0.text.utf8.count >= Self.shortest }.map(\.text.trimmed)
    }

    /// In bytes; shorter ones may well be the same.
    private static let shortest = 60

    var isEmpty: Bool { texts.isEmpty }

    /// Says whether `answer` is one of them, or, where it was cut and is not whole, the beginning of one.
    func contain(_ answer: String, isWhole: Bool) -> Bool {
        let answer = answer.trimmed
        return texts.contains {
            isWhole ? $0 == answer : answer.utf8.count >= Self.shortest && $0.hasPrefix(answer)
        }
    }
}
