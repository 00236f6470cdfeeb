package import AssistantCore

/// The operator's rules, checked and ready to be asked: what must stay on the device, and what must go.
package struct RoutingPolicy: Sendable, Hashable {
    private struct Stay: Sendable, Hashable {
        var name: String
        var detects: Set<PIIKind>
    }

    private struct Go: Sendable, Hashable {
        var name: String
        var prefixes: [[String]]
        var kinds: Set<String>

        func applies(to question: Words, _ taskKind: String?) -> Bool {
            taskKind.map(kinds.contains) ?? false || prefixes.contains { question.words.starts(with: $0) }
        }
    }

    /// The numbers among the rules.
    package let settings: RouterSettings
    private let staying: [Stay]
    private let stayingPhrases: PhraseMatcher
    private let going: [Go]
    private let goingPhrases: PhraseMatcher
    private let scanner: PIIScanner

    private static let maxRules = 64

    package init(_ rules: RoutingRules = RoutingRules()) throws(RoutingPolicyError) {
        guard (0...1).contains(rules.threshold) else {
            throw RoutingPolicyError(.outOfRange, "The threshold is \(rules.threshold); it has to be between 0 and 1.")
        }
        for step in rules.earlyHandover where !(0...1).contains(step.below) || step.tokens < 1 {
            throw RoutingPolicyError(
                .outOfRange, "early_handover: \(step.tokens) tokens below \(step.below); tokens ≥ 1, below 0 to 1.")
        }
        guard max(rules.stayHome.count, rules.mustGo.count, rules.earlyHandover.count) <= Self.maxRules else {
            throw RoutingPolicyError(.tooLarge, "There are more than \(Self.maxRules) rules of one sort.")
        }
        settings = RouterSettings(
            threshold: rules.threshold, unknownConfidence: rules.unknownConfidence,
            earlyHandover: EarlyHandover(rules.earlyHandover))
        var (staying, stayingPhrases): ([Stay], PhraseMatcher) = ([], PhraseMatcher())
        for rule in rules.stayHome { staying.append(try Self.stay(rule, number: staying.count, &stayingPhrases)) }
        var (going, goingPhrases): ([Go], PhraseMatcher) = ([], PhraseMatcher())
        for rule in rules.mustGo { going.append(try Self.go(rule, number: going.count, &goingPhrases)) }
        for names in [staying.map(\.name), going.map(\.name)] where Set(names).count < names.count {
            throw RoutingPolicyError(
                .meaningless, "Two rules have the same name among: \(names.joined(separator: ", ")).")
        }
        self.staying = staying
        self.stayingPhrases = stayingPhrases
        self.going = going
        self.goingPhrases = goingPhrases
        scanner = PIIScanner(kinds: staying.reduce(into: []) { $0.formUnion($1.detects) })
    }

    /// What the rules say about a conversation: `messages` are all that would be sent. Stay rules look at all of it,
    /// whoever said it, the system prompt included; go rules at the person's latest question.
    ///
    /// Once something that must stay was said, every later turn of the conversation stays too, since the cloud would be
    /// sent all of it. So it is where a message may not leave for a reason of its own.
    package func ruling(on messages: [Message], taskKind: String? = nil) -> Ruling {
        var ruling = Ruling()
        if !messages.allSatisfy(\.mayLeave) { ruling.bond = .saidUnderLock }
        guard !staying.isEmpty || !going.isEmpty else { return ruling }
        let words = messages.map { Words($0.text) }
        let kinds = scanner.kinds.isEmpty ? [] : Set(messages.flatMap { scanner.scan($0.text).map(\.kind) })
        let touched = words.reduce(into: Set<Int>()) { $0.formUnion(stayingPhrases.rules(in: $1)) }
        ruling.staying = staying.indices
            .filter { touched.contains($0) || !staying[$0].detects.isDisjoint(with: kinds) }
            .map { staying[$0].name }
        let question = messages.lastIndex { $0.role == .user }.map { words[$0] } ?? Words("")
        let called = goingPhrases.rules(in: question)
        ruling.going =
            going.indices
            .first { called.contains($0) || going[$0].applies(to: question, taskKind) }
            .map { going[$0].name }
        return ruling
    }

    private static func stay(
        _ rule: StayRule, number: Int, _ matcher: inout PhraseMatcher
    ) throws(RoutingPolicyError) -> Stay {
        let known = DataClass(rawValue: rule.name)
        let phrases = rule.phrases + (known?.phrases ?? [])
        let detects = Set(rule.detects + (known?.detects ?? []))
        guard !phrases.isEmpty || !detects.isEmpty else {
            let names = DataClass.allCases.map(\.rawValue).joined(separator: ", ")
            throw RoutingPolicyError(
                .unknownClass, "stay_home: “\(rule.name)” needs phrases or detects, or be one of: \(names).")
        }
        try matcher.add(phrases, rule: number, named: rule.name)
        return Stay(name: rule.name, detects: detects)
    }

    private static func go(
        _ rule: GoRule, number: Int, _ matcher: inout PhraseMatcher
    ) throws(RoutingPolicyError) -> Go {
        let prefixes = rule.prefixes.map { Words($0).words }
        guard !prefixes.contains([]), !(prefixes.isEmpty && rule.phrases.isEmpty && rule.kinds.isEmpty) else {
            throw RoutingPolicyError(
                .meaningless, "must_go: “\(rule.name)” needs prefixes, phrases or kinds, each with a word in it.")
        }
        guard max(prefixes.count, rule.kinds.count) <= PhraseMatcher.maxPhrases else {
            throw RoutingPolicyError(
                .tooLarge, "Rule “\(rule.name)” has more than \(PhraseMatcher.maxPhrases) prefixes.")
        }
        try matcher.add(rule.phrases, rule: number, named: rule.name)
        return Go(name: rule.name, prefixes: prefixes, kinds: Set(rule.kinds))
    }
}

/// What is wrong with the operator's rules. None of them is in force then.
package struct RoutingPolicyError: CodedError {
    package struct Code: Sendable, Hashable, RawRepresentable {
        package var rawValue: String

        package init(rawValue: String) { self.rawValue = rawValue }

        /// A number outside its range.
        package static let outOfRange = Code(rawValue: "out_of_range")
        /// More rules, phrases, words or bytes than are taken.
        package static let tooLarge = Code(rawValue: "too_large")
        /// A data class without words of its own that is not among the known ones.
        package static let unknownClass = Code(rawValue: "unknown_class")
        /// A phrase without a word in it, a rule that can never apply, or two rules of the same name.
        package static let meaningless = Code(rawValue: "meaningless")
    }

    package let code: Code
    /// One line: what is wrong, where, and what would be right.
    package let description: String
    package let underlying: (any Error)?

    init(_ code: Code, _ description: String, underlying: (any Error)? = nil) {
        self.code = code
        self.description = description
        self.underlying = underlying
    }
}
