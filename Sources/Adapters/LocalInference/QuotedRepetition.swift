internal import AssistantCore

/// What stands in a request: an answer that copies it may repeat itself as the request does.
struct QuotedRepetition {
    private let texts: [[UInt8]]

    /// Takes the texts of all messages.
    init(_ prompt: GenerationRequest.Prompt) {
        switch prompt {
        case .chat(let messages): texts = messages.map { Array($0.text.utf8) }
        case .raw(let text): texts = [Array(text.utf8)]
        }
    }

    /// Says whether a run of bytes of an answer, first copy and all, stands so in the request.
    func contains(_ repetition: [UInt8]) -> Bool {
        texts.contains { $0.count >= repetition.count && $0.contains(repetition) }
    }
}
