/// What a person allowed, or no longer allows.
package struct Consent: Sendable, Hashable, Codable {
    /// What it is about: an endpoint such as `https://api.tokenfactory.nebius.com/v1`.
    package var subject: String
    package var isGranted: Bool
    /// Who or what gave it: `prompt on screen`, `--allow-cloud`, `config.yaml:12`.
    package var source: String
    package var givenAt: Timestamp

    package init(subject: String, isGranted: Bool, source: String, givenAt: Timestamp) {
        self.subject = subject
        self.isGranted = isGranted
        self.source = source
        self.givenAt = givenAt
    }
}

/// What was allowed. Nothing that was never recorded counts as allowed.
package protocol ConsentStore: Sendable {
    /// The latest word on `subject`; `nil` where there is none.
    func consent(to subject: String) async throws -> Consent?

    /// The latest word on each subject that there ever was one on, ordered by subject.
    func consents() async throws -> [Consent]

    /// Records a decision, and an audit entry of it in the same step.
    func record(_ consent: Consent) async throws
}
