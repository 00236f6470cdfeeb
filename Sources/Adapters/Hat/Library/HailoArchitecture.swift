internal import CHailo

/// A chip as it names itself.
package enum HailoArchitecture: Sendable, Hashable, Codable {
    case hailo8, hailo8L, hailo10H
    /// One that did not exist when this was written.
    case other(UInt32)

    init(_ number: UInt32) {
        switch Int(number) {
        case CHAILO_ARCH_HAILO8: self = .hailo8
        case CHAILO_ARCH_HAILO8L: self = .hailo8L
        case CHAILO_ARCH_HAILO10H: self = .hailo10H
        default: self = .other(number)
        }
    }

    var words: String {
        switch self {
        case .hailo8: "Hailo-8 (AI HAT+, 26 TOPS)"
        case .hailo8L: "Hailo-8L (AI HAT+, 13 TOPS)"
        case .hailo10H: "Hailo-10H (AI HAT+ 2)"
        case .other(let number): "Hailo architecture \(number)"
        }
    }
}
