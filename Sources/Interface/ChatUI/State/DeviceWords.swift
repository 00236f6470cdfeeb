public import AssistantCore

/// How the device is, in the words of the header. Equal where the header would look the same.
public struct DeviceWords: Sendable, Hashable {
    /// Temperature and watts, as far as they are known.
    public let figures: String
    /// What is wrong now, a word or two each.
    public let warnings: [String]

    public init(_ health: DeviceHealth) {
        figures = [
            health.celsius.map { "\(Int($0.rounded())) \u{B0}C" },
            health.watts.map { Figures.fixed($0, decimals: 1) + " W" },
            health.hatWatts.map { "HAT+ " + Figures.fixed($0, decimals: 1) + " W" },
        ].compactMap(\.self).joined(separator: " ")
        let now = health.throttling?.now ?? []
        warnings = [
            now.contains(.underVoltage) ? "low voltage" : nil,
            now.isDisjoint(with: [.capped, .throttled, .softLimit]) ? nil : "throttled",
        ].compactMap(\.self)
    }
}
