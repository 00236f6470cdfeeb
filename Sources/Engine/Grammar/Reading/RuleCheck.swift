/// Finds what is wrong with rules before anybody writes by them: names that are not there, rules that begin with
/// themselves, never end, or are never used.
struct RuleCheck {
    /// Most rules.
    private static let mostRules = 8_192

    private let set: RuleSet
    private let numbers: [String: Int]
    private var nullable: [Bool]

    /// The program of sound rules.
    static func program(of set: RuleSet) throws(GrammarError) -> Program {
        guard set.rules.count <= mostRules else {
            throw GrammarError(
                .tooLarge, "a grammar has at most \(mostRules) rules", at: set.rules[mostRules].place)
        }
        guard set.rules.contains(where: { $0.name == set.root }) else {
            throw GrammarError(
                .missingRule, "there is no rule \(set.root), where all begins", at: set.rules.first?.place)
        }
        var numbers: [String: Int] = [:]
        for (number, rule) in set.rules.enumerated() {
            if let first = numbers[rule.name] {
                throw GrammarError(
                    .repeatedRule,
                    "the rule \(rule.name) is there already, in line \(set.rules[first].place.line)", at: rule.place)
            }
            numbers[rule.name] = number
        }
        var check = RuleCheck(set: set, numbers: numbers, nullable: set.rules.map { _ in false })
        try check.namesAreThere()
        try check.allAreReached()
        try check.allEnd()
        check.findNullable()
        let order = try check.leftmostOrder()
        let nullable = check
        return try ProgramBuilder.build(order.map { set.rules[$0] }, root: set.root) { nullable.isNullable($0) }
    }

    private func namesAreThere() throws(GrammarError) {
        for rule in set.rules {
            for (name, place) in rule.body.references where numbers[name] == nil {
                throw GrammarError(.missingRule, "there is no rule \(name)", at: place)
            }
        }
    }

    private func allAreReached() throws(GrammarError) {
        var reached: Set<String> = [set.root]
        var waiting = [set.root]
        while let name = waiting.popLast() {
            guard let number = numbers[name] else { continue }
            for (called, _) in set.rules[number].body.references where reached.insert(called).inserted {
                waiting.append(called)
            }
        }
        guard let lost = set.rules.first(where: { !reached.contains($0.name) }) else { return }
        throw GrammarError(
            .unreachable, "the rule \(lost.name) is never used from \(set.root); use it, or delete it", at: lost.place)
    }

    /// A rule ends where one of its alternatives consists of what ends.
    private func allEnd() throws(GrammarError) {
        var ends = set.rules.map { _ in false }
        fixedPoint(&ends) { expression, known in
            expression.holds(
                ofCharacter: true, ofRule: { known[numbers[$0] ?? 0] },
                ofRepetition: { least, body in least == 0 || body })
        }
        guard let endless = ends.firstIndex(of: false) else { return }
        let rule = set.rules[endless]
        throw GrammarError(
            .endless, "the rule \(rule.name) never ends: each of its alternatives needs it again", at: rule.place)
    }

    private mutating func findNullable() {
        var known = nullable
        fixedPoint(&known) { isNullable($0, $1) }
        nullable = known
    }

    private func isNullable(_ expression: Expression) -> Bool { isNullable(expression, nullable) }

    private func isNullable(_ expression: Expression, _ known: [Bool]) -> Bool {
        expression.holds(
            ofCharacter: false, ofRule: { known[numbers[$0] ?? 0] }, ofRepetition: { least, body in least == 0 || body }
        )
    }

    /// Goes over the rules until nothing more becomes true.
    private func fixedPoint(_ known: inout [Bool], _ isSo: (Expression, [Bool]) -> Bool) {
        var changes = true
        while changes {
            changes = false
            for number in set.rules.indices where !known[number] && isSo(set.rules[number].body, known) {
                known[number] = true
                changes = true
            }
        }
    }

    /// The rules in an order in which each stands before those that it may call before it has read anything. There is
    /// one unless a rule begins with itself.
    private func leftmostOrder() throws(GrammarError) -> [Int] {
        enum Mark { case new, open, done }
        var marks = set.rules.map { _ in Mark.new }
        var order: [Int] = []
        for start in set.rules.indices where marks[start] == .new {
            // Depth first, with a stack of its own: grammars may be deep.
            var path: [(rule: Int, calls: [Int])] = [(start, leftmostCalls(of: start))]
            marks[start] = .open
            while let last = path.indices.last {
                guard let called = path[last].calls.popLast() else {
                    marks[path[last].rule] = .done
                    order.append(path[last].rule)
                    path.removeLast()
                    continue
                }
                if marks[called] == .open { throw leftRecursion(called, path.map(\.rule)) }
                guard marks[called] == .new else { continue }
                marks[called] = .open
                path.append((called, leftmostCalls(of: called)))
            }
        }
        return order.reversed()
    }

    private func leftRecursion(_ rule: Int, _ path: [Int]) -> GrammarError {
        let circle = path[(path.firstIndex(of: rule) ?? 0)...].dropFirst().map { set.rules[$0].name }
        let way = circle.isEmpty ? "" : ", by way of \(circle.joined(separator: ", "))"
        let name = set.rules[rule].name
        return GrammarError(
            .leftRecursion, "the rule \(name) begins with itself\(way); write it so that it repeats at the end",
            at: set.rules[rule].place)
    }

    private func leftmostCalls(of rule: Int) -> [Int] {
        var calls: [Int] = []
        set.rules[rule].body.forEachLeftmost(isNullable: isNullable) { calls.append(numbers[$0] ?? 0) }
        return calls.reversed()
    }
}

extension Expression {
    /// The rules that are named in it.
    var references: [(name: String, place: Place)] {
        switch self {
        case .literal, .character: []
        case .rule(let name, let place): [(name, place)]
        case .sequence(let parts), .alternatives(let parts): parts.flatMap(\.references)
        case .repeated(let body, _, _, _): body.references
        }
    }

    /// Whether something holds of it that holds of a sequence where it holds of each part, and of alternatives where it
    /// holds of one.
    func holds(
        ofCharacter: Bool, ofRule: (String) -> Bool, ofRepetition: (_ least: Int, _ body: Bool) -> Bool
    ) -> Bool {
        func holds(_ part: Expression) -> Bool {
            part.holds(ofCharacter: ofCharacter, ofRule: ofRule, ofRepetition: ofRepetition)
        }
        switch self {
        case .literal(let bytes): return bytes.isEmpty || ofCharacter
        case .character: return ofCharacter
        case .rule(let name, _): return ofRule(name)
        case .sequence(let parts): return parts.allSatisfy(holds)
        case .alternatives(let parts): return parts.contains(where: holds)
        case .repeated(let body, let least, _, _): return ofRepetition(least, holds(body))
        }
    }

    /// Calls `body` with each rule that may be called before anything has been read.
    func forEachLeftmost(isNullable: (Expression) -> Bool, _ body: (String) -> Void) {
        switch self {
        case .literal, .character: return
        case .rule(let name, _): body(name)
        case .alternatives(let parts):
            for part in parts { part.forEachLeftmost(isNullable: isNullable, body) }
        case .sequence(let parts):
            for part in parts {
                part.forEachLeftmost(isNullable: isNullable, body)
                if !isNullable(part) { return }
            }
        case .repeated(let part, _, let most, _):
            if most != 0 { part.forEachLeftmost(isNullable: isNullable, body) }
        }
    }
}
