/// One reason of a decision: a code for machines and a sentence for a person.
public struct RouteReason: Sendable, Hashable, Codable {
    /// A stable word such as `local_only`; more may come.
    public struct Code: Sendable, Hashable, RawRepresentable {
        public var rawValue: String

        public init(rawValue: String) { self.rawValue = rawValue }
    }

    public var code: Code
    /// For the screen. It never quotes the conversation.
    public var sentence: String

    public init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }
}

extension RouteReason.Code: Codable {
    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension RouteReason.Code {
    private static func code(_ word: String) -> Self { Self(rawValue: word) }

    public static let cached = code("cached")
    /// A data class that must stay.
    public static let dataStays = code("data_stays")
    /// The answer has to keep to a grammar or a schema.
    public static let formBinds = code("form_binds")
    /// The prompt is fed without a chat template.
    public static let rawBinds = code("raw_binds")
    public static let localOnly = code("local_only")
    /// The person wants the cloud's answer.
    public static let handedOver = code("handed_over")
    /// A task that must go.
    public static let taskGoes = code("task_goes")
    public static let cloudOnly = code("cloud_only")
    public static let contextTooHeavy = code("context_too_heavy")
    public static let deviceUnable = code("device_unable")
    /// Device able, but hot or throttled.
    public static let deviceStrained = code("device_strained")
    public static let consentMissing = code("consent_missing")
    /// No endpoint, no key, no network.
    public static let cloudUnready = code("cloud_unready")
    public static let budgetExhausted = code("budget_exhausted")
    /// There is a hard limit, and nobody knows yet what the model costs.
    public static let priceUnknown = code("price_unknown")
    public static let budgetWarning = code("budget_warning")
    public static let breakerOpen = code("breaker_open")
    public static let confident = code("confident")
    /// A tool on this device has computed the answer.
    public static let computed = code("computed")
    public static let unsure = code("unsure")
    /// The draft's confidence had sunk before it was finished.
    public static let sunk = code("sunk")
    public static let confidenceUnknown = code("confidence_unknown")
    /// No decision yet: the draft is being written.
    public static let drafting = code("drafting")
    public static let cloudFailed = code("cloud_failed")
    public static let draftFailed = code("draft_failed")
    /// What was about to be sent was held back at the last moment.
    public static let heldBack = code("held_back")
}
