/// Makes sound of clauses: the port behind which the voices stand.
package protocol SpeechVoice: Sendable {
    /// Samples of sound a second.
    var sampleRateHz: Int { get }
    /// The language that it speaks, such as `en-us`.
    var language: String { get }

    /// Says one sentence, or the part of it that is there. Ends early, without an error, where the task is cancelled or nobody
    /// wants more.
    /// - Parameter take: gets the next samples, -1 ... 1, and says whether more are wanted.
    /// - Returns: whether it was said to its end.
    func say(_ clauses: [SpokenClause], take: @escaping @Sendable ([Float]) -> Bool) async throws -> Bool

    /// Says sentences that are all there, one after the other.
    /// - Returns: how many were said to their end.
    func say(sentences: [[SpokenClause]], take: @escaping @Sendable ([Float]) -> Bool) async throws -> Int
}

extension SpeechVoice {
    package func say(
        sentences: [[SpokenClause]], take: @escaping @Sendable ([Float]) -> Bool
    ) async throws -> Int {
        for (index, sentence) in sentences.enumerated() {
            guard try await say(sentence, take: take) else { return index }
        }
        return sentences.count
    }
}
