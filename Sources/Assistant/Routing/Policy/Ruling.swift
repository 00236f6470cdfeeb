/// What the rules say about a conversation. Only a ``RoutingPolicy`` makes one.
public struct Ruling: Sendable, Hashable {
    /// Names of the data classes that were found and must stay.
    public internal(set) var staying: [String] = []
    /// The name of the rule that sends the task away.
    public internal(set) var going: String?
}
