/// Puts clauses together to what is said in one go: whole sentences, which sound better than their parts, but no endless
/// ones.
package struct SentenceGatherer: Sendable {
    private var clauses: [SpokenClause] = []
    private var length = 0

    /// Behind so many characters a sentence is said in parts.
    private static let longest = 320

    package init() {}

    /// Adds a clause. Returns a sentence that is whole now.
    package mutating func take(_ clause: SpokenClause) -> [SpokenClause]? {
        clauses.append(clause)
        length += clause.text.count
        return clause.end.endsSentence || length > Self.longest ? flush() : nil
    }

    /// What has been gathered; `nil` where there is nothing.
    package mutating func flush() -> [SpokenClause]? {
        defer { (clauses, length) = ([], 0) }
        return clauses.isEmpty ? nil : clauses
    }
}
