/// What of an answer is said, and when, while it is made: a state machine.
///
/// A draft that may yet be handed over is said no further than its first clause: that takes longer than most drafts do. Any
/// other is said sentence by sentence. What comes from the cloud is announced as such. What was said cannot be taken back;
/// nothing is said twice.
package struct SpokenAnswer: Sendable {
    /// What becomes of the answer.
    package enum Event: Sendable, Hashable {
        /// The device's draft goes on.
        case drafted(String)
        /// A part of the draft no longer counts.
        case takenBack
        /// The question leaves the device; the draft no longer counts.
        case handedOver
        /// The cloud's answer goes on.
        case received(String)
        /// The answer is whole. The text is that of the answer that holds.
        case finished(String, isRemote: Bool)
    }

    /// What is to be done.
    package enum Effect: Sendable, Hashable {
        /// Says a sentence, or the beginning of one, behind what is being said.
        case say([SpokenClause])
        /// Forgets what has not begun to be said.
        case forget
    }

    /// Said before an answer of the cloud.
    private static let announcement = SpokenClause("from the cloud", .colon)

    private let language: String
    private let mayBeReplaced: Bool
    private var reader: SpokenTextReader
    private var gatherer = SentenceGatherer()
    /// What was said of the draft.
    private var said: [SpokenClause] = []
    /// A part of the draft was taken back behind what was said: what stands is known at the end.
    private var wasCut = false
    private var isRemote = false
    /// It was said that the cloud answers.
    private var isAnnounced = false

    /// - Parameters:
    ///   - language: of the voice, such as `en-us`.
    ///   - mayBeReplaced: whether the draft may yet be handed over to the cloud.
    package init(language: String, mayBeReplaced: Bool = true) {
        self.language = language
        self.mayBeReplaced = mayBeReplaced
        reader = SpokenTextReader(language: language)
    }

    /// Takes in what happened. Returns what to do, in order.
    package mutating func handle(_ event: Event) -> [Effect] {
        switch event {
        case .drafted(let text): return draft(text)
        case .takenBack:
            reader = SpokenTextReader(language: language)
            wasCut = wasCut || !said.isEmpty
            return []
        case .handedOver:
            isRemote = true
            reader = SpokenTextReader(language: language)
            gatherer = SentenceGatherer()
            return [.forget]
        case .received(let text):
            defer { isAnnounced = true }
            return (isAnnounced ? [] : [.say([Self.announcement])]) + say(reader.take(text))
        case .finished(let text, let isRemote):
            if self.isRemote, isRemote { return say(reader.flush(), isLast: true) }
            // A draft that stands after all, a computed answer or one that was kept.
            var clauses = SpokenTextReader.clauses(of: text, language: language)[...]
            for clause in said where clauses.first?.text == clause.text { clauses.removeFirst() }
            gatherer = SentenceGatherer()
            return say(Array(clauses), isLast: true)
        }
    }

    private mutating func draft(_ text: String) -> [Effect] {
        guard !isRemote, !wasCut, said.isEmpty || !mayBeReplaced else { return [] }
        var clauses = reader.take(text)[...]
        guard !clauses.isEmpty else { return [] }
        // The first clause does not wait for its sentence.
        let first = said.isEmpty ? [clauses.removeFirst()] : []
        var effects: [Effect] = first.isEmpty ? [] : [.say(first)]
        if !mayBeReplaced { effects += say(Array(clauses)) }
        for case .say(let clauses) in effects { said += clauses }
        return effects
    }

    private mutating func say(_ clauses: [SpokenClause], isLast: Bool = false) -> [Effect] {
        var effects: [Effect] = []
        for clause in clauses {
            if let sentence = gatherer.take(clause) { effects.append(.say(sentence)) }
        }
        if isLast, let rest = gatherer.flush() { effects.append(.say(rest)) }
        return effects
    }
}
