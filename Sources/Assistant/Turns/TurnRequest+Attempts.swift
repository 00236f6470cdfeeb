internal import AssistantCore

extension TurnRequest {
    /// Leaves out of the context what was answered to the very same question before: a model that sees its own answer, or
    /// another model's, copies it, while a person who asks once more wants it answered anew.
    ///
    /// "Continue", "Tell me another one" and what is shorter than four words mean something else each time and stay.
    package mutating func leaveOutEarlierAttempts() {
        guard let asked = Self.comparable(prompt) else { return }
        var kept: [Message] = []
        var isLeftOut = false
        for message in context {
            if message.role == .user { isLeftOut = Self.comparable(message.text) == asked }
            if !isLeftOut { kept.append(message) }
        }
        context = kept
    }

    /// The words of a question that means the same whenever it is asked; `nil` where it may not.
    private static func comparable(_ text: String) -> [String]? {
        guard text.utf8.count <= 2_000 else { return nil }
        let words = text.lowercased().split { !$0.isLetter && !$0.isNumber }.map(String.init)
        return words.count >= 4 && !words.contains(where: continuing.contains) ? words : nil
    }

    private static let continuing: Set<String> = [
        "more", "continue", "next", "another", "other", "else", "again", "repeat", "further", "different", "new",
        "weiter", "mehr", "noch", "nochmal", "andere", "anderen", "anderes", "nächste", "plus", "encore", "autre",
        "suite",
        "más", "otro", "otra", "sigue", "altro", "altra", "ancora", "meer", "nog", "ander",
    ]
}
