/// The numbers that a router goes by.
package struct RouterSettings: Sendable, Hashable {
    /// A local answer is kept from this confidence on. In [0, 1].
    package var threshold: Double
    package var unknownConfidence: UnknownConfidenceRule
    package var earlyHandover: EarlyHandover

    package init(
        threshold: Double = 0.8, unknownConfidence: UnknownConfidenceRule = .keep,
        earlyHandover: EarlyHandover = .uncalibrated
    ) {
        self.threshold = threshold
        self.unknownConfidence = unknownConfidence
        self.earlyHandover = earlyHandover
    }
}

/// What happens to a finished local answer whose confidence nobody knows: one to an open request, or of a board that gives
/// no logits where there is no model to score with.
package enum UnknownConfidenceRule: String, Sendable, Hashable, Codable, CaseIterable {
    /// It is kept and marked as unsure: nothing leaves, and nothing is spent, on a mere lack of knowledge. The default.
    case keep
    /// The cloud is asked, as for a low confidence.
    case escalate
}

/// When a draft is given up before it is finished: from so many tokens on, a confidence below the floor.
package struct EarlyHandover: Sendable, Hashable {
    package struct Step: Sendable, Hashable, Codable {
        /// From this many tokens of the answer on (≥ 1).
        package var tokens: Int
        /// In [0, 1].
        package var below: Double

        package init(tokens: Int, below: Double) {
            self.tokens = tokens
            self.below = below
        }
    }

    /// In ascending order of tokens; empty never hands over early.
    package let steps: [Step]

    package init(_ steps: [Step]) {
        self.steps = steps.sorted { $0.tokens < $1.tokens }
    }

    /// Floors for an uncalibrated meter: low, because handing over an answer that would have been kept costs money and
    /// patience, and late, because the first tokens of an answer say little.
    package static let uncalibrated = EarlyHandover([
        Step(tokens: 8, below: 0.3), Step(tokens: 16, below: 0.4), Step(tokens: 32, below: 0.5),
    ])

    /// The floor that holds after `tokens` tokens; `nil` where there is none.
    package func floor(after tokens: Int, _ floor: HandoverFloor = .byRules) -> Double? {
        switch floor {
        case .byRules: steps.last { $0.tokens <= tokens }?.below
        case .below(let value): value
        case .never: nil
        }
    }
}
