/// How this device is, at one moment. What it does not tell is absent, never zero.
public struct DeviceHealth: Sendable, Hashable, Codable {
    /// Such as `Raspberry Pi 5 Model B Rev 1.0`.
    public var model: String?
    /// Of the processor.
    public var celsius: Double?
    public var throttling: Throttling?
    /// Of the whole device.
    public var watts: Double?
    public var hatCelsius: Double?
    public var hatWatts: Double?
    /// The share of the last ten seconds in which something waited for memory, in percent.
    public var memoryPressure: Double?
    public var availableMemoryBytes: Int?
    public var totalMemoryBytes: Int?
    public var usedSwapBytes: Int?

    public init() {}
}

/// What a Raspberry Pi's firmware says of its power and heat.
public struct Throttling: OptionSet, Sendable, Hashable, Codable {
    public var rawValue: UInt32

    public init(rawValue: UInt32) { self.rawValue = rawValue }

    public init(from decoder: any Decoder) throws {
        rawValue = try decoder.singleValueContainer().decode(UInt32.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(rawValue)
    }

    public static let underVoltage = Throttling(rawValue: 1 << 0)
    /// The clock's highest speed is capped.
    public static let capped = Throttling(rawValue: 1 << 1)
    public static let throttled = Throttling(rawValue: 1 << 2)
    public static let softLimit = Throttling(rawValue: 1 << 3)

    /// The same, at some time since the device was switched on.
    public static let underVoltageHappened = Throttling(rawValue: 1 << 16)
    public static let cappedHappened = Throttling(rawValue: 1 << 17)
    public static let throttledHappened = Throttling(rawValue: 1 << 18)
    public static let softLimitHappened = Throttling(rawValue: 1 << 19)

    /// Of what holds now, without what has been.
    public var now: Throttling { intersection([.underVoltage, .capped, .throttled, .softLimit]) }
}
