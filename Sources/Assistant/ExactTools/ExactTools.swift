package import AssistantCore

/// Answers the questions that this device can answer exactly: arithmetic, dates, units, the time, its own state.
///
/// A question is taken only where all of it is understood by a small grammar; anything else is left to the model. Pure
/// but for the clock and the device, which come in.
package struct ExactTools: Sendable {
    /// Longer questions are never asked of these tools.
    static let maximumLength = 200

    static var monthNames: [String] { Calendar.months }

    private let now: Timestamp
    private let utcOffset: Duration
    private let device: DeviceState

    /// - Parameters:
    ///   - utcOffset: what the local time is ahead of UTC.
    package init(now: Timestamp, utcOffset: Duration = .zero, device: DeviceState = DeviceState()) {
        self.now = now
        self.utcOffset = utcOffset
        self.device = device
    }

    /// `nil` where the question is not wholly understood. Never throws, and costs a fraction of a millisecond.
    package func answer(_ question: String) -> ExactAnswer? {
        guard question.utf8.count <= Self.maximumLength, let question = Question(question) else { return nil }
        let local = now.advanced(by: utcOffset)
        return Arithmetic.answer(question) ?? Calendar.answer(question, now: local) ?? Units.answer(question)
            ?? Clock.answer(question, now: local) ?? device.answer(question)
    }
}

/// An answer that was computed and not guessed.
package struct ExactAnswer: Sendable, Hashable {
    package enum Tool: String, Sendable, Hashable, Codable, CaseIterable {
        case arithmetic, calendar, units, clock, device
    }

    package var tool: Tool
    /// One sentence, or an equation.
    package var text: String

    package init(_ tool: Tool, _ text: String) {
        self.tool = tool
        self.text = text
    }
}
