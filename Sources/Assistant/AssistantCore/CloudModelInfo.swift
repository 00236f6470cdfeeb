/// A model that an endpoint offers.
public struct CloudModelInfo: Sendable, Hashable, Codable {
    public var id: String
    /// Tokens that fit the context, prompt and answer together; `nil` where the endpoint does not say.
    public var contextLength: Int?
    /// `nil` where the endpoint does not say.
    public var price: CloudPrice?

    public init(id: String, contextLength: Int? = nil, price: CloudPrice? = nil) {
        self.id = id
        self.contextLength = contextLength
        self.price = price
    }
}

/// What tokens cost, exactly: micro-USD per million tokens, which is pico-USD per token (0.06 USD per million = 60,000).
public struct CloudPrice: Sendable, Hashable, Codable {
    public var inputMicroUSDPerMillion: Int64
    /// Reasoning tokens cost as much as those of the answer.
    public var outputMicroUSDPerMillion: Int64

    public init(inputMicroUSDPerMillion: Int64, outputMicroUSDPerMillion: Int64) {
        self.inputMicroUSDPerMillion = inputMicroUSDPerMillion
        self.outputMicroUSDPerMillion = outputMicroUSDPerMillion
    }

    /// The price of so many tokens in micro-USD, rounded up; `Int64.max` where it would not fit. Negative counts and
    /// prices are taken as 0.
    public func costMicroUSD(promptTokens: Int, completionTokens: Int) -> Int64 {
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
    public func costMicroUSD(_ usage: CloudUsage) -> Int64 {
        costMicroUSD(promptTokens: usage.promptTokens, completionTokens: usage.completionTokens)
    }
}

/// Which model answers, and why it is that one.
public struct CloudSelection: Sendable, Hashable {
    public var model: CloudModelInfo
    /// Models that the configuration prefers and the endpoint does not offer, in the configuration's order.
    public var passedOver: [String]
    /// Whether the endpoint's list confirmed the model; `false` where it has no list.
    public var isConfirmed: Bool

    public init(model: CloudModelInfo, passedOver: [String] = [], isConfirmed: Bool = true) {
        self.model = model
        self.passedOver = passedOver
        self.isConfirmed = isConfirmed
    }

    /// A line for a person where the model is not the preferred one.
    public var notice: String? {
        passedOver.isEmpty
            ? nil : "\(passedOver.joined(separator: ", ")) is not offered any more; using \(model.id) instead."
    }
}
