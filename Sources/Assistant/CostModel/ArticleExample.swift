package import AssistantCore

/// The example that Brim's owner published: a Raspberry Pi with a board for 230 USD beside a cloud at 0.0006 USD an answer.
///
/// Its assumptions are kept as they were published, stale prices among them, so that its sum can be followed.
package enum ArticleExample {
    package static let hardware = Money(microUSD: 230_000_000)
    package static let lifetimeMonths = 36
    package static let watts = 5.0
    package static let hours = 720.0
    package static let powerPrice = Money(microUSD: 150_000)
    package static let upkeep = Money(microUSD: 2_000_000)
    package static let inferences = 100_000.0
    package static let perInferenceUSD = 0.0006
    /// What the article leaves out: the share that the small model kept at a threshold of 0.8.
    package static let keptShare = 0.26

    static let place = "the article"

    /// The example as it was published, with the share kept that it leaves out.
    package static let comparison = CostComparison(
        device: DeviceCost(
            hardware: .given(hardware, by: place), lifetimeMonths: .given(lifetimeMonths, by: place),
            watts: .given(watts, by: place), powerPrice: .given(powerPrice, by: place),
            upkeep: .given(upkeep, by: place), hours: hours),
        cloud: CloudCost(perInferenceUSD: .given(perInferenceUSD, by: place)),
        inferences: .given(inferences, by: place),
        keptShare: .given(keptShare, by: "assets/MEASUREMENTS.md, the small model at a threshold of 0.8"))

    /// A month of the device as the article adds it up: the hardware's share is rounded up to ten cents before the sum.
    package static func rounded(_ device: DeviceCost) -> Double? {
        guard let hardware = device.hardwareUSD, let power = device.powerUSD, let upkeep = device.upkeepUSD else {
            return nil
        }
        return (hardware * 10 - 1e-9).rounded(.up) / 10 + power + upkeep
    }
}
