/// How hard a model thinks before it answers.
package enum ReasoningEffort: String, Sendable, Hashable, Codable {
    case none, low, medium, high
}

/// What `reasoning_effort` is sent to which models.
package struct ReasoningRule: Sendable, Hashable {
    /// Part of a model's identifier, in any case.
    package var pattern: String
    /// `nil` sends nothing and leaves the choice to the server.
    package var effort: ReasoningEffort?

    package init(_ pattern: String, _ effort: ReasoningEffort?) {
        self.pattern = pattern
        self.effort = effort
    }

    /// An assistant's answer should begin soon: as little reasoning as the family allows. gpt-oss refuses `none`.
    package static let defaults = [ReasoningRule("gpt-oss", .low), ReasoningRule("nemotron", ReasoningEffort.none)]
}

extension [ReasoningRule] {
    func effort(for model: String) -> ReasoningEffort? {
        let model = model.lowercased()
        return first { model.contains($0.pattern.lowercased()) }?.effort
    }
}
