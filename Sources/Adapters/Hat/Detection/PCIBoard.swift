/// A board on the PCI bus.
public struct PCIBoard: Sendable, Hashable, Codable {
    /// Such as `0001:01:00.0`.
    public var slot: String
    public var chip: HailoChip
    /// The driver that holds it; `nil` where none does.
    public var driver: String?
}
