/// How many bytes it takes at least to come from each node to the end of its rule.
struct ClosingCosts: Sendable {
    /// More than any text has.
    static let never = Int32.max / 4

    private(set) var ofNode: [Int32]
    private var ofRule: [Int32]

    /// - Parameter writable: the bytes that can be written at all.
    init(_ program: Program, writable: ByteSet) {
        ofNode = program.nodes.map { $0 == .end || $0 == .accept ? 0 : Self.never }
        ofRule = program.rules.map { _ in Self.never }
        let isUsable = program.sets.map { !$0.intersection(writable).isEmpty }
        // What a node leads to most often has a lower number, so that a few rounds do.
        var changes = true
        while changes {
            changes = false
            for (number, node) in program.nodes.enumerated() {
                let cost = cost(node, isUsable)
                if cost < ofNode[number] {
                    ofNode[number] = cost
                    changes = true
                }
            }
            for (number, rule) in program.rules.enumerated() where ofNode[Int(rule.start)] < ofRule[number] {
                ofRule[number] = ofNode[Int(rule.start)]
                changes = true
            }
        }
    }

    private func cost(_ node: Program.Node, _ isUsable: [Bool]) -> Int32 {
        switch node {
        case .bytes(let set, let next): isUsable[Int(set)] ? Self.sum(1, ofNode[Int(next)]) : Self.never
        case .split(let a, let b): min(ofNode[Int(a)], ofNode[Int(b)])
        case .call(let rule, let next): Self.sum(ofRule[Int(rule)], ofNode[Int(next)])
        case .end, .accept: 0
        }
    }

    static func sum(_ a: Int32, _ b: Int32) -> Int32 { min(a + b, never) }
}
