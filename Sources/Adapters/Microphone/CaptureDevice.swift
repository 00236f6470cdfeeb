/// A device that sound can be recorded from.
public struct CaptureDevice: Sendable, Hashable {
    /// The name to open it by. It stays the same when other devices come and go: `plughw:CARD=Device,DEV=0`.
    public var id: String
    /// What it is, in words; one line.
    public var name: String
    /// The program that holds it, where one does and the kernel tells who.
    public var holder: String?

    public init(id: String, name: String, holder: String? = nil) {
        self.id = id
        self.name = name
        self.holder = holder
    }
}
