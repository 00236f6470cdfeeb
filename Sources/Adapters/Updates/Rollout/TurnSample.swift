internal import AssistantCore

/// What a turn says of the releases that it was answered with: figures, and never a word of it.
package struct TurnSample: Sendable, Hashable, Codable {
    /// Milliseconds since 1970, at its end.
    package var time: Int64
    /// Microseconds from the text to the first token of this device; `nil` where its model was not asked.
    package var firstToken: Int64?
    /// It ended without an answer, or in the middle of one.
    package var isError: Bool?
    /// The device's answer was not sure enough: it was escalated, or stood for want of a better one.
    package var isEscalated: Bool?
    /// What somebody thinks of an answer. Such a sample is a verdict and no turn.
    package var isRight: Bool?
    /// The beginnings of the digests of the releases that the program was started with.
    package var releases: [String]

    package init(
        time: Int64, firstToken: Int64? = nil, isError: Bool? = nil, isEscalated: Bool? = nil, isRight: Bool? = nil,
        releases: [String]
    ) {
        self.time = time
        self.firstToken = firstToken
        self.isError = isError
        self.isEscalated = isEscalated
        self.isRight = isRight
        self.releases = releases
    }

    /// As much of a digest as a sample has of it.
    package static func mark(of digest: String) -> String { String(digest.prefix(16)) }
}

/// What many turns have in common.
package struct TurnFigures: Sendable, Hashable, Codable {
    package var turns = 0
    /// Of those that were measured, in microseconds; `nil` where none was.
    package var firstTokenP95: Int64?
    package var errors = 0
    package var escalated = 0
    /// Answers that somebody judged.
    package var judged = 0
    package var wrong = 0

    package init(_ samples: some Sequence<TurnSample>) {
        var firstTokens: [Int64] = []
        for sample in samples {
            if let isRight = sample.isRight {
                judged += 1
                wrong += isRight ? 0 : 1
                continue
            }
            turns += 1
            errors += sample.isError == true ? 1 : 0
            escalated += sample.isEscalated == true ? 1 : 0
            if let firstToken = sample.firstToken { firstTokens.append(firstToken) }
        }
        firstTokenP95 = firstTokens.nearestRank(0.95)
    }
}
