/// What a board told of itself.
public struct DeviceReport: Sendable, Hashable, Codable {
    /// As HailoRT names it: the PCI slot.
    public var id: String
    /// Of the first call that failed, or of the last one.
    public var status = HailoStatus(0)
    public var architecture: HailoArchitecture?
    public var firmware: HailoVersion?
    public var board: String?
    public var serial: String?
    public var product: String?
    public var celsius: Double?
    /// `nil` where it has no sensor.
    public var watts: Double?

    init(id: String) { self.id = id }
}
