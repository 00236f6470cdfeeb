/// How this device is, at one moment. What it does not tell is absent, never zero.
package struct DeviceHealth: Sendable, Hashable, Codable {
    /// Such as `Raspberry Pi 5 Model B Rev 1.0`.
    package var model: String?
    /// Of the processor.
    package var celsius: Double?
    package var throttling: Throttling?
    /// Of the whole device.
    package var watts: Double?
    package var hatCelsius: Double?
    package var hatWatts: Double?
    /// The share of the last ten seconds in which something waited for memory, in percent.
    package var memoryPressure: Double?
    package var availableMemoryBytes: Int?
    package var totalMemoryBytes: Int?
    package var usedSwapBytes: Int?

    package init() {}
}

/// What a Raspberry Pi's firmware says of its power and heat.
package struct Throttling: OptionSet, Sendable, Hashable, Codable {
    package var rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(UInt32.self)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    package static let underVoltage = Throttling(rawValue: 1 << 0)
    /// The clock's highest speed is capped.
    package static let capped = Throttling(rawValue: 1 << 1)
    package static let throttled = Throttling(rawValue: 1 << 2)
    package static let softLimit = Throttling(rawValue: 1 << 3)

    /// The same, at some time since the device was switched on.
    package static let underVoltageHappened = Throttling(rawValue: 1 << 16)
    package static let cappedHappened = Throttling(rawValue: 1 << 17)
    package static let throttledHappened = Throttling(rawValue: 1 << 18)
    package static let softLimitHappened = Throttling(rawValue: 1 << 19)

    /// Of what holds now, without what has been.
    package var now: Throttling { intersection([.underVoltage, .capped, .throttled, .softLimit]) }
}
