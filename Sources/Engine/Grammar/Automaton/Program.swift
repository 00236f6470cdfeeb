/// A grammar as a network of nodes: each rule is an automaton over bytes, which may call other rules.
struct Program: Sendable {
    enum Node: Sendable, Hashable {
        /// Reads one byte out of a set.
        case bytes(set: Int32, next: Int32)
        /// Goes on in both places.
        case split(Int32, Int32)
        /// Reads what a rule reads, and goes on behind it.
        case call(rule: Int32, next: Int32)
        /// A rule has ended.
        case end
        /// The whole text has ended.
        case accept
    }

    struct Rule: Sendable {
        var start: Int32
        /// Whether it may read nothing.
        var isNullable: Bool
    }

    /// Most expressions that are gone through for a network: repetitions of repetitions multiply, also where nothing in them
    /// makes a node.
    static let mostSteps = 1 << 21
    /// Most nodes: a network of this size takes some megabytes.
    static let mostNodes = 1 << 18

    /// The first is `end`, the second `accept`.
    var nodes: [Node] = [.end, .accept]
    var sets: [ByteSet] = []
    /// Rules in an order in which each stands before all that it may call before it has read a byte.
    var rules: [Rule] = []
    var root: Int32 = 0

    static let end: Int32 = 0
    static let accept: Int32 = 1
}
