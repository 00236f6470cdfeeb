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
        /// How many of the oldest messages (the system prompt aside) are left out.
        var droppedMessages: Int
    }

    /// Finds the messages to prompt with.
    ///
    /// - Parameters:
    ///   - capacity: tokens the prompt may have at most (≥ 1).
    ///   - comfortable: tokens the prompt should have at most, with room for an answer (≤ capacity). The last message
    ///     is kept even where it does not fit this.
    ///   - encode: puts messages through the chat template and the tokenizer.
    /// - Throws: ``LocalInferenceError/Code/promptTooLong`` where the system prompt and the last message alone exceed
    ///   `capacity`.
    mutating func fit(
        _ messages: [Message], capacity: Int, comfortable: Int, encode: ([Message]) throws -> [Int32]
    ) throws -> Fit {
        let system = Array(messages.prefix { $0.role == .system })
        let turns = Array(messages.dropFirst(system.count))
        var dropped = rememberedCut(in: turns)
        var tokens = try encode(system + turns.dropFirst(dropped))
        if tokens.count > comfortable {
            let target = comfortable - comfortable / 4
            while tokens.count > target, let next = Self.nextCut(in: turns, after: dropped) {
                dropped = next
                tokens = try encode(system + turns.dropFirst(dropped))
            }
        }
        guard tokens.count <= capacity else {
            throw LocalInferenceError.promptTooLong(tokens.count, capacity: capacity)
        }
        lastCut = dropped > 0 ? (dropped, turns[dropped]) : nil
        return Fit(messages: system + turns.dropFirst(dropped), tokens: tokens, droppedMessages: dropped)
    }

    /// The last cut, if this is still the same conversation.
    private func rememberedCut(in turns: [Message]) -> Int {
        guard let lastCut, turns.count > lastCut.dropped, turns[lastCut.dropped] == lastCut.next else { return 0 }
        return lastCut.dropped
    }

    /// The next place a conversation may begin at: a message of the user, the last message at the latest.
    private static func nextCut(in turns: [Message], after dropped: Int) -> Int? {
        let last = turns.count - 1
        guard dropped < last else { return nil }
        return ((dropped + 1)...last).first { turns[$0].role == .user } ?? last
    }
}
