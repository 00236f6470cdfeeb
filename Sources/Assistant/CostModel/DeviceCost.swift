package import AssistantCore

/// What a device costs in a month, whatever it answers: its price over its life, its power, its upkeep.
package struct DeviceCost: Sendable, Hashable {
    /// Board, supply, card and case together.
    package var hardware: Known<Money>
    /// Over how many months the hardware is spread; at least 1.
    package var lifetimeMonths: Known<Int>
    /// What the device takes on average; at least 0.
    package var watts: Known<Double>
    /// USD for a kilowatt-hour.
    package var powerPrice: Known<Money>
    /// USD a month for whoever looks after it.
    package var upkeep: Known<Money>
    /// How long it is switched on in the month.
    package var hours: Double

    package init(
        hardware: Known<Money>, lifetimeMonths: Known<Int>, watts: Known<Double>, powerPrice: Known<Money>,
        upkeep: Known<Money>, hours: Double = 720
    ) {
        self.hardware = hardware
        self.lifetimeMonths = lifetimeMonths
        self.watts = watts
        self.powerPrice = powerPrice
        self.upkeep = upkeep
        self.hours = hours
    }

    /// USD a month; `nil` where one of its figures is missing.
    package var hardwareUSD: Double? {
        guard let price = hardware.value, let months = lifetimeMonths.value, months > 0 else { return nil }
        return price.usd / Double(months)
    }

    /// Kilowatt-hours a month; `nil` where nobody knows the watts.
    package var kilowattHours: Double? { watts.value.map { $0 * hours / 1_000 } }

    /// USD a month.
    package var powerUSD: Double? {
        guard let energy = kilowattHours, let price = powerPrice.value else { return nil }
        return energy * price.usd
    }

    package var upkeepUSD: Double? { upkeep.value?.usd }

    /// USD a month in all; `nil` where a part of it is unknown, since a sum without it would be no sum.
    package var monthlyUSD: Double? {
        guard let hardwareUSD, let powerUSD, let upkeepUSD else { return nil }
        return hardwareUSD + powerUSD + upkeepUSD
    }

    /// What would have to be given for ``monthlyUSD``.
    package var missing: [String] {
        func remedy<Value>(_ figure: Known<Value>) -> String? {
            if case .missing(let remedy) = figure { remedy } else { nil }
        }
        return [remedy(hardware), remedy(lifetimeMonths), remedy(watts), remedy(powerPrice), remedy(upkeep)]
            .compactMap(\.self)
    }
}
