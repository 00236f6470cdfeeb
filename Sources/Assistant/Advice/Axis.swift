/// One of the five axes of an advice, with the figure behind it.
package struct Axis: Sendable, Hashable {
    package enum Name: String, Sendable, Hashable, CaseIterable {
        case latency, cost, privacy, scale, operations
    }

    package enum Leaning: String, Sendable, Hashable {
        case edge, cloud, either
    }

    package var name: Name
    package var leaning: Leaning
    /// The other way is ruled out, whatever the other axes say.
    package var isBinding: Bool
    /// What speaks for it, one sentence.
    package var reason: String
    /// The figure behind it and where it comes from; what was not measured says so.
    package var figure: String
    /// What would change the leaning, one sentence; `nil` where nothing short of other answers would.
    package var change: String?

    init(
        _ name: Name, _ leaning: Leaning, isBinding: Bool = false, reason: String, figure: String, change: String? = nil
    ) {
        (self.name, self.leaning, self.isBinding) = (name, leaning, isBinding)
        (self.reason, self.figure, self.change) = (reason, figure, change)
    }
}
