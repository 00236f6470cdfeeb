/// What a check of this device found: one line of `brim doctor`, or a notice on the screen.
package struct Finding: Sendable, Hashable, Codable {
    /// Ordered: the greatest of many is the worst.
    package enum Verdict: String, Sendable, Hashable, Codable, Comparable, CaseIterable {
        case ok, warning, failure

        private var rank: Int {
            switch self {
            case .ok: 0
            case .warning: 1
            case .failure: 2
            }
        }

        package static func < (lhs: Verdict, rhs: Verdict) -> Bool { lhs.rank < rhs.rank }
    }

    /// What was looked at, a word or two: `driver`.
    package var subject: String
    package var verdict: Verdict
    /// One sentence.
    package var sentence: String
    /// What to do about it, one sentence or a command; `nil` where nothing is to be done.
    package var nextStep: String?

    package init(_ subject: String, _ verdict: Verdict, _ sentence: String, nextStep: String? = nil) {
        self.subject = subject
        self.verdict = verdict
        self.sentence = sentence
        self.nextStep = nextStep
    }
}
