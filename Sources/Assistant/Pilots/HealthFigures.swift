internal import AssistantCore

/// How the device was at the ends of a pilot's turns.
package struct HealthFigures: Sendable, Hashable {
    /// Turns at the end of which the device told anything of itself.
    package private(set) var samples = 0
    package private(set) var watts: [Double] = []
    /// Watts at the end of a turn, times what the turn took.
    package private(set) var joules: [Double] = []
    /// The hottest.
    package private(set) var celsius: Double?
    package private(set) var hatCelsius: Double?
    package private(set) var throttlingKnown = 0
    /// Samples with the clock held down, or the supply too weak.
    package private(set) var throttled = 0
    package private(set) var leastAvailableBytes: Int?
    package private(set) var totalBytes: Int?
    package private(set) var mostSwapBytes: Int?

    package init() {}

    package var meanWatts: Double? { Self.mean(watts) }
    package var meanJoules: Double? { Self.mean(joules) }

    mutating func add(_ health: DeviceHealth, total: Duration?) {
        samples += 1
        if let power = health.watts, power.isFinite, power >= 0 {
            watts.append(power)
            if let total, total > .zero { joules.append(power * total.inSeconds) }
        }
        celsius = Self.greater(celsius, health.celsius)
        hatCelsius = Self.greater(hatCelsius, health.hatCelsius)
        if let throttling = health.throttling {
            throttlingKnown += 1
            if !throttling.now.isEmpty { throttled += 1 }
        }
        if let available = health.availableMemoryBytes {
            leastAvailableBytes = min(leastAvailableBytes ?? .max, available)
        }
        totalBytes = health.totalMemoryBytes ?? totalBytes
        if let swap = health.usedSwapBytes { mostSwapBytes = max(mostSwapBytes ?? 0, swap) }
    }

    private static func greater(_ one: Double?, _ other: Double?) -> Double? {
        guard let other, other.isFinite else { return one }
        return max(one ?? other, other)
    }

    private static func mean(_ values: [Double]) -> Double? {
        values.isEmpty ? nil : values.reduce(0, +) / Double(values.count)
    }
}
