/// Makes a ``Program`` of rules that were found to be sound.
struct ProgramBuilder {
    private var program = Program()
    private var setNumbers: [ByteSet: Int32] = [:]
    private var nodeNumbers: [Program.Node: Int32] = [:]
    private let ruleNumbers: [String: Int32]
    private var steps = 0

    /// - Parameters:
    ///   - rules: in the order that ``Program/rules`` wants.
    ///   - isNullable: whether an expression may read nothing.
    static func build(
        _ rules: [RuleSet.Rule], root: String, isNullable: @escaping (Expression) -> Bool
    ) throws(GrammarError) -> Program {
        var builder = ProgramBuilder(rules)
        var built: [Program.Rule] = []
        for rule in rules {
            let start = try builder.node(rule.body, then: Program.end)
            built.append(Program.Rule(start: start, isNullable: isNullable(rule.body)))
        }
        builder.program.rules = built
        builder.program.root = builder.ruleNumbers[root] ?? 0
        return builder.program
    }

    private init(_ rules: [RuleSet.Rule]) {
        ruleNumbers = Dictionary(
            rules.enumerated().map { ($1.name, Int32($0)) }, uniquingKeysWith: { first, _ in first })
    }

    /// The node from which `expression` is read, and then what is behind `next`.
    private mutating func node(_ expression: Expression, then next: Int32) throws(GrammarError) -> Int32 {
        steps += 1
        guard steps <= Program.mostSteps else {
            throw GrammarError(
                .tooLarge, "repetitions within repetitions take more than \(Program.mostSteps) steps; count to less",
                at: nil)
        }
        switch expression {
        case .literal(let bytes):
            var node = next
            for byte in bytes.reversed() { node = try self.node(ByteSet(byte...byte), then: node) }
            return node
        case .character(let ranges): return try character(ranges, then: next)
        case .rule(let name, _):
            // That it is there was checked.
            return try add(.call(rule: ruleNumbers[name] ?? 0, next: next))
        case .sequence(let parts):
            var node = next
            for part in parts.reversed() { node = try self.node(part, then: node) }
            return node
        case .alternatives(let alternatives):
            var starts: [Int32] = []
            for alternative in alternatives { starts.append(try node(alternative, then: next)) }
            return try split(starts)
        case .repeated(let body, let least, let most, let place):
            do {
                return try repeated(body, least, most, then: next)
            } catch let error where error.code == .tooLarge && error.place == nil {
                throw GrammarError(.tooLarge, error.reason, at: place)
            }
        }
    }

    private mutating func repeated(
        _ body: Expression, _ least: Int, _ most: Int?, then next: Int32
    ) throws(GrammarError) -> Int32 {
        var node = next
        if let most {
            // x{0,3} is (x (x x?)?)?: whatever is left out is left out at the end.
            for _ in least..<most { node = try split([try self.node(body, then: node), next]) }
        } else {
            // The loop's node is there before its body, which leads back to it.
            let loop = try reserve()
            let start = try self.node(body, then: loop)
            program.nodes[Int(loop)] = .split(start, next)
            node = loop
        }
        for _ in 0..<least { node = try self.node(body, then: node) }
        return node
    }

    private mutating func character(
        _ ranges: [ClosedRange<UInt32>], then next: Int32
    ) throws(GrammarError) -> Int32 {
        var single = ByteSet()
        var starts: [Int32] = []
        for sequence in ranges.flatMap(UTF8Sequences.of) {
            if sequence.count == 1 {
                for byte in sequence[0] { single.insert(byte) }
                continue
            }
            var node = next
            // Equal tails are one, by the table of nodes.
            for range in sequence.reversed() { node = try self.node(ByteSet(range), then: node) }
            starts.append(node)
        }
        if !single.isEmpty { starts.insert(try node(single, then: next), at: 0) }
        return try split(starts)
    }

    private mutating func split(_ starts: [Int32]) throws(GrammarError) -> Int32 {
        guard var node = starts.last else { return Program.end }
        for start in starts.dropLast().reversed() where start != node { node = try add(.split(start, node)) }
        return node
    }

    private mutating func node(_ set: ByteSet, then next: Int32) throws(GrammarError) -> Int32 {
        let number: Int32
        if let known = setNumbers[set] {
            number = known
        } else {
            number = Int32(program.sets.count)
            program.sets.append(set)
            setNumbers[set] = number
        }
        return try add(.bytes(set: number, next: next))
    }

    /// The number of a node; equal ones are one.
    private mutating func add(_ node: Program.Node) throws(GrammarError) -> Int32 {
        if let known = nodeNumbers[node] { return known }
        let number = try reserve()
        program.nodes[Int(number)] = node
        nodeNumbers[node] = number
        return number
    }

    private mutating func reserve() throws(GrammarError) -> Int32 {
        guard program.nodes.count < Program.mostNodes else {
            throw GrammarError(
                .tooLarge, "the grammar expands to more than \(Program.mostNodes) steps; count to less", at: nil)
        }
        program.nodes.append(.end)
        return Int32(program.nodes.count - 1)
    }
}
