/// Reads a text byte by byte by a grammar, and knows at every place what may come next.
///
/// A deterministic automaton that is built as it is used. A state is the set of all places in the grammar where the text
/// may be. A place is a node and the context that its rule was called from; calls that were made at the same place of
/// the text share one context, so that an ambiguous grammar needs no more contexts than there are places. States and
/// contexts are numbered: reading a byte where somebody has been before is looking it up.
///
/// For one thread at a time.
struct Automaton {
    /// Where the text may be: a node, and where to go on when its rule has ended.
    struct Item: Hashable, Comparable {
        var node: Int32
        var context: Int32

        static func < (a: Item, b: Item) -> Bool { (a.node, a.context) < (b.node, b.context) }
    }

    private struct State {
        /// Those that read a byte, sorted.
        var items: [Item]
        /// Whether the text may end here.
        var isAccepting: Bool
        /// Bytes that it takes at least to end; ``ClosingCosts/never`` where it cannot.
        var closingBytes: Int32
    }

    private struct StateKey: Hashable {
        var items: [Item]
        var isAccepting: Bool
    }

    /// The state after a byte that cannot come.
    static let dead: Int32 = -1
    private static let unknown: Int32 = -2
    /// The context of the whole text.
    private static let outermost: Int32 = 0
    /// Most states before all but the present one are forgotten: 20 MB or so.
    private static let mostStates = 16_384

    private let program: Program
    private let classes: ByteClasses
    private let costs: ClosingCosts
    private let writable: ByteSet

    private var states: [State] = []
    private var stateNumbers: [StateKey: Int32] = [:]
    /// (states, byte classes)
    private var transitions: [Int32] = []
    /// Where each context goes on, sorted.
    private var contexts: [[Item]] = []
    private var contextNumbers: [[Item]: Int32] = [:]
    private var contextCosts: [Int32] = []
    /// Counts how often states were forgotten: numbers from before mean nothing any more.
    private(set) var generation = 0

    /// - Parameter writable: the bytes that there are tokens for.
    init(_ program: Program, writable: ByteSet = .all) {
        self.program = program
        self.writable = writable
        classes = ByteClasses(program.sets)
        costs = ClosingCosts(program, writable: writable)
        addOutermost()
    }

    private mutating func addOutermost() {
        contexts = [[Item(node: Program.accept, context: Self.outermost)]]
        contextNumbers = [contexts[0]: Self.outermost]
        contextCosts = [0]
    }

    /// The state before the first byte.
    mutating func start() -> Int32 {
        var closure = Closure()
        call(program.root, from: Item(node: Program.end, context: Self.outermost), &closure)
        closure.isAccepting = program.rules[Int(program.root)].isNullable
        return state(after: &closure)
    }

    func isAccepting(_ state: Int32) -> Bool { states[Int(state)].isAccepting }

    /// Whether more text may come.
    func mayGoOn(_ state: Int32) -> Bool { !states[Int(state)].items.isEmpty }

    func closingBytes(_ state: Int32) -> Int32 { states[Int(state)].closingBytes }

    /// The state after one more byte, or ``dead``.
    mutating func next(_ state: Int32, _ byte: UInt8) -> Int32 {
        let place = Int(state) * classes.count + Int(classes.ofByte[Int(byte)])
        let known = transitions[place]
        if known != Self.unknown { return known }
        var closure = Closure()
        for item in states[Int(state)].items {
            guard case .bytes(let set, let next) = program.nodes[Int(item.node)],
                program.sets[Int(set)].contains(byte)
            else { continue }
            visit(Item(node: next, context: item.context), isFresh: false, &closure)
        }
        let reached = self.state(after: &closure)
        transitions[place] = reached
        return reached
    }

    /// A byte by which the text comes nearer to its end, by the shortest way; `nil` where it has ended.
    mutating func closingByte(_ state: Int32) -> UInt8? {
        let left = closingBytes(state)
        guard left > 0, left < ClosingCosts.never else { return nil }
        return (0...255).first { byte in
            guard writable.contains(byte) else { return false }
            let reached = next(state, byte)
            return reached != Self.dead && closingBytes(reached) < left
        }
    }

    /// Forgets all states but one where there are too many, and returns its new number.
    mutating func tidied(_ state: Int32) -> Int32 {
        guard states.count > Self.mostStates else { return state }
        let kept = states[Int(state)]
        let old = contexts
        states = []
        stateNumbers = [:]
        transitions = []
        generation += 1
        addOutermost()
        var numbers: [Int32: Int32] = [Self.outermost: Self.outermost]
        let items = kept.items.map { Item(node: $0.node, context: keep($0.context, old, &numbers)) }
        return add(StateKey(items: items.sorted(), isAccepting: kept.isAccepting))
    }

