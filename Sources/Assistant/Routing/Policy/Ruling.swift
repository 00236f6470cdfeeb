internal import AssistantCore

/// What the rules say about a turn. A ``RoutingPolicy`` makes one; the only one that can be made without it keeps the turn
/// on the device.
package struct Ruling: Sendable, Hashable {
    /// Names of what was found and must stay; empty where nothing was.
    package internal(set) var staying: [String] = []
    /// The name of the rule that sends the task away.
    package internal(set) var going: String?
    /// What else binds the turn to the device, whatever its text.
    var bond: RouteReason?

    init() {}

    private init(_ bond: RouteReason) { self.bond = bond }

    /// The answer has to keep to a form.
    package static let formed = Ruling(.formBinds)
    /// The prompt is for the local model alone, without a chat template.
    package static let raw = Ruling(.rawBinds)

    /// The same for a turn that is asked with passages of these collections, which stay on the device.
    package func bound(toCollections names: [String]) -> Ruling {
        var ruling = self
        ruling.bond = .passagesStay(names)
        return ruling
    }

    /// Whether the turn may leave.
    package var mayLeave: Bool { staying.isEmpty && bond == nil }

    /// Why it may not; empty where it may.
    var bonds: [RouteReason] { (staying.isEmpty ? [] : [.dataStays(staying)]) + [bond].compactMap(\.self) }

    /// A ruling that keeps a turn on the device, whatever its text: `what` completes “This conversation touches …”.
    package static func staying(_ what: String) -> Ruling {
        var ruling = Ruling()
        ruling.staying = [what]
        return ruling
    }
}
