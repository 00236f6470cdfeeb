package import AssistantCore

/// A pilot: a stretch of time, or a set of questions, over which the device's own record is read.
package struct PilotPlan: Sendable, Hashable, Codable {
    /// Letters, digits, `-` and `_`, at most 40.
    package var name: String
    package var startedAt: Timestamp
    /// When it is over; `nil` for a set of questions.
    package var endsAt: Timestamp?
    /// When all questions were answered; `nil` for a stretch of time, or while they are.
    package var finishedAt: Timestamp?
    /// How many questions are asked; `nil` for a stretch of time.
    package var questions: Int?
    /// Names one start of the system; `nil` where it does not tell.
    package var boot: String?
    /// What stands in the configuration and bears on the figures, such as `threshold`.
    package var settings: [String: String]

    package init(
        name: String, startedAt: Timestamp, endsAt: Timestamp? = nil, questions: Int? = nil, boot: String? = nil,
        settings: [String: String] = [:]
    ) {
        self.name = name
        self.startedAt = startedAt
        self.endsAt = endsAt
        self.questions = questions
        self.boot = boot
        self.settings = settings
    }

    /// The end of what is read at `now`.
    package func end(at now: Timestamp) -> Timestamp { finishedAt ?? min(endsAt ?? now, now) }

    package static func isName(_ text: String) -> Bool {
        (1...40).contains(text.utf8.count)
            && text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "-_".contains($0)) }
    }
}
