extension CloudPrice {
    /// A price as lists and configurations state it: dollars for a million tokens.
    public init(inputPerMillion: Money, outputPerMillion: Money) {
        self.init(
            inputMicroUSDPerMillion: inputPerMillion.microUSD, outputMicroUSDPerMillion: outputPerMillion.microUSD)
    }

    public var inputPerMillion: Money { Money(microUSD: inputMicroUSDPerMillion) }
    public var outputPerMillion: Money { Money(microUSD: outputMicroUSDPerMillion) }

    /// What so many tokens cost, rounded up; ``Money/max`` where it would not fit.
    public func cost(promptTokens: Int, completionTokens: Int) -> Money {
        Money(microUSD: costMicroUSD(promptTokens: promptTokens, completionTokens: completionTokens))
    }

    /// What the server counted costs.
    public func cost(_ usage: CloudUsage) -> Money { Money(microUSD: costMicroUSD(usage)) }
}
