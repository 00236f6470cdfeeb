package import AssistantCore
internal import Knowledge
internal import Routing
internal import Synchronization

/// A question, with all that its answer depends on.
package struct TurnRequest: Sendable {
    /// Empty where there is none.
    package var systemPrompt: String
    /// Worked examples that the local model is shown before the conversation; they are never sent.
    package var examples: [Message]
    /// The conversation so far, without the system prompt.
    package var context: [Message]
    /// What was asked.
    package var prompt: String
    package var sampling: Sampling
    package var maxTokens: Int
    /// What kind of task it is, for rules that name kinds.
    package var taskKind: String?
    /// Whether an earlier answer to the same question will do.
    package var usesCache: Bool
    /// What the device has answered to `prompt`, where the person wants the cloud's answer in its place; it stands where
    /// the cloud cannot be asked or brings nothing. `nil` for a turn that begins on the device.
    package var handedOver: String?
    /// The prompt goes to the local model without its chat template, special tokens parsed. Such a turn never leaves.
    package var isRaw: Bool
    /// The form that the answer must have. Only this device can hold an answer to it: such a turn never leaves, and is
    /// answered by no cache and no tool.
    package var constraint: OutputConstraint?
    /// Texts that end the local model's answer, and are not part of it.
    package var stopTexts: [String] = []
    /// How long the words took to be heard, where they were spoken; for the record alone.
    package var transcription: Duration?
    /// Where it is asked; what is kept of the answer goes with it. `nil` for a question that belongs to none.
    package var conversation: ConversationID?
    /// Whether `prompt` and `systemPrompt` may ever be sent: see ``AssistantCore/Message/mayLeave``, which says it of
    /// `context`. A turn with a part that may not leave is answered on the device.
    package var promptMayLeave = true
    package var systemPromptMayLeave = true
    /// What `prompt` is about; `nil` where it is about words alone.
    package var picture: Picture?
    /// Whether the collections are asked.
    package var usesKnowledge = true
    /// Passages of the collections to answer from, the best first. They are text, and no question: no rule that sends
    /// something away looks at them.
    package var passages: [Passage] = []
    /// The document that the passages are of, where it came with the question: only a share of it may be sent.
    package var document: DocumentExtent?
    /// What is sent in place of `passages`; `nil` for as many of these as may be.
    package var excerpt: [Passage]?
    /// What an answer of this device was made from, where that is more than `passages`.
    package var evidence: [Passage]?
    /// The placeholders of the conversation; one of its own where nobody gives one, so that no two conversations share
    /// any.
    package var redaction = ConversationRedaction()

    package init(
        systemPrompt: String = "", examples: [Message] = [], context: [Message] = [], prompt: String,
        sampling: Sampling = Sampling(), maxTokens: Int = 512, taskKind: String? = nil, usesCache: Bool = true,
        handedOver: String? = nil, isRaw: Bool = false, constraint: OutputConstraint? = nil, stopTexts: [String] = []
    ) {
        self.stopTexts = stopTexts
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

    /// System prompt, context, passages and question, each a message of its own: what is sent where the turn leaves.
    package var messages: [Message] {
        let sent = sentPassages
        let quoted = sent.isEmpty ? [] : [Message(.user, PassagePrompt.remote(sent), mayLeave: passagesMayLeave)]
        var question = Message(.user, prompt, mayLeave: promptMayLeave)
        question.picture = picture
        return systemMessages + context + quoted + [question]
    }

    /// What leaves of the documents where the turn does.
    package var sentPassages: [Passage] {
        if let excerpt { return excerpt }
        return document.map { PassageExcerpt.of(passages, for: prompt, bytes: $0.mostSentBytes) } ?? passages
    }

    /// How much of the document that is; `nil` where none came with the question.
    package var share: DocumentShare? {
        guard let document, !passages.isEmpty || excerpt != nil else { return nil }
        return DocumentShare(sentPassages, of: document)
    }

    /// The question with the passages before it, in one text: what a model of this device is asked.
    package var localPrompt: String {
        passages.isEmpty ? prompt : PassagePrompt.local(passages, question: prompt)
    }

    /// Whether no passage is of a collection that stays.
    var passagesMayLeave: Bool { stayingCollections.isEmpty }

    /// Collections that stay on the device and of which something is part of the question.
    var stayingCollections: Set<String> {
        Set((passages + (excerpt ?? []) + (evidence ?? [])).filter(\.staysHome).map(\.collection))
    }

    private var systemMessages: [Message] {
        systemPrompt.isEmpty ? [] : [Message(.system, systemPrompt, mayLeave: systemPromptMayLeave)]
    }

    /// What the local model is given.
    package var generationRequest: GenerationRequest {
        GenerationRequest(
            isRaw ? .raw(prompt) : .chat(systemMessages + examples + context + [Message(.user, localPrompt)]),
            sampling: sampling, maxTokens: maxTokens, constraint: constraint, stopTexts: stopTexts)
    }
}

/// What stands for personal data in one conversation: the same value has the same placeholder in all of it. Never to be
/// shared by two conversations, since a reply's placeholders are turned back into everything that was replaced.
package final class ConversationRedaction: Sendable {
    private let redactor = Mutex(Redactor())

    package init() {}

    /// What would leave if these messages were sent; learns nothing.
    func preview(of messages: [Message]) -> [RedactedMessage] {
        var copy = redactor.withLock { $0 }
        return copy.redact(messages).explained
    }

    /// As ``SendPermit/seal(_:under:redactor:cloud:)``.
    func seal(
        _ messages: [Message], by permit: SendPermit, under policy: RoutingPolicy, cloud: CloudState
    ) throws(SealRefusal) -> SealedPrompt {
        try redactor.withLock { (redactor) throws(SealRefusal) in
            try permit.seal(messages, under: policy, redactor: &redactor, cloud: cloud)
        }
    }
}
