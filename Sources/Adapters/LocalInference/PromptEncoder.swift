internal import AssistantCore
internal import GGUF
internal import Tokenizers

/// Prompts into tokens, by the model's own tokenizer and chat template.
struct PromptEncoder: Sendable {
    let tokenizer: Tokenizer
    /// A model may do without one: only chats need it.
    private let template: Result<ChatTemplate, LocalInferenceError>

    init(_ file: GGUFFile) throws {
        let tokenizer = try Tokenizer(file.metadata)
        self.tokenizer = tokenizer
        do {
            template = .success(try ChatTemplate(file.metadata, for: tokenizer))
            hasTemplate = true
        } catch {
            hasTemplate = (error as? TokenizerError)?.code != .missingTemplate
            template = .failure(LocalInferenceError(.unusableModel, "\(error)"))
        }
    }

    /// Whether the file brings a template at all, known or not.
    let hasTemplate: Bool

    func encode(_ prompt: GenerationRequest.Prompt) throws -> [Int32] {
        switch prompt {
        case .chat(let messages): return try encode(messages)
        case .raw(let text):
            let beginning = tokenizer.addsBeginningOfSequence ? tokenizer.vocabulary.beginningOfSequence : nil
            return [beginning].compactMap(\.self) + tokenizer.encode(text, parseSpecial: true)
        }
    }

    /// The tokens of a conversation. Special tokens inside the messages stay text.
    ///
    /// - Parameter opensAnswer: whether the opening of the answer follows.
    func encode(_ messages: [Message], opensAnswer: Bool = true) throws -> [Int32] {
        let turns = messages.map { ChatTemplate.Message($0.role.templateRole, $0.text) }
        return tokenizer.encode(try template.get().render(turns, addGenerationPrompt: opensAnswer))
    }
}

extension Role {
    fileprivate var templateRole: ChatTemplate.Role {
        switch self {
        case .system: .system
        case .user: .user
        case .assistant: .assistant
        }
    }
}
