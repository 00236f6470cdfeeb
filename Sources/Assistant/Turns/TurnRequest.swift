public import AssistantCore

/// A question, with all that its answer depends on.
public struct TurnRequest: Sendable {
    /// Empty where there is none.
    public var systemPrompt: String
    /// Worked examples that the local model is shown before the conversation; they are never sent.
    public var examples: [Message]
    /// The conversation so far, without the system prompt.
    public var context: [Message]
    /// What was asked.
    public var prompt: String
    public var sampling: Sampling
    public var maxTokens: Int
    /// What kind of task it is, for rules that name kinds.
    public var taskKind: String?
    /// Whether an earlier answer to the same question will do.
    public var usesCache: Bool
    /// What the device has answered to `prompt`, where the person wants the cloud's answer in its place; it stands where
    /// the cloud cannot be asked or brings nothing. `nil` for a turn that begins on the device.
    public var handedOver: String?
    /// The prompt goes to the local model without its chat template, special tokens parsed. Such a turn never leaves.
    public var isRaw: Bool
    /// The form that the answer must have. Only this device can hold an answer to it: such a turn never leaves, and is
    /// answered by no cache and no tool.
    public var constraint: OutputConstraint?

    public init(
        systemPrompt: String = "", examples: [Message] = [], context: [Message] = [], prompt: String,
        sampling: Sampling = Sampling(), maxTokens: Int = 512, taskKind: String? = nil, usesCache: Bool = true,
        handedOver: String? = nil, isRaw: Bool = false, constraint: OutputConstraint? = nil
    ) {
        self.systemPrompt = systemPrompt
        self.examples = examples
        self.context = context
        self.prompt = prompt
        self.sampling = sampling
        self.maxTokens = maxTokens
        self.taskKind = taskKind
        self.usesCache = usesCache
        self.handedOver = handedOver
        self.isRaw = isRaw
        self.constraint = constraint
    }

    /// Whether only the local model can answer it.
    var isBound: Bool { isRaw || constraint != nil }

    /// System prompt, context and question.
    public var messages: [Message] { messages(after: []) }

    private func messages(after examples: [Message]) -> [Message] {
        (systemPrompt.isEmpty ? [] : [Message(.system, systemPrompt)]) + examples + context + [Message(.user, prompt)]
    }

    /// What the local model is given.
    public var generationRequest: GenerationRequest {
        GenerationRequest(
            isRaw ? .raw(prompt) : .chat(messages(after: examples)), sampling: sampling, maxTokens: maxTokens,
            constraint: constraint)
    }
}
