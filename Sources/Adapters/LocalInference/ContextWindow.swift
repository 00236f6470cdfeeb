internal import AssistantCore

/// Which part of a conversation fits the context: the system prompt always, then the latest messages.
///
/// It remembers where it cut, so that the turns after a cut keep the same beginning and find it in the KV cache, and it
/// cuts down to three quarters, so that not every turn has to cut. Pure.
struct ContextWindow {
    /// Messages that the last cut left out, and what stood first after them.
    private var lastCut: (dropped: Int, next: Message)?

    struct Fit: Equatable {
        var messages: [Message]
        var tokens: [Int32]
        var droppedMessages: Int
        /// Whether more was left out than the time before.
        var isNewCut: Bool
    }

    /// Finds the messages to prompt with.
    ///
    /// - Parameters:
    ///   - capacity: tokens the prompt may have at most (≥ 1).
    ///   - comfortable: tokens the prompt should have at most, with room for an answer (≤ capacity). The last message is kept even
    ///     where it does not fit this.
    ///   - encode: puts messages through the chat template and the tokenizer.
    /// - Throws: ``LocalInferenceError/Code/promptTooLong`` where the system prompt and the last message alone exceed `capacity`.
    mutating func fit(
        _ messages: [Message], capacity: Int, comfortable: Int, encode: ([Message]) throws -> [Int32]
    ) throws -> Fit {
        let pinned = messages.prefix { $0.role == .system }
        let turns = messages.dropFirst(pinned.count)
        let before = rememberedCut(in: turns)
        var dropped = before
        func attempt() throws -> [Int32] { try encode(pinned + turns.dropFirst(dropped)) }

        var tokens = try attempt()
        if tokens.count > comfortable {
            let target = comfortable - comfortable / 4
            while tokens.count > target, let next = Self.nextCut(in: turns, after: dropped) {
                dropped = next
                tokens = try attempt()
            }
        }
        guard tokens.count <= capacity else {
            throw LocalInferenceError(
                .promptTooLong,
                "The prompt takes \(tokens.count) tokens, but at most \(capacity) fit the context. Shorten it.")
        }
        lastCut = dropped > 0 ? turns.dropFirst(dropped).first.map { (dropped, $0) } : nil
        return Fit(
            messages: pinned + turns.dropFirst(dropped), tokens: tokens, droppedMessages: dropped,
            isNewCut: dropped > before)
    }

    /// The last cut, if this is still the same conversation.
    private func rememberedCut(in turns: ArraySlice<Message>) -> Int {
        guard let lastCut, turns.count > lastCut.dropped, turns.dropFirst(lastCut.dropped).first == lastCut.next
        else { return 0 }
        return lastCut.dropped
    }

    /// The next place a conversation may begin at: a message of the user, the last message at the latest.
    private static func nextCut(in turns: ArraySlice<Message>, after dropped: Int) -> Int? {
        guard dropped + 1 < turns.count else { return nil }
        let candidates = (dropped + 1)..<turns.count
        return candidates.first { turns[turns.startIndex + $0].role == .user } ?? turns.count - 1
    }
}
