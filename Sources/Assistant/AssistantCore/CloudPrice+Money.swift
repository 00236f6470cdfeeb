extension CloudPrice {
    /// A price as lists and configurations state it, in dollars for a million tokens; finer than a micro-dollar is
    /// rounded up, below zero counts as 0.
    public init(inputPerMillion: Money, outputPerMillion: Money) {
        self.init(
            inputMicroUSDPerMillion: Self.microUSD(inputPerMillion),
            outputMicroUSDPerMillion: Self.microUSD(outputPerMillion))
    }

    public var inputPerMillion: Money { Self.money(microUSD: inputMicroUSDPerMillion) }
    public var outputPerMillion: Money { Self.money(microUSD: outputMicroUSDPerMillion) }

    /// What so many tokens cost, rounded up to a whole nano-dollar; ``Money/max`` where it would not fit. Negative counts
    /// and prices count as 0.
    public func cost(promptTokens: Int, completionTokens: Int) -> Money {
        Self.cost(of: promptTokens, picoUSD: inputMicroUSDPerMillion)
            + Self.cost(of: completionTokens, picoUSD: outputMicroUSDPerMillion)
    }

    /// What the server counted costs.
    public func cost(_ usage: CloudUsage) -> Money {
        cost(promptTokens: usage.promptTokens, completionTokens: usage.completionTokens)
    }

    private static func cost(of tokens: Int, picoUSD: Int64) -> Money {
        guard tokens > 0, picoUSD > 0 else { return .zero }
        let product = Int64(tokens).multipliedFullWidth(by: picoUSD)
        guard product.high < 500 else { return .max }
        let (nanos, remainder) = Int64(1_000).dividingFullWidth(product)
        return Money(nanoUSD: nanos) + Money(nanoUSD: remainder > 0 ? 1 : 0)
    }

    private static func microUSD(_ amount: Money) -> Int64 {
        let (micros, rest) = Swift.max(0, amount.nanoUSD).quotientAndRemainder(dividingBy: 1_000)
        return micros + (rest > 0 ? 1 : 0)
    }

    private static func money(microUSD: Int64) -> Money {
        let (nanos, overflow) = Swift.max(0, microUSD).multipliedReportingOverflow(by: 1_000)
        return overflow ? .max : Money(nanoUSD: nanos)
    }
}
