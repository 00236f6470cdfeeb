package import AssistantCore

/// How the device is, in the words of the header and of the meters.
///
/// Sensors never stand still. So that the picture does, a figure keeps its value until it has moved far enough.
package struct DeviceSummary: Sendable, Hashable {
    /// Of the processor's whole time, what was used since the sample before, in percent.
    package private(set) var processorPercent: Int?
    package private(set) var celsius: Int?
    /// Of the whole device, and of its board.
    package private(set) var watts: Double?
    package private(set) var hatWatts: Double?
    /// In thousand million bytes.
    package private(set) var usedMemory: Double?
    package private(set) var totalMemory: Double?
    /// What is wrong now, a word or two each.
    package let warnings: [String]

    /// - Parameters:
    ///   - processorShare: 0 … 1; `nil` where nobody measured it.
    ///   - before: what is shown now.
    package init(_ health: DeviceHealth, processorShare: Double? = nil, after before: DeviceSummary? = nil) {
        processorPercent = Self.steady(
            processorShare.map { $0 * 100 }, before?.processorPercent.map(Double.init), step: 8
        ).map { Int($0.rounded()) }
        celsius = Self.steady(health.celsius, before?.celsius.map(Double.init), step: 1).map { Int($0.rounded()) }
        watts = Self.steady(health.watts, before?.watts, step: 0.25)
        hatWatts = Self.steady(health.hatWatts, before?.hatWatts, step: 0.25)
        let total = health.totalMemoryBytes.map { Double($0) / 1e9 }
        let used = health.availableMemoryBytes.flatMap { free in total.map { $0 - Double(free) / 1e9 } }
        usedMemory = Self.steady(used, before?.usedMemory, step: 0.1)
        totalMemory = total
        let now = health.throttling?.now ?? []
        warnings = [
            now.contains(.underVoltage) ? "low voltage" : nil,
            now.isDisjoint(with: [.capped, .throttled, .softLimit]) ? nil : "throttled",
        ].compactMap(\.self)
    }

    /// The value before, unless the new one lies a step or more from it.
    private static func steady(_ value: Double?, _ before: Double?, step: Double) -> Double? {
        guard let value else { return nil }
        if let before, abs(value - before) < step { return before }
        return value
    }

    /// Temperature and watts, as far as they are known.
    package var figures: String {
        [
            celsius.map { "\($0) \u{B0}C" }, watts.map { Figures.fixed($0, decimals: 1) + " W" },
            hatWatts.map { "HAT+ " + Figures.fixed($0, decimals: 1) + " W" },
        ].compactMap(\.self).joined(separator: " ")
    }

    /// Used, and of how much: `3.1/8.2 GB`.
    var memory: (words: String, share: Double)? {
        guard let usedMemory, let totalMemory, totalMemory > 0 else { return nil }
        let words = "\(Figures.fixed(usedMemory, decimals: 1))/\(Figures.fixed(totalMemory, decimals: 1)) GB"
        return (words, usedMemory / totalMemory)
    }
}
