package import AssistantCore

/// What is known when a turn begins.
package struct TurnFacts: Sendable, Hashable {
    /// The age of a cached answer to the same question; `nil` where there is none.
    package var cachedAge: Duration?
    /// What kind of task it is, for rules that name kinds; `nil` where nobody said.
    package var taskKind: String?
    /// `nil` where no local model is there to count.
    package var context: ContextLoad?
    /// Empty where the device is well.
    package var impediments: [DeviceImpediment]
    package var cloud: CloudState

    package init(
        cachedAge: Duration? = nil, taskKind: String? = nil, context: ContextLoad? = nil,
        impediments: [DeviceImpediment] = [], cloud: CloudState
    ) {
        self.cachedAge = cachedAge
        self.taskKind = taskKind
        self.context = context
        self.impediments = impediments
        self.cloud = cloud
    }
}

/// How much of the local model's window a turn takes.
package struct ContextLoad: Sendable, Hashable {
    /// The whole conversation, template included.
    package var conversationTokens: Int
    /// The least that makes sense: system prompt and the newest message, template included.
    package var leastTokens: Int
    /// Kept free for the answer.
    package var answerTokens: Int
    package var windowTokens: Int

    package init(conversationTokens: Int, leastTokens: Int, answerTokens: Int, windowTokens: Int) {
        self.conversationTokens = conversationTokens
        self.leastTokens = leastTokens
        self.answerTokens = answerTokens
        self.windowTokens = windowTokens
    }

    var neededTokens: Int { saturatingSum(conversationTokens, answerTokens) }
    /// Nothing needs to be left out.
    package var fits: Bool { neededTokens <= windowTokens }
    /// It fits when older messages are left out.
    package var fitsTrimmed: Bool { saturatingSum(leastTokens, answerTokens) <= windowTokens }

    private func saturatingSum(_ left: Int, _ right: Int) -> Int {
        let (sum, overflow) = left.addingReportingOverflow(right)
        return overflow ? .max : sum
    }
}

/// What keeps the device from answering, or from answering well.
package enum DeviceImpediment: Sendable, Hashable {
    case noModel
    /// The question is about a picture.
    case cannotSee
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
    package var preventsAnswer: Bool {
        switch self {
        case .noModel, .cannotSee, .outOfMemory, .failed: true
        case .overheating, .throttled, .underVoltage, .shortOfMemory: false
        }
    }

    var sentence: String {
        switch self {
        case .noModel: "There is no model on this device; run make models."
        case .cannotSee: "This device cannot see pictures; a vision model of the cloud can."
        case .outOfMemory: "This device is short of memory."
        case .failed(let why): "The local model failed: \(why)"
        case .overheating(let celsius): "This device is hot (\(celsius) °C)."
        case .throttled: "This device's clock is throttled."
        case .underVoltage: "This device's power supply is too weak."
        case .shortOfMemory: "This device is short of memory, so it is slow."
        }
    }
}

extension DeviceImpediment {
    /// From here on a Raspberry Pi slows itself down.
    static let hotCelsius = 80.0
    /// Less than this leaves no room for a context.
    static let leastMemoryBytes = 96 << 20
    /// The share of time lost to waiting for memory, in percent, from which on answers crawl.
    static let mostMemoryPressure = 20.0

    /// What a device's health has against an answer on it; empty where it is well.
    package static func all(in health: DeviceHealth) -> [DeviceImpediment] {
        var found: [DeviceImpediment] = []
        if let celsius = health.celsius, celsius >= hotCelsius { found.append(.overheating(celsius: Int(celsius))) }
        if let now = health.throttling?.now, !now.isDisjoint(with: [.capped, .throttled, .softLimit]) {
            found.append(.throttled)
        }
        if health.throttling?.contains(.underVoltage) == true { found.append(.underVoltage) }
        let isShort = health.availableMemoryBytes.map { $0 < leastMemoryBytes } ?? false
        let isPressed = health.memoryPressure.map { $0 >= mostMemoryPressure } ?? false
        if isShort || isPressed { found.append(.shortOfMemory) }
        return found
    }
}
