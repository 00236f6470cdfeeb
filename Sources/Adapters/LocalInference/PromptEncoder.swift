internal import AssistantCore
internal import GGUF
internal import Synchronization
internal import Tokenizers

/// Prompts into tokens, by the model's own tokenizer and chat template. A prompt is counted before it is read: the tokens
/// of the last ones are kept, so that it is tokenised once. Any thread.
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

    private let recent = RecentPrompts()

    /// How many prompts have been tokenised.
    var encodedCount: Int { recent.state.withLock { $0.encodedCount } }

    /// Keeps nothing of earlier prompts any more.
    func forget() { recent.state.withLock { $0.prompts = [] } }

    func encode(_ prompt: GenerationRequest.Prompt) throws -> [Int32] {
        try recent.tokens(of: prompt) { try tokens(of: prompt) }
    }

    private func tokens(of prompt: GenerationRequest.Prompt) throws -> [Int32] {
        switch prompt {
        case .chat(let messages): return try encode(messages, opensAnswer: true)
        case .raw(let text):
            let beginning = tokenizer.addsBeginningOfSequence ? tokenizer.vocabulary.beginningOfSequence : nil
            return [beginning].compactMap(\.self) + tokenizer.encode(text, parseSpecial: true)
        }
    }

    /// The tokens of a conversation. Special tokens inside the messages stay text.
    ///
    /// - Parameter opensAnswer: whether the opening of the answer follows.
    func encode(_ messages: [Message], opensAnswer: Bool) throws -> [Int32] {
        let turns = messages.map { ChatTemplate.Message($0.role.templateRole, $0.text) }
        return tokenizer.encode(try template.get().render(turns, addGenerationPrompt: opensAnswer))
    }
}

/// The last prompts with their tokens.
private final class RecentPrompts: Sendable {
    struct State {
        var prompts: [(prompt: GenerationRequest.Prompt, tokens: [Int32])] = []
        var encodedCount = 0
    }

    /// A conversation that is too long is counted whole, and then without its beginning; several may be at work.
    private static let count = 8

    let state = Mutex(State())

    func tokens(
        of prompt: GenerationRequest.Prompt, encode: () throws -> [Int32]
    ) rethrows -> [Int32] {
        let known = state.withLock { $0.prompts.first { $0.prompt == prompt }?.tokens }
        if let known { return known }
        let tokens = try encode()
        state.withLock { state in
            state.encodedCount += 1
            state.prompts = Array([(prompt, tokens)] + state.prompts.prefix(Self.count - 1))
        }
        return tokens
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
