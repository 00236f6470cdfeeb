package import Charts

/// A month on the device, with the cloud's help, and in the cloud alone, beside each other.
package struct CostComparison: Sendable, Hashable {
    package var device: DeviceCost
    package var cloud: CloudCost
    /// Answers a month.
    package var inferences: Known<Double>
    /// In [0, 1]: the share of the answers that stay on the device.
    package var keptShare: Known<Double>

    package init(device: DeviceCost, cloud: CloudCost, inferences: Known<Double>, keptShare: Known<Double>) {
        self.device = device
        self.cloud = cloud
        self.inferences = inferences
        self.keptShare = keptShare
    }

    /// USD a month where everything is asked of the cloud.
    package var allInCloudUSD: Double? { inferences.value.flatMap { cloud.monthlyUSD(inferences: $0) } }

    /// USD a month where the device answers everything, as well as it can.
    package var allOnDeviceUSD: Double? { device.monthlyUSD }

    /// USD a month where the device keeps its share and the cloud answers the rest.
    package var sharedUSD: Double? {
        guard let inferences = inferences.value else { return nil }
        return shared(inferences)
    }

    private func shared(_ inferences: Double) -> Double? {
        guard let kept = keptShare.value, let own = device.monthlyUSD,
            let rest = cloud.monthlyUSD(inferences: inferences * (1 - kept))
        else { return nil }
        return own + rest
    }

    /// Answers a month from which on the device pays for itself, at the share that it keeps: a month of the device divided
    /// by what it saves with each answer. `nil` where a figure is missing, or where it saves nothing.
    ///
    /// Reserved capacity is paid for in both cases and does not enter.
    package var breakEven: Double? { keptShare.value.flatMap { breakEven(kept: $0) } }

    /// The same at another share.
    package func breakEven(kept share: Double) -> Double? {
        guard let month = device.monthlyUSD, let price = cloud.discountedUSD, price * share > 0 else { return nil }
        return month / (price * share)
    }

    /// Cost a month against answers a month; `nil` where there is nothing to draw.
    package var chart: LineChart? {
        guard cloud.discountedUSD != nil else { return nil }
        let end = max(inferences.value ?? 0, (breakEven ?? 0) * 1.25, 1_000)
        let steps = (0...40).map { ChartScale.roundedUp(end) * Double($0) / 40 }
        func line(_ cost: (Double) -> Double?) -> [LineChart.Point] {
            steps.compactMap { step in cost(step).map { LineChart.Point(step, $0) } }
        }
        let lines = [
            LineChart.Series(
                "everything in the cloud", mark: "c", colour: "#06c", points: line { cloud.monthlyUSD(inferences: $0) }),
            LineChart.Series(
                "everything on the device", mark: "d", colour: "#888", points: line { _ in device.monthlyUSD }),
            LineChart.Series("device, and the cloud for the rest", mark: "h", colour: "#0a6", points: line(shared)),
        ]
        var chart = LineChart(
            title: "Cost of a month", horizontal: "answers a month", vertical: "USD a month",
            series: lines.filter { !$0.points.isEmpty })
        chart.mark = breakEven.map { LineChart.Mark($0, "break-even at \(CostText.count($0)) answers a month") }
        return chart
    }
}
