import ChatUI
import Foundation

/// The conversation as labelled lines on the standard output, with lines of the standard input for keys.
struct PlainScreen {
    private enum Event: Sendable {
        case action(ChatAction)
        case line(String)
        case end
        /// Ctrl-C, or a polite kill.
        case interrupted
    }

    private struct Inbox: ActionInbox {
        let events: AsyncStream<Event>.Continuation

        func post(_ action: ChatAction) { events.yield(.action(action)) }
    }

    private struct JSONLine: Encodable {
        var event: String
        var text: String
    }

    let preferences: ScreenPreferences
    let isJSON: Bool

    /// Runs until the input ends or the person quits; an answer at work comes to its end first.
    func run(_ begin: (any ActionInbox) -> ChatConversation) async throws {
        let (stream, events) = AsyncStream<Event>.makeStream()
        let chat = begin(Inbox(events: events))
        Self.readLines(events)
        do {
            try await Interruption.handling {
                events.yield(.interrupted)
            } while: {
                try await serve(stream, chat) { hasAsked in
                    // What has been asked for is done and told before the last word.
                    Task {
                        if hasAsked { await chat.loaded() }
                        await chat.close()
                        events.finish()
                    }
                }
            }
        } catch is OutputClosed {
            // Nobody listens any more.
        }
        await chat.close()
        try chat.checkIsKept()
    }

    private func serve(
        _ stream: AsyncStream<Event>, _ chat: ChatConversation, end: (_ hasAsked: Bool) -> Void
    ) async throws {
        let start = ContinuousClock.now
        var conversation = PlainConversation(preferences: preferences)
        var questions: [String] = []
        var hasEnded = false
        var hasAsked = false
        for await event in stream {
            let now = start.duration(to: .now)
            var outcome: PlainConversation.Outcome = ([], [])
            switch event {
            case .action(let action): outcome = conversation.take(action, at: now)
            // A pipe brings all its questions at once; each waits for the answer before.
            case .line(let line)
            where (conversation.isAnswering || !questions.isEmpty)
                && !conversation.isUrgent(line, isTyped: Terminal.inputIsTerminal):
                questions.append(line)
            case .line(let line): outcome = conversation.take(line: line, at: now)
            case .interrupted where !conversation.isAnswering: return
            case .interrupted: outcome = conversation.take(line: "/stop", at: now)
            case .end: hasEnded = true
            }
            hasAsked = hasAsked || !outcome.effects.isEmpty
            if try finish(outcome, chat) { return }
            while !conversation.isAnswering, !questions.isEmpty {
                if try finish(conversation.take(line: questions.removeFirst(), at: now), chat) { return }
            }
            if hasEnded, !conversation.isAnswering {
                hasEnded = false
                end(hasAsked)
            }
        }
    }

    /// Says what there is to say and carries the rest out. Returns whether the person quits.
    private func finish(_ outcome: PlainConversation.Outcome, _ chat: ChatConversation) throws -> Bool {
        for line in outcome.lines {
            if isJSON {
                try JSONLines.write(JSONLine(event: line.label.rawValue, text: line.text))
            } else {
                try Terminal.writeLine("\(line.label.rawValue): \(line.text)")
            }
        }
        for effect in outcome.effects {
            if effect == .quit { return true }
            chat.perform(effect)
        }
        return false
    }

    /// Reads on a thread of its own: it blocks for as long as the person is silent.
    private static func readLines(_ events: AsyncStream<Event>.Continuation) {
        Thread.detachNewThread {
            while let line = readLine() { events.yield(.line(line)) }
            events.yield(.end)
        }
    }
}
