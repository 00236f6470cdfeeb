/// An error of one part of the program: its kind, one sentence with the next step, and what it was made from.
///
/// Two are the same where kind and sentence are: what lies below may differ from one time to the next.
package protocol CodedError: Error, Hashable, CustomStringConvertible {
    /// The kinds of failure. More may come: switch with a default.
    associatedtype Code: Hashable, Sendable

    var code: Code { get }
    /// For a person: safe for a terminal.
    var description: String { get }
    /// What a part below had thrown; `nil` where this is the first that says so. It is for the log, and may hold paths.
    var underlying: (any Error)? { get }
}

extension CodedError {
    package var underlying: (any Error)? { nil }

    package static func == (one: Self, other: Self) -> Bool {
        one.code == other.code && one.description == other.description
    }

    package func hash(into hasher: inout Hasher) {
        hasher.combine(code)
        hasher.combine(description)
    }

    /// The errors below, from the nearest to the first.
    package var causes: [any Error] {
        guard let underlying else { return [] }
        return [underlying] + ((underlying as? any CodedError)?.causes ?? [])
    }
}
