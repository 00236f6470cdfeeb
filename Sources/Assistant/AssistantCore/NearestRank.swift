extension Collection where Element: Comparable {
    /// The value that this share of all stays within, by nearest rank; `nil` where there is none.
    ///
    /// - Parameter share: 0 … 1, such as 0.95 for the 95th percentile.
    package func nearestRank(_ share: Double) -> Element? {
        guard !isEmpty else { return nil }
        return sorted()[Swift.max(0, Int((share * Double(count)).rounded(.up)) - 1)]
    }
}
