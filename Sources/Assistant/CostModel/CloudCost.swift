package import AssistantCore

/// What answers of the cloud cost.
package struct CloudCost: Sendable, Hashable {
    /// USD for an answer of the usual length, before any discount.
    package var perInferenceUSD: Known<Double>
    /// In [0, 1]: the part of the price that a contract takes off.
    package var discount: Double
    /// USD a month for capacity that is paid for whether or not it is used.
    package var reservedUSD: Double
    /// Answers a month that the reserved capacity covers.
    package var reservedInferences: Double

    package init(
        perInferenceUSD: Known<Double>, discount: Double = 0, reservedUSD: Double = 0, reservedInferences: Double = 0
    ) {
        self.perInferenceUSD = perInferenceUSD
        self.discount = discount
        self.reservedUSD = reservedUSD
        self.reservedInferences = reservedInferences
    }

    /// The price of an answer by its tokens.
    package static func perInference(_ price: CloudPrice, promptTokens: Double, generatedTokens: Double) -> Double {
        (promptTokens * Double(price.inputMicroUSDPerMillion) + generatedTokens * Double(price.outputMicroUSDPerMillion))
            / 1e12
    }

    /// USD a month for so many answers; `nil` where nobody knows the price.
    package func monthlyUSD(inferences: Double) -> Double? {
        discountedUSD.map { reservedUSD + max(0, inferences - reservedInferences) * $0 }
    }

    /// USD for an answer beyond the reserved capacity.
    package var discountedUSD: Double? { perInferenceUSD.value.map { $0 * (1 - discount) } }
}
