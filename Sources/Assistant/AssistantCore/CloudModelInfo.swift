/// A model that an endpoint offers.
package struct CloudModelInfo: Sendable, Hashable, Codable {
    package var id: String
    /// Tokens that fit the context, prompt and answer together; `nil` where the endpoint does not say.
    package var contextLength: Int?
    /// `nil` where the endpoint does not say.
    package var price: CloudPrice?

    package init(id: String, contextLength: Int? = nil, price: CloudPrice? = nil) {
        self.id = id
        self.contextLength = contextLength
        self.price = price
    }
}

/// What tokens cost, exactly: micro-USD per million tokens, which is pico-USD per token (0.06 USD per million = 60,000).
package struct CloudPrice: Sendable, Hashable, Codable {
    package var inputMicroUSDPerMillion: Int64
    /// Reasoning tokens cost as much as those of the answer.
    package var outputMicroUSDPerMillion: Int64

    package init(inputMicroUSDPerMillion: Int64, outputMicroUSDPerMillion: Int64) {
        self.inputMicroUSDPerMillion = inputMicroUSDPerMillion
        self.outputMicroUSDPerMillion = outputMicroUSDPerMillion
    }

    /// The price of so many tokens in micro-USD, rounded up; `Int64.max` where it would not fit. Negative counts and
    /// prices are taken as 0.
    package func costMicroUSD(promptTokens: Int, completionTokens: Int) -> Int64 {
        let input = UInt64(clamping: promptTokens).multipliedReportingOverflow(
            by: UInt64(clamping: inputMicroUSDPerMillion))
        let output = UInt64(clamping: completionTokens)
            .multipliedReportingOverflow(by: UInt64(clamping: outputMicroUSDPerMillion))
        let picoUSD = input.partialValue.addingReportingOverflow(output.partialValue)
        guard !input.overflow, !output.overflow, !picoUSD.overflow else { return .max }
        let (whole, rest) = picoUSD.partialValue.quotientAndRemainder(dividingBy: 1_000_000)
        return Int64(clamping: rest == 0 ? whole : whole + 1)
    }

    /// The price of what a server counted.
    package func costMicroUSD(_ usage: CloudUsage) -> Int64 {
        costMicroUSD(promptTokens: usage.promptTokens, completionTokens: usage.completionTokens)
    }
}

/// Which model answers, and why it is that one.
package struct CloudSelection: Sendable, Hashable {
    package var model: CloudModelInfo
    /// Models that the configuration prefers and the endpoint does not offer, in the configuration's order.
    package var passedOver: [String]
    /// Whether the endpoint's list confirmed the model; `false` where it has no list.
    package var isConfirmed: Bool

    package init(model: CloudModelInfo, passedOver: [String] = [], isConfirmed: Bool = true) {
        self.model = model
        self.passedOver = passedOver
        self.isConfirmed = isConfirmed
    }

    /// A line for a person where the model is not the preferred one.
    package var notice: String? {
        passedOver.isEmpty
            ? nil : "\(passedOver.joined(separator: ", ")) is not offered any more; using \(model.id) instead."
    }
}

extension CloudPrice {
    /// A price as lists and configurations state it: dollars for a million tokens.
    package init(inputPerMillion: Money, outputPerMillion: Money) {
        self.init(
            inputMicroUSDPerMillion: inputPerMillion.microUSD, outputMicroUSDPerMillion: outputPerMillion.microUSD)
    }

    package var inputPerMillion: Money { Money(microUSD: inputMicroUSDPerMillion) }
    package var outputPerMillion: Money { Money(microUSD: outputMicroUSDPerMillion) }

    /// What so many tokens cost, rounded up; ``Money/max`` where it would not fit.
    package func cost(promptTokens: Int, completionTokens: Int) -> Money {
        Money(microUSD: costMicroUSD(promptTokens: promptTokens, completionTokens: completionTokens))
    }

    /// What the server counted costs.
    package func cost(_ usage: CloudUsage) -> Money { Money(microUSD: costMicroUSD(usage)) }
}
