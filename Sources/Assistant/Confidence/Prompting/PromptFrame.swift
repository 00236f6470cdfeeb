public import AssistantCore

/// What a small model is shown before a question, so that it answers in kind: a system prompt and worked examples.
///
/// The examples are seen by the device's model alone and are never sent anywhere. Each frame is read once and stays in
/// the KV cache.
public struct PromptFrame: Sendable, Hashable {
    /// Stands in calibration files.
    public let name: String
    /// Empty where the model's own stands.
    public let systemPrompt: String
    public let examples: [Message]

    init(name: String, systemPrompt: String = "", _ examples: [(question: String, answer: String)]) {
        self.name = name
        self.systemPrompt = systemPrompt
        self.examples = examples.flatMap { [Message(.user, $0.question), Message(.assistant, $0.answer)] }
    }

    /// The frame for a kind of task; chosen on the training questions alone, whose answers it does not hold.
    public static func shipped(for task: TaskClass) -> PromptFrame {
        switch task {
        case .arithmetic: arithmetic
        case .extraction: extraction
        case .question: question
        case .open: open
        }
    }

    /// A digest of all that every frame shows: a calibration holds for one such digest only.
    public static let fingerprint: String = {
        var hash = FNV64()
        for task in TaskClass.allCases {
            let frame = shipped(for: task)
            for text in [task.rawValue, frame.name, frame.systemPrompt] + frame.examples.map(\.text) { hash.add(text) }
        }
        return hash.hex
    }()

    static let open = PromptFrame(name: "open", [])
}

/// The 64-bit Fowler–Noll–Vo hash (1a). Not a security property.
struct FNV64 {
    private(set) var value: UInt64 = 0xcbf2_9ce4_8422_2325

    /// Adds a text and its end.
    mutating func add(_ text: String) {
        for byte in text.utf8 { add(byte) }
        add(0)
    }

    private mutating func add(_ byte: UInt8) { value = (value ^ UInt64(byte)) &* 0x100_0000_01b3 }

    var hex: String {
        let digits = String(value, radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
