/// What a person allowed, or no longer allows.
public struct Consent: Sendable, Hashable, Codable {
    /// What it is about: an endpoint such as `https://api.tokenfactory.nebius.com/v1`.
    public var subject: String
    public var isGranted: Bool
    /// Who or what gave it: `prompt on screen`, `--allow-cloud`, `config.yaml:12`.
    public var source: String
    public var givenAt: Timestamp

    public init(subject: String, isGranted: Bool, source: String, givenAt: Timestamp) {
        self.subject = subject
        self.isGranted = isGranted
        self.source = source
        self.givenAt = givenAt
    }
}

/// What was allowed. Nothing that was never recorded counts as allowed.
public protocol ConsentStore: Sendable {
    /// The latest word on `subject`; `nil` where there is none.
    func consent(to subject: String) async throws -> Consent?

    /// Records a decision, and an audit entry of it in the same step.
    func record(_ consent: Consent) async throws
}