    /// Takes over a context and those that it leads to.
    private mutating func keep(_ context: Int32, _ old: [[Item]], _ numbers: inout [Int32: Int32]) -> Int32 {
        // Depth first with a stack of its own: there are as many contexts as rules are open.
        var path = [context]
        while let last = path.last {
            if numbers[last] != nil {
                path.removeLast()
                continue
            }
            let missing = old[Int(last)].map(\.context).filter { numbers[$0] == nil }
            if missing.isEmpty {
                let items = old[Int(last)].map { Item(node: $0.node, context: numbers[$0.context] ?? 0) }
                numbers[last] = self.context(items)
                path.removeLast()
            } else {
                path += missing
            }
        }
        return numbers[context] ?? Self.outermost
    }

    // MARK: Where a byte leads

    /// All places that are reached without reading a byte, as they are found.
    private struct Closure {
        var seen: Set<Item> = []
        var items: [Item] = []
        var isAccepting = false
        /// By rule: where to go on when it has ended.
        var calls: [Int32: Set<Item>] = [:]
    }

    /// - Parameter isFresh: whether the item's rule was called at this place of the text. Where such a rule ends at once,
    ///   its caller went on already: it knows which rules may read nothing.
    private func visit(_ first: Item, isFresh: Bool, _ closure: inout Closure) {
        var waiting = [first]
        while let item = waiting.popLast() {
            guard closure.seen.insert(item).inserted else { continue }
            switch program.nodes[Int(item.node)] {
            case .bytes: closure.items.append(item)
            case .accept: closure.isAccepting = true
            case .split(let a, let b):
                waiting.append(Item(node: b, context: item.context))
                waiting.append(Item(node: a, context: item.context))
            case .end:
                if !isFresh { waiting += contexts[Int(item.context)] }
            case .call(let rule, let next):
                call(rule, from: Item(node: next, context: item.context), &closure)
                if program.rules[Int(rule)].isNullable { waiting.append(Item(node: next, context: item.context)) }
            }
        }
    }

    /// Notes a call. One that nothing follows goes on where its caller would: what repeats at the end needs no memory.
    private func call(_ rule: Int32, from back: Item, _ closure: inout Closure) {
        if back.node == Program.end {
            closure.calls[rule, default: []].formUnion(contexts[Int(back.context)])
        } else {
            closure.calls[rule, default: []].insert(back)
        }
    }

    /// Follows the calls, and numbers what came out.
    private mutating func state(after closure: inout Closure) -> Int32 {
        // In the order of the rules, all that call one come before it.
        for rule in program.rules.indices {
            guard !closure.calls.isEmpty else { break }
            guard let callers = closure.calls.removeValue(forKey: Int32(rule)) else { continue }
            let called = Item(node: program.rules[rule].start, context: context(callers.sorted()))
            visit(called, isFresh: true, &closure)
        }
        guard !closure.items.isEmpty || closure.isAccepting else { return Self.dead }
        return add(StateKey(items: closure.items.sorted(), isAccepting: closure.isAccepting))
    }

    private mutating func context(_ items: [Item]) -> Int32 {
        if let known = contextNumbers[items] { return known }
        let number = Int32(contexts.count)
        contexts.append(items)
        contextNumbers[items] = number
        contextCosts.append(items.map(closingBytes).min() ?? ClosingCosts.never)
        return number
    }

    private func closingBytes(_ item: Item) -> Int32 {
        ClosingCosts.sum(costs.ofNode[Int(item.node)], contextCosts[Int(item.context)])
    }

    private mutating func add(_ key: StateKey) -> Int32 {
        if let known = stateNumbers[key] { return known }
        let number = Int32(states.count)
        let closing = key.isAccepting ? 0 : key.items.map(closingBytes).min() ?? ClosingCosts.never
        states.append(State(items: key.items, isAccepting: key.isAccepting, closingBytes: closing))
        stateNumbers[key] = number
        transitions.append(contentsOf: repeatElement(Self.unknown, count: classes.count))
        return number
    }
}

/// Bytes that no set of a grammar tells apart.
struct ByteClasses {
    /// (256)
    let ofByte: [UInt8]
    let count: Int

    init(_ sets: [ByteSet]) {
        var ofByte = [UInt8](repeating: 0, count: 256)
        var count = 1
        for set in Set(sets) {
            // Each set cuts the classes so far in two; there are never more than bytes.
            var inside: [UInt8: UInt8] = [:]
            var isCut: [UInt8: Bool] = [:]
            for byte in 0..<256 where !set.contains(UInt8(byte)) { isCut[ofByte[byte]] = true }
            for byte in 0..<256 where set.contains(UInt8(byte)) {
                let old = ofByte[byte]
                guard isCut[old] == true else { continue }
                if let new = inside[old] {
                    ofByte[byte] = new
                } else {
                    inside[old] = UInt8(count)
                    ofByte[byte] = UInt8(count)
                    count += 1
                }
            }
        }
        self.ofByte = ofByte
        self.count = count
    }
}
