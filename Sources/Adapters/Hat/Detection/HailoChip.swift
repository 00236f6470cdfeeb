/// A chip as the PCI bus tells it.
package enum HailoChip: String, Sendable, Hashable, Codable {
    /// Hailo-8 or Hailo-8L, which share an id: AI HAT+ with 26 or 13 TOPS.
    case hailo8Family = "hailo8"
    /// AI HAT+ 2.
    case hailo10H = "hailo10h"

    static let vendor = "0x1e60"

    init?(vendor: String, device: String) {
        guard vendor.lowercased() == Self.vendor else { return nil }
        switch device.lowercased() {
        case "0x2864": self = .hailo8Family
        case "0x45c4": self = .hailo10H
        default: return nil
        }
    }

    /// Whether text can be generated on it.
    package var generates: Bool { self == .hailo10H }

    /// The release line of HailoRT that serves it.
    var libraryMajor: UInt32 { self == .hailo10H ? 5 : 4 }

    /// What Raspberry Pi OS calls driver, firmware and library together.
    var package: String { self == .hailo10H ? "hailo-h10-all" : "hailo-all" }

    var words: String { self == .hailo10H ? "Hailo-10H (AI HAT+ 2)" : "Hailo-8 or 8L (AI HAT+)" }
}
