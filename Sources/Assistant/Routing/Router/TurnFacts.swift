/// What is known when a turn begins.
public struct TurnFacts: Sendable, Hashable {
    /// The age of a cached answer to the same question; `nil` where there is none.
    public var cachedAge: Duration?
    /// What kind of task it is, for rules that name kinds; `nil` where nobody said.
    public var taskKind: String?
    /// `nil` where no local model is there to count.
    public var context: ContextLoad?
    /// Empty where the device is well.
    public var impediments: [DeviceImpediment]
    public var cloud: CloudStanding

    public init(
        cachedAge: Duration? = nil, taskKind: String? = nil, context: ContextLoad? = nil,
        impediments: [DeviceImpediment] = [], cloud: CloudStanding
    ) {
        self.cachedAge = cachedAge
        self.taskKind = taskKind
        self.context = context
        self.impediments = impediments
        self.cloud = cloud
    }
}

/// How much of the local model's window a turn takes.
public struct ContextLoad: Sendable, Hashable {
    /// The whole conversation, template included.
    public var conversationTokens: Int
    /// The least that makes sense: system prompt and the newest message, template included.
    public var leastTokens: Int
    /// Kept free for the answer.
    public var answerTokens: Int
    public var windowTokens: Int

    public init(conversationTokens: Int, leastTokens: Int, answerTokens: Int, windowTokens: Int) {
        self.conversationTokens = conversationTokens
        self.leastTokens = leastTokens
        self.answerTokens = answerTokens
        self.windowTokens = windowTokens
    }

    var neededTokens: Int { saturatingSum(conversationTokens, answerTokens) }
    /// Nothing needs to be left out.
    var fits: Bool { neededTokens <= windowTokens }
    /// It fits when older messages are left out.
    var fitsTrimmed: Bool { saturatingSum(leastTokens, answerTokens) <= windowTokens }

    private func saturatingSum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}

/// What keeps the device from answering, or from answering well.
public enum DeviceImpediment: Sendable, Hashable {
    case noModel
    case outOfMemory
    /// The model ran and failed; the text is one line for a person.
    case failed(String)
    case overheating(celsius: Int)
    /// The processor's clock is held down.
    case throttled
    /// The supply does not keep up, so that the device may stop at any moment.
    case underVoltage
    /// There is some left, but not enough to be quick.
    case shortOfMemory

    /// Whether no local answer can be had at all; otherwise there is one for want of a better.
    public var preventsAnswer: Bool {
        switch self {
        case .noModel, .outOfMemory, .failed: true
        case .overheating, .throttled, .underVoltage, .shortOfMemory: false
        }
    }

    var sentence: String {
        switch self {
        case .noModel: "There is no model on this device; run make models."
        case .outOfMemory: "This device is short of memory."
        case .failed(let why): "The local model failed: \(why)"
        case .overheating(let celsius): "This device is hot (\(celsius) °C)."
        case .throttled: "This device's clock is throttled."
        case .underVoltage: "This device's power supply is too weak."
        case .shortOfMemory: "This device is short of memory, so it is slow."
        }
    }
}
