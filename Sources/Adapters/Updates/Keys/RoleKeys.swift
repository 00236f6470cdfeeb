/// The keys that sign for a role, and how many of them have to.
struct RoleKeys: Sendable {
    /// Without repetition, in order.
    let identifiers: [String]
    let threshold: Int

    /// Most keys of one role.
    static let most = 1024

    /// Reads `keyids` and `threshold`.
    init(_ value: MetadataValue) throws(UpdateError) {
        guard let list = value["keyids"]?.array, list.count <= Self.most, let threshold = value["threshold"]?.number,
            threshold >= 1
        else { throw UpdateError(.malformed, "has a role without keys, or with a threshold below 1") }
        var identifiers: [String] = []
        var known: Set<String> = []
        for element in list {
            guard let identifier = element.string, known.insert(identifier).inserted else {
                throw UpdateError(.malformed, "has a role that lists a key twice")
            }
            identifiers.append(identifier)
        }
        self.identifiers = identifiers
        self.threshold = Int(clamping: threshold)
    }
}
