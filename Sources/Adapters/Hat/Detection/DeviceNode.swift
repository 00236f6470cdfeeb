/// A file in `/dev` through which a board is spoken to.
public struct DeviceNode: Sendable, Hashable, Codable {
    /// Such as `/dev/hailo0`, or `/dev/h1x-0` from HailoRT 5.3 on.
    public var path: String
    /// Whether this process may open it for reading and writing.
    public var isAccessible: Bool
}
