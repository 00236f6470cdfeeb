import AssistantCore
import Routing
import Synchronization
import Testing

@testable import Turns

@Suite("Conversation journal")
struct ConversationJournalTests {
    private let store = MemoryConversations()

    private func outcome(
        _ text: String, origin: Origin?, ending: TurnOutcome.Ending = .complete, draft: String = ""
    ) -> TurnOutcome {
        var outcome = TurnOutcome(ending, origin: origin, decision: RouteDecision(.draft, []))
        (outcome.text, outcome.model, outcome.confidence) = (text, "m", 0.5)
        (outcome.draft, outcome.draftTokens) = (draft, 1)
        return outcome
    }

    @Test("The first question makes a conversation and gives it its title; later ones join it")
    func join() async throws {
        let journal = ConversationJournal(store, now: { Timestamp(millisecondsSince1970: 1) })
        try await journal.question("  What is\nthe time?  ", mayLeave: true)
        try await journal.answer(outcome("Noon.", origin: .local), mayLeave: true)
        try await journal.question("And now?", mayLeave: true)
        #expect(store.titles == ["What is the time?"])
        #expect(store.texts == ["  What is\nthe time?  ", "Noon.", "And now?"])
        await journal.open()
        try await journal.question("Another thing", mayLeave: true)
        #expect(store.titles == ["What is the time?", "Another thing"])
    }

    @Test("A draft that was replaced is kept before the answer, as a draft; what was stopped is kept as stopped")
    func states() async throws {
        let journal = ConversationJournal(store, now: { Timestamp(millisecondsSince1970: 1) })
        try await journal.question("q", mayLeave: true)
        try await journal.answer(outcome("right", origin: .cloud, draft: "wrong"), mayLeave: true)
        try await journal.answer(outcome("half", origin: .local, ending: .stopped), mayLeave: true)
        try await journal.answer(outcome("", origin: nil, ending: .refused("why")), mayLeave: true)
        #expect(store.states == [.complete, .draft, .complete, .stopped])
        #expect(store.texts == ["q", "wrong", "right", "half"])
    }

    @Test("What may not leave is kept as that: question, draft and answer")
    func mayNotLeave() async throws {
        let journal = ConversationJournal(store, now: { Timestamp(millisecondsSince1970: 1) })
        try await journal.question("free", mayLeave: true)
        try await journal.answer(outcome("free, too", origin: .local), mayLeave: true)
        try await journal.question("bound", mayLeave: false)
        try await journal.answer(outcome("right", origin: .local, draft: "wrong"), mayLeave: false)
        #expect(store.mayLeave == [true, true, false, false, false])
    }

    @Test("A long question's title ends at a word, a long word's within it")
    func titles() {
        let title = ConversationJournal.title(for: String(repeating: "seven77 ", count: 20))
        #expect(title.count <= 62 && title.hasSuffix("seven77 …"))
        #expect(ConversationJournal.title(for: String(repeating: "a", count: 100)).count == 60)
    }
}

/// Conversations in memory.
private final class MemoryConversations: ConversationStore {
    struct Unused: Error {}

    private let state = Mutex<(titles: [String], messages: [NewMessage])>(([], []))

    var titles: [String] { state.withLock { $0.titles } }
    var texts: [String] { state.withLock { $0.messages.map(\.message.text) } }
    var mayLeave: [Bool] { state.withLock { $0.messages.map(\.message.mayLeave) } }
    var states: [MessageState] { state.withLock { $0.messages.map(\.state) } }

    func create(title: String, at now: Timestamp) async throws -> Conversation {
        let id = state.withLock {
            $0.titles.append(title)
            return Int64($0.titles.count)
        }
        return Conversation(
            id: ConversationID(id), title: title, createdAt: now, updatedAt: now, messageCount: 0)
    }

    func append(
        _ message: NewMessage, to conversation: ConversationID, at now: Timestamp
    ) async throws -> StoredMessage {
        let id = state.withLock {
            $0.messages.append(message)
            return Int64($0.messages.count)
        }
        return StoredMessage(
            id: MessageID(id), conversation: conversation, message: message.message, createdAt: now,
            state: message.state)
    }

    func conversations(titled title: String?, limit: Int, offset: Int) async throws -> [Conversation] { throw Unused() }
    func conversation(_ id: ConversationID) async throws -> Conversation? { throw Unused() }
    func messages(of conversation: ConversationID) async throws -> [StoredMessage] { throw Unused() }
    func rename(_ conversation: ConversationID, to title: String, at now: Timestamp) async throws { throw Unused() }
    func delete(_ conversation: ConversationID) async throws { throw Unused() }
    func deleteAll() async throws { throw Unused() }
    func search(_ query: String, limit: Int) async throws -> [SearchHit] { throw Unused() }
}
