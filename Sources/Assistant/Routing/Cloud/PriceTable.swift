package import AssistantCore

/// What models cost, from the endpoint's own list where it is known and from the configuration where it is not.
package struct PriceTable: Sendable, Hashable {
    /// A price, and how far to trust it.
    package struct Quote: Sendable, Hashable {
        package enum Source: Sendable, Hashable {
            /// The endpoint's list, read so long ago.
            case endpoint(age: Duration)
            case configuration
        }

        package var price: CloudPrice
        package var source: Source
        /// The endpoint's list is older than ``PriceTable/freshFor``, or dated in the future.
        package var isStale: Bool
    }

    /// Prices by model identifier, from the configuration.
    package var configured: [String: CloudPrice]
    /// How long the endpoint's list is believed without reserve.
    package var freshFor: Duration
    private var refreshed: [String: CloudPrice] = [:]
    private var refreshedAt: Timestamp?

    package init(configured: [String: CloudPrice] = [:], freshFor: Duration = .seconds(7 * 86_400)) {
        self.configured = configured
        self.freshFor = freshFor
    }

    /// Takes over the prices of the endpoint's list. A list that names no price changes nothing.
    package mutating func refresh(from models: [CloudModelInfo], at now: Timestamp) {
        let prices = models.compactMap { model in model.price.map { (model.id, $0) } }
        guard !prices.isEmpty else { return }
        refreshed = Dictionary(prices) { $0.dearer(than: $1) }
        refreshedAt = now
    }

    /// What `model` costs; `nil` where nobody knows. Of a stale price and a configured one, the dearer parts count, so
    /// that a budget is kept in either case.
    ///
    /// - Parameter isLimited: whether a hard limit has to be kept. The dearer parts count then in any case, and a price
    ///   of nothing at all is no price: an endpoint that lists 0 may mean that it does not say.
    package func quote(for model: String, at now: Timestamp, isLimited: Bool) -> Quote? {
        let quote = quote(for: model, at: now, dearest: isLimited)
        return isLimited && quote?.price.isNothing == true ? nil : quote
    }

    private func quote(for model: String, at now: Timestamp, dearest: Bool) -> Quote? {
        guard let listed = refreshed[model], let refreshedAt else {
            return configured[model].map { Quote(price: $0, source: .configuration, isStale: false) }
        }
        let age = now.since(refreshedAt)
        let isStale = age > freshFor || age < .zero
        let price = isStale || dearest ? configured[model]?.dearer(than: listed) ?? listed : listed
        return Quote(price: price, source: .endpoint(age: max(.zero, age)), isStale: isStale)
    }
}

extension CloudPrice {
    /// Whether tokens cost nothing, in either direction.
    fileprivate var isNothing: Bool { inputMicroUSDPerMillion <= 0 && outputMicroUSDPerMillion <= 0 }

    /// The dearer part of each of two prices.
    fileprivate func dearer(than other: CloudPrice) -> CloudPrice {
        CloudPrice(
            inputMicroUSDPerMillion: max(inputMicroUSDPerMillion, other.inputMicroUSDPerMillion),
            outputMicroUSDPerMillion: max(outputMicroUSDPerMillion, other.outputMicroUSDPerMillion))
    }
}
