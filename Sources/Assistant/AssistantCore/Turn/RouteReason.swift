/// One reason of a decision: a code for machines and a sentence for a person.
package struct RouteReason: Sendable, Hashable, Codable {
    /// A stable word such as `local_only`; more may come.
    package struct Code: Sendable, Hashable, RawRepresentable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }
    }

    package var code: Code
    /// For the screen. It never quotes the conversation.
    package var sentence: String

    package init(_ code: Code, _ sentence: String) {
        self.code = code
        self.sentence = sentence
    }
}

extension RouteReason.Code: Codable {
    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(String.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }
}

extension RouteReason.Code {
    private static func code(_ word: String) -> Self { Self(rawValue: word) }

    package static let cached = code("cached")
    /// A data class that must stay.
    package static let dataStays = code("data_stays")
    /// The answer has to keep to a grammar or a schema.
    package static let formBinds = code("form_binds")
    /// The prompt is fed without a chat template.
    package static let rawBinds = code("raw_binds")
    package static let localOnly = code("local_only")
    /// A message of the conversation was said under local-only.
    package static let saidUnderLock = code("said_under_lock")
    /// The person wants the cloud's answer.
    package static let handedOver = code("handed_over")
    /// A task that must go.
    package static let taskGoes = code("task_goes")
    package static let cloudOnly = code("cloud_only")
    package static let contextTooHeavy = code("context_too_heavy")
    package static let deviceUnable = code("device_unable")
    /// Device able, but hot or throttled.
    package static let deviceStrained = code("device_strained")
    package static let consentMissing = code("consent_missing")
    /// No endpoint, no key, no network.
    package static let cloudUnready = code("cloud_unready")
    package static let budgetExhausted = code("budget_exhausted")
    /// There is a hard limit, and nobody knows yet what the model costs.
    package static let priceUnknown = code("price_unknown")
    package static let budgetWarning = code("budget_warning")
    /// A limit of requests or tokens a minute is reached.
    package static let rateLimited = code("rate_limited")
    package static let breakerOpen = code("breaker_open")
    package static let confident = code("confident")
    /// A tool on this device has computed the answer.
    package static let computed = code("computed")
    /// The answer stands in a document of the collections.
    package static let quoted = code("quoted")
    /// The collections have nothing to say, and nobody else may.
    package static let notInDocuments = code("not_in_documents")
    /// Passages of a collection that stays are part of the question.
    package static let passagesStay = code("passages_stay")
    /// The passages that the answer was made from do not say what it says.
    package static let unsupported = code("unsupported")
    package static let unsure = code("unsure")
    /// The draft's confidence had sunk before it was finished.
    package static let sunk = code("sunk")
    /// The local answer had to be cut because it repeated itself.
    package static let repeatsItself = code("repeats_itself")
    package static let confidenceUnknown = code("confidence_unknown")
    /// No decision yet: the draft is being written.
    package static let drafting = code("drafting")
    package static let cloudFailed = code("cloud_failed")
    package static let draftFailed = code("draft_failed")
    /// What was about to be sent was held back at the last moment.
    package static let heldBack = code("held_back")
}
