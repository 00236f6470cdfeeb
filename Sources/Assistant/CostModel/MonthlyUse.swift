package import AssistantCore

/// What was asked and answered in a month, from the record of its turns and from the ledger.
package struct MonthlyUse: Sendable, Hashable {
    /// What turns of one kind took.
    package struct Tokens: Sendable, Hashable {
        /// Turns of which tokens were counted.
        package var counted = 0
        package var prompt = 0
        package var generated = 0

        package init() {}

        mutating func add(_ turn: TurnMetrics) {
            guard let promptTokens = turn.promptTokens, let generatedTokens = turn.generatedTokens,
                promptTokens >= 0, generatedTokens >= 0
            else { return }
            counted += 1
            prompt += promptTokens
            generated += generatedTokens
        }

        package static func + (left: Tokens, right: Tokens) -> Tokens {
            var sum = left
            sum.counted += right.counted
            sum.prompt += right.prompt
            sum.generated += right.generated
            return sum
        }

        package var meanPrompt: Double? { counted > 0 ? Double(prompt) / Double(counted) : nil }
        package var meanGenerated: Double? { counted > 0 ? Double(generated) / Double(counted) : nil }
    }

    /// What the ledger says of the month, to the micro-dollar.
    package struct Ledger: Sendable, Hashable {
        package var chargedMicroUSD: Int64
        /// The part of it that stayed a worst case, because nobody said what it cost.
        package var reservedMicroUSD: Int64
        package var requests: Int

        package init(chargedMicroUSD: Int64, reservedMicroUSD: Int64, requests: Int) {
            self.chargedMicroUSD = chargedMicroUSD
            self.reservedMicroUSD = reservedMicroUSD
            self.requests = requests
        }
    }

    /// Turns by route; a route that was not taken is absent.
    package private(set) var turns: [TurnRoute: Int] = [:]
    package private(set) var deviceTokens = Tokens()
    package private(set) var cloudTokens = Tokens()
    /// What the turns' own records of their cost come to.
    package private(set) var recordedMicroUSD: Int64 = 0
    /// Samples of the device's watts, each at the end of a turn.
    package private(set) var wattSamples = 0
    private var wattSum = 0.0
    package var ledger: Ledger

    package init(_ turns: some Sequence<TurnMetrics>, ledger: Ledger) {
        self.ledger = ledger
        for turn in turns { add(turn) }
    }

    private mutating func add(_ turn: TurnMetrics) {
        turns[turn.route, default: 0] += 1
        switch turn.route {
        case .local: deviceTokens.add(turn)
        case .cloud: cloudTokens.add(turn)
        case .cache, .refused: break
        }
        recordedMicroUSD = recordedMicroUSD.addingClamped(turn.costMicroUSD ?? 0)
        if let watts = turn.health?.watts, watts.isFinite, watts >= 0 {
            wattSum += watts
            wattSamples += 1
        }
    }

    /// `nil` where there was no sensor.
    package var meanWatts: Double? { wattSamples > 0 ? wattSum / Double(wattSamples) : nil }

    /// Turns that brought an answer.
    package var answered: Int { kept + (turns[.cloud] ?? 0) }

    /// Turns that the device answered by itself, earlier answers among them.
    package var kept: Int { (turns[.local] ?? 0) + (turns[.cache] ?? 0) }

    /// The share of the answers that stayed on the device; `nil` where there was none.
    package var keptShare: Double? { answered > 0 ? Double(kept) / Double(answered) : nil }

    /// What the cloud's turns come to by their tokens at `price`, USD; turns whose tokens nobody counted take the mean.
    package func cloudUSD(at price: CloudPrice) -> Double? {
        guard let prompt = cloudTokens.meanPrompt, let generated = cloudTokens.meanGenerated else { return nil }
        let each = CloudCost.perInference(price, promptTokens: prompt, generatedTokens: generated)
        return each * Double(turns[.cloud] ?? 0)
    }

    /// What an answer costs in the cloud at `price`, by the tokens of all turns of the month that were counted.
    ///
    /// The device's tokens are those of its own vocabulary; another model may count a few more or fewer.
    package func perInferenceUSD(at price: CloudPrice) -> Double? {
        let all = deviceTokens + cloudTokens
        guard let prompt = all.meanPrompt, let generated = all.meanGenerated else { return nil }
        return CloudCost.perInference(price, promptTokens: prompt, generatedTokens: generated)
    }
}

extension Int64 {
    fileprivate func addingClamped(_ other: Int64) -> Int64 {
        let (sum, overflowed) = addingReportingOverflow(other)
        return overflowed ? (other < 0 ? .min : .max) : sum
    }
}
