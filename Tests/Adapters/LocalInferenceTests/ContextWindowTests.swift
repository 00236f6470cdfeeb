import AssistantCore
import Testing

@testable import LocalInference

@Suite("Context window")
struct ContextWindowTests {
    /// One token a character, and two around each message.
    private func encode(_ messages: [Message]) -> [Int32] {
        messages.flatMap { [1] + $0.text.unicodeScalars.map { Int32($0.value) } + [2] }
    }

    private func fit(
        _ messages: [Message], _ window: inout ContextWindow, capacity: Int = 100, comfortable: Int = 80
    ) throws -> ContextWindow.Fit {
        try window.fit(messages, capacity: capacity, comfortable: comfortable, encode: encode)
    }

    /// A system prompt of 8 characters and turns of 8 + 8 characters: 10 tokens a message.
    private func conversation(turns: Int) -> [Message] {
        let history = (0..<turns).flatMap { turn in
            [Message(.user, "question\(turn)".suffixed(8)), Message(.assistant, "answer\(turn)".suffixed(8))]
        }
        return [Message(.system, "be brief")] + history + [Message(.user, "the last")]
    }

    @Test("a conversation that fits is kept whole")
    func fits() throws {
        var window = ContextWindow()
        let messages = conversation(turns: 2)
        let fit = try fit(messages, &window)
        #expect(fit.messages == messages && fit.droppedMessages == 0)
        #expect(fit.tokens == encode(messages))
    }

    @Test("the oldest turns go first, the system prompt and the last message stay, and an answer never comes first")
    func cuts() throws {
        var window = ContextWindow()
        let messages = conversation(turns: 5)
        let fit = try fit(messages, &window)
        #expect(fit.droppedMessages > 0)
        #expect(fit.messages.first == messages.first && fit.messages.last == messages.last)
        #expect(fit.messages[1].role == .user)
        #expect(fit.tokens.count <= 60)
        #expect(fit.droppedMessages == messages.count - fit.messages.count)
        #expect(Array(fit.messages.dropFirst()) == Array(messages.suffix(fit.messages.count - 1)))
    }

    @Test("the turns after a cut begin where it left off, until it is full again")
    func keepsTheCut() throws {
        var window = ContextWindow()
        let first = try fit(conversation(turns: 5), &window)
        let second = try fit(conversation(turns: 6), &window)
        #expect(second.droppedMessages == first.droppedMessages)
        #expect(second.messages.starts(with: first.messages.dropLast()))
        var last = second
        for turns in 7...40 {
            last = try fit(conversation(turns: turns), &window)
            #expect(last.tokens.count <= 80)
        }
        #expect(last.droppedMessages > second.droppedMessages)
    }

    @Test("another conversation forgets the cut")
    func forgets() throws {
        var window = ContextWindow()
        _ = try fit(conversation(turns: 5), &window)
        let other = [Message(.system, "be brief"), Message(.user, "hello")]
        #expect(try fit(other, &window).messages == other)
        let short = try fit(conversation(turns: 2), &window)
        #expect(short.droppedMessages == 0)
    }

    @Test("a last message that leaves little room for an answer is kept as long as it fits")
    func uncomfortable() throws {
        var window = ContextWindow()
        let messages = [Message(.user, String(repeating: "x", count: 98))]
        #expect(try fit(messages, &window).tokens.count == 100)
    }

    @Test("a prompt that alone is too long is an error that says both numbers")
    func tooLong() throws {
        var window = ContextWindow()
        let messages = conversation(turns: 3) + [Message(.user, String(repeating: "x", count: 95))]
        #expect {
            try fit(messages, &window)
        } throws: {
            let error = $0 as? LocalInferenceError
            return error?.code == .promptTooLong && "\($0)".contains("107") && "\($0)".contains("100")
        }
    }

    @Test("no messages at all are no reason to fail")
    func empty() throws {
        var window = ContextWindow()
        #expect(try fit([], &window).messages.isEmpty)
    }
}

extension String {
    fileprivate func suffixed(_ count: Int) -> String {
        String(suffix(count))
    }
}
