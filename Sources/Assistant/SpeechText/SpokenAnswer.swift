/// What of an answer is said, and when, while it is made: a state machine.
///
/// A draft that may yet be handed over is said no further than its first clause: that takes longer than most drafts do. What
/// comes from the cloud is announced as such. What was said cannot be taken back; nothing is said twice.
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
    private var reader: SpokenTextReader
    private var gatherer = SentenceGatherer()
    /// The first clause of the draft, once it was said.
    private var first: SpokenClause?
    private var isRemote = false
    /// It was said that the cloud answers.
    private var isAnnounced = false

    /// - Parameter language: of the voice, such as `en-us`.
    package init(language: String) {
        self.language = language
        reader = SpokenTextReader(language: language)
    }

    /// Takes in what happened. Returns what to do, in order.
    package mutating func handle(_ event: Event) -> [Effect] {
        switch event {
        case .drafted(let text):
            guard first == nil, !isRemote, let clause = reader.take(text).first else { return [] }
            first = clause
            return [.say([clause])]
        case .takenBack:
            if first == nil { reader = SpokenTextReader(language: language) }
            return []
        case .handedOver:
            isRemote = true
            reader = SpokenTextReader(language: language)
            return [.forget]
        case .received(let text):
            defer { isAnnounced = true }
            return (isAnnounced ? [] : [.say([Self.announcement])]) + say(reader.take(text))
        case .finished(let text, let isRemote):
            if self.isRemote, isRemote { return say(reader.flush(), isLast: true) }
            // A draft that stands after all, a computed answer or one that was kept.
            var clauses = SpokenTextReader.clauses(of: text, language: language)
            if let first, clauses.first?.text == first.text { clauses.removeFirst() }
            return say(clauses, isLast: true)
        }
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
