/// What somebody wants of an assistant: the answers to the questionnaire.
package struct Workload: Sendable, Hashable {
    /// What of the questions may not leave the device.
    package enum Stay: Sendable, Hashable {
        case nothing
        /// Names of data classes, such as `medical`.
        case classes([String])
        case everything
    }

    package enum Connectivity: String, Sendable, Hashable, CaseIterable {
        case none, intermittent, reliable
    }

    /// Who looks after the devices.
    package enum Operator: String, Sendable, Hashable, CaseIterable {
        case nobody, staff, team
    }

    /// How hard the questions are.
    package enum Difficulty: String, Sendable, Hashable, CaseIterable {
        /// Commands, look-ups, short facts.
        case simple
        case general
        /// Reasoning over long texts, advice that must be right.
        case expert
    }

    /// The first word of an answer has to be there after so long; `nil` where nobody waits for it.
    package var firstTokenSeconds: Double?
    package var answersPerMonth: Double
    /// People who ask at the same time.
    package var concurrency: Int
    package var stay: Stay
    /// Tokens of the longest question with all that belongs to it.
    package var contextTokens: Int
    package var connectivity: Connectivity
    package var operators: Operator
    package var difficulty: Difficulty
    /// What the cloud may cost a month; `nil` for no limit.
    package var budgetUSD: Double?

    package init(
        firstTokenSeconds: Double?, answersPerMonth: Double, concurrency: Int, stay: Stay, contextTokens: Int,
        connectivity: Connectivity, operators: Operator, difficulty: Difficulty, budgetUSD: Double?
    ) {
        self.firstTokenSeconds = firstTokenSeconds
        self.answersPerMonth = answersPerMonth
        self.concurrency = concurrency
        self.stay = stay
        self.contextTokens = contextTokens
        self.connectivity = connectivity
        self.operators = operators
        self.difficulty = difficulty
        self.budgetUSD = budgetUSD
    }

    /// Nothing at all may go to the cloud, or nothing can.
    package var isBoundToDevice: Bool { stay == .everything || connectivity == .none }
}
