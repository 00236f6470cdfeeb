/// When a draft is given up before it is finished: from so many tokens on, a confidence below the floor.
public struct EarlyHandover: Sendable, Hashable {
    public struct Step: Sendable, Hashable, Codable {
        /// From this many tokens of the answer on (≥ 1).
        public var tokens: Int
        /// In [0, 1].
        public var below: Double

        public init(tokens: Int, below: Double) {
            self.tokens = tokens
            self.below = below
        }
    }

    /// In ascending order of tokens; empty never hands over early.
    public let steps: [Step]

    public init(_ steps: [Step]) {
        self.steps = steps.sorted { $0.tokens < $1.tokens }
    }

    /// Floors for an uncalibrated meter: low, because handing over an answer that would have been kept costs money and
    /// patience, and late, because the first tokens of an answer say little.
    public static let uncalibrated = EarlyHandover([
        Step(tokens: 8, below: 0.3), Step(tokens: 16, below: 0.4), Step(tokens: 32, below: 0.5),
    ])

    /// The floor that holds after `tokens` tokens; `nil` where there is none.
    public func floor(after tokens: Int, _ floor: HandoverFloor = .byRules) -> Double? {
        switch floor {
        case .byRules: steps.last { $0.tokens <= tokens }?.below
        case .below(let value): value
        case .never: nil
        }
    }
}
