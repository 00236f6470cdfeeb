/// What a text may be: read from GBNF or from a JSON Schema, checked, and ready to write by.
///
/// Immutable and shared; a ``TokenConstraint`` writes one text by it.
public struct Grammar: Sendable {
    let program: Program

    /// Reads a grammar in a subset of GBNF: rules, alternatives, groups, repetitions, classes of characters, literals and
    /// comments. All begins with the rule `root`.
    ///
    /// - Throws: ``GrammarError`` with line and column, also for rules that begin with themselves, never end, or are
    ///   never used.
    public init(gbnf text: String) throws(GrammarError) {
        program = try RuleCheck.program(of: GBNFReader.read(text))
    }

    /// Reads a JSON Schema; see ``SchemaReader`` for what it may hold.
    ///
    /// - Throws: ``GrammarError`` with line and column.
    public init(jsonSchema text: String) throws(GrammarError) {
        program = try RuleCheck.program(of: SchemaReader.rules(of: text))
    }

    /// Whether `text` is one that the grammar allows.
    public func matches(_ text: String) -> Bool {
        var automaton = Automaton(program)
        var state = automaton.start()
        for byte in text.utf8 {
            state = automaton.next(automaton.tidied(state), byte)
            if state == Automaton.dead { return false }
        }
        return automaton.isAccepting(state)
    }
}
