public import AssistantCore

/// What happens to the screen. Every action comes with the time at which it happened.
public enum ChatAction: Sendable {
    /// A key, a paste, the mouse, or a reply of the terminal.
    case input(InputEvent)
    case resized(Size)
    /// Time has passed; sent only while ``ChatState/isAnimated``.
    case tick
    /// The model behind the screen.
    case model(ModelStatus)
    /// The answer to the last ``ChatEffect/submit(_:)``.
    case answer(AnswerEvent)
    /// A line of the program itself in the conversation.
    case notice(Notice)
    /// A word or a sentence on the status line, until the next key.
    case hint(String)
}

/// Whether there is a model to answer.
public enum ModelStatus: Sendable, Hashable {
    /// Being loaded; the name, where it is known.
    case loading(String?)
    case ready(ModelIdentity)
    /// There is none; one sentence with the next step.
    case failed(String)
}

/// What becomes of the answer at work. It begins with the ``ChatEffect/submit(_:)`` and must come to an `ended`, also
/// where it failed or was stopped.
public enum AnswerEvent: Sendable {
    /// The model on this device works on it.
    case local(GenerationEvent)
    /// The question was handed to a remote model; what came so far is a draft, and what follows its answer.
    case escalated(Escalation)
    /// Text of a remote model or of an earlier answer.
    case text(String)
    /// It cannot be finished; one sentence. What came stays.
    case failed(String)
    case ended(AnswerEnding)
}

/// How an answer ended.
public struct AnswerEnding: Sendable, Hashable {
    public var origin: Origin
    public var model: String?
    public var stop: StopReason
    /// It stands although Brim doubts it.
    public var isUnsure: Bool
    /// Replaces what was measured here, where a remote model reported its own.
    public var figures: AnswerFigures?

    public init(
        origin: Origin = .local, model: String? = nil, stop: StopReason, isUnsure: Bool = false,
        figures: AnswerFigures? = nil
    ) {
        self.origin = origin
        self.model = model
        self.stop = stop
        self.isUnsure = isUnsure
        self.figures = figures
    }
}

/// What the screen asks for.
public enum ChatEffect: Sendable, Hashable {
    /// The person sent this. It may come before the model is ready, and must then be answered when it is.
    case submit(String)
    /// Stop the answer, and say `ended` for it.
    case stopAnswer
    case quit
    /// Give the terminal back to the shell until the program is continued.
    case suspend
    /// Draw everything again: the terminal may have been written over.
    case redraw
}
