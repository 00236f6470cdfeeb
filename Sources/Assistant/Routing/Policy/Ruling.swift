/// What the rules say about a turn. A ``RoutingPolicy`` makes one; the only one that can be made without it keeps the turn
/// on the device.
public struct Ruling: Sendable, Hashable {
    /// Names of what was found and must stay; empty where nothing was.
    public internal(set) var staying: [String] = []
    /// The name of the rule that sends the task away.
    public internal(set) var going: String?

    init() {}

    /// A ruling that keeps a turn on the device, whatever its text: `what` completes “What you wrote touches …”.
    public static func staying(_ what: String) -> Ruling {
        var ruling = Ruling()
        ruling.staying = [what]
        return ruling
    }
}
