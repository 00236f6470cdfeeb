/// What lies over the screen until it is closed.
enum Panel: Sendable, Hashable {
    case help
    /// What would leave the device, to be sent or not.
    case outgoing(Outgoing)
    /// A list to choose from.
    case picker(Picker)
    /// Facts that were asked for.
    case report(Report)
    /// What a citation was taken from.
    case passage(OpenedPassage)
}

/// A panel and the first of its lines in view.
struct OpenPanel: Sendable, Hashable {
    var panel: Panel
    var scroll = 0
}
