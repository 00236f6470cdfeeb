import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Conversations")
struct ConversationTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory)
    }

    @Test("a conversation comes back as it was, in order, after the store was closed")
    func resume() async throws {
        let figures = AnswerFigures(
            promptTokens: 12, generatedTokens: 34, timeToFirstToken: .microseconds(81_234), duration: .seconds(3),
            tokensPerSecond: 11.5, confidence: 0.83, costMicroUSD: 7, reason: "conf 0.41 < 0.80")
        let conversation = try await store.conversations.create(title: "Paella", at: .at(0))
        let question = NewMessage(Message(.user, "How much saffron?\n\u{1B}[31m 日本 👩‍👩‍👧"))
        let draft = NewMessage(Message(.assistant, "Some."), state: .draft, origin: .local, model: "smol")
        let answer = NewMessage(
            Message(.assistant, "A pinch."), origin: .cloud, model: "nemotron", figures: figures, signals: [0.5])
        for (index, message) in [question, draft, answer].enumerated() {
            try await store.conversations.append(message, to: conversation.id, at: .at(Int64(index + 1)))
        }

        let reopened = try DatabaseStore.open(directory)
        let messages = try await reopened.conversations.messages(of: conversation.id)
        #expect(messages.map(\.message) == [question, draft, answer].map(\.message))
        #expect(messages.map(\.state) == [.complete, .draft, .complete])
        #expect(messages.map(\.origin) == [nil, .local, .cloud])
        #expect(messages.map(\.model) == [nil, "smol", "nemotron"])
        #expect(messages.map(\.figures) == [nil, nil, figures])
        #expect(messages.map(\.createdAt) == [.at(1), .at(2), .at(3)])
        let listed = try await reopened.conversations.conversation(conversation.id)
        #expect(
            listed
                == Conversation(
                    id: conversation.id, title: "Paella", createdAt: .at(0), updatedAt: .at(3), messageCount: 3))
    }

    @Test("a zero byte ends nothing: what comes after it is kept, here and in the audit log")
    func zeroBytes() async throws {
        let conversation = try await store.conversations.create(title: "a\0b", at: .at(0))
        #expect(conversation.title == "a\u{FFFD}b")
        let stored = try await store.conversations.append(
            NewMessage(Message(.user, "be\0fore")), to: conversation.id, at: .at(1))
        #expect(stored.message.text == "be\u{FFFD}fore")
        #expect(try await store.conversations.messages(of: conversation.id) == [stored])
        try await store.audit.append(AuditEvent(.refusal, reason: "r\0s", subject: "s\0t"), at: .at(1))
        #expect(try await store.audit.verify().isIntact)
        try await store.cache.put(
            .test("an\0swer"), to: .test("q\0"), from: nil, timeToLive: .seconds(9), at: .at(0))
        #expect(try await store.cache.answer(to: .test("q\0"), at: .at(1))?.answer.text == "an\u{FFFD}swer")
    }

    @Test("a figure that is not a number costs the figure, not the message")
    func nonFiniteFigures() async throws {
        let conversation = try await store.conversations.create(title: "", at: .at(0))
        let figures = AnswerFigures(generatedTokens: 1, tokensPerSecond: .infinity, confidence: .nan)
        let message = NewMessage(
            Message(.assistant, "x"), origin: .local, figures: figures, signals: [.nan])
        try await store.conversations.append(message, to: conversation.id, at: .at(1))
        let kept = try await store.conversations.messages(of: conversation.id)
        #expect(kept.map(\.figures) == [AnswerFigures(generatedTokens: 1)])
    }

    @Test("the list is ordered by the last change, filtered by title and paged")
    func list() async throws {
        for (index, title) in ["Alpha", "beta", "ALPINE", "100%"].enumerated() {
            _ = try await store.conversations.create(title: title, at: .at(Int64(index)))
        }
        func titles(_ filter: String?, limit: Int = 10, offset: Int = 0) async throws -> [String] {
            try await store.conversations.conversations(titled: filter, limit: limit, offset: offset).map(\.title)
        }
        #expect(try await titles(nil) == ["100%", "ALPINE", "beta", "Alpha"])
        #expect(try await titles("alp") == ["ALPINE", "Alpha"])
        #expect(try await titles("%") == ["100%"])
        #expect(try await titles(nil, limit: 2, offset: 1) == ["ALPINE", "beta"])
        #expect(try await titles(nil, limit: -1, offset: -1) == [])
        let last = try await store.conversations.conversations(titled: "Alpha", limit: 1, offset: 0)[0]
        try await store.conversations.rename(last.id, to: "Omega", at: .at(9))
        #expect(try await titles(nil, limit: 2) == ["Omega", "100%"])
    }

    @Test("what is not there cannot be added to or renamed, and deleting it is no error")
    func absent() async throws {
        let absent = ConversationID(42)
        let append = try await storeError {
            try await store.conversations.append(NewMessage(Message(.user, "x")), to: absent, at: .at(0))
        }
        #expect(append.code == .notFound)
        let rename = try await storeError { try await store.conversations.rename(absent, to: "x", at: .at(0)) }
        #expect(rename.code == .notFound)
        try await store.conversations.delete(absent)
        #expect(try await store.conversations.conversation(absent) == nil)
        #expect(try await store.conversations.messages(of: absent).isEmpty)
    }

    @Test("the number of a deleted conversation is not given to another")
    func numbersAreNotReused() async throws {
        let first = try await store.conversations.create(title: "a", at: .at(0))
        try await store.conversations.delete(first.id)
        let second = try await store.conversations.create(title: "b", at: .at(0))
        #expect(second.id.rawValue > first.id.rawValue)
    }

    @Test("deleting a conversation removes its words from the disk, its labels and its cached answers")
    func deleteLeavesNothing() async throws {
        let secret = "xylophonist7"
        let kept = try await store.conversations.create(title: "kept", at: .at(0))
        try await store.conversations.append(NewMessage(Message(.user, "plain words")), to: kept.id, at: .at(0))
        let gone = try await store.conversations.create(title: "about \(secret)", at: .at(0))
        let answer = try await store.conversations.append(
            NewMessage(Message(.assistant, "the \(secret) plays"), origin: .local), to: gone.id, at: .at(1))
        try await store.labels.label(answer.id, as: .right, at: .at(2))
        try await store.cache.put(
            .test("again the \(secret)"), to: .test("who is the \(secret)?"), from: gone.id,
            timeToLive: .seconds(60), at: .at(2))
        #expect(try directory.bytesOnDisk().range(of: Data(secret.utf8)) != nil)

        try await store.conversations.delete(gone.id)

        #expect(try directory.bytesOnDisk().range(of: Data(secret.utf8)) == nil)
        #expect(try await store.labels.labelledAnswers().isEmpty)
        #expect(try await store.cache.statistics().entries == 0)
        #expect(try await store.conversations.search("plain", limit: 5).map(\.conversation) == [kept.id])
    }

    @Test("what may not leave is kept as that, and none of it is found on the disk once its conversation is deleted")
    func mayNotLeave() async throws {
        let conversation = try await store.conversations.create(title: "locked", at: .at(0))
        let sentences = (1...50).map { "Under the lock \($0) said a heron\($0 * 7919)." }
        for (index, sentence) in sentences.enumerated() {
            try await store.conversations.append(
                NewMessage(Message(.user, sentence, mayLeave: index % 5 == 0)), to: conversation.id, at: .at(1))
        }
        let reopened = try DatabaseStore.open(directory)
        let messages = try await reopened.conversations.messages(of: conversation.id)
        #expect(messages.map(\.message.text) == sentences)
        #expect(messages.map(\.message.mayLeave) == sentences.indices.map { $0 % 5 == 0 })
        let before = try directory.bytesOnDisk()
        #expect(sentences.allSatisfy { before.range(of: Data($0.utf8)) != nil })

        try await reopened.conversations.delete(conversation.id)

        let files = try directory.names.map { try Data(contentsOf: URL(fileURLWithPath: directory.file($0))) }
        for sentence in sentences {
            #expect(files.allSatisfy { $0.range(of: Data(sentence.utf8)) == nil }, "\(sentence)")
        }
    }

    @Test("deleting all leaves no conversation and no word")
    func deleteAll() async throws {
        for title in ["a", "b"] {
            let conversation = try await store.conversations.create(title: title, at: .at(0))
            try await store.conversations.append(
                NewMessage(Message(.user, "quixotic")), to: conversation.id, at: .at(0))
        }
        try await store.conversations.deleteAll()
        #expect(try await store.conversations.conversations(titled: nil, limit: 10, offset: 0).isEmpty)
        #expect(try await store.conversations.search("quixotic", limit: 10).isEmpty)
        #expect(try directory.bytesOnDisk().range(of: Data("quixotic".utf8)) == nil)
    }

    @Test("a message that a cancelled task adds is kept all the same")
    func cancelledTask() async throws {
        let conversation = try await store.conversations.create(title: "c", at: .at(0))
        let conversations = store.conversations
        let task = Task {
            unsafe withUnsafeCurrentTask { unsafe $0?.cancel() }
            try await conversations.append(NewMessage(Message(.user, "kept")), to: conversation.id, at: .at(1))
            return Task.isCancelled
        }
        #expect(try await task.value)
        #expect(try await store.conversations.messages(of: conversation.id).map(\.message.text) == ["kept"])
    }

    @Test("a damaged row is an error with a sentence, not a crash")
    func damagedRow() async throws {
        let conversation = try await store.conversations.create(title: "c", at: .at(0))
        try await store.conversations.append(NewMessage(Message(.user, "x")), to: conversation.id, at: .at(1))
        for damage in ["role = 'robot'", "state = ''", "origin = 'mars'", "figures = '{'"] {
            try directory.sqlite { try $0.execute(sql: "UPDATE message SET \(damage)") }
            let error = try await storeError { _ = try await store.conversations.messages(of: conversation.id) }
            #expect(error.code == .damagedRecord)
            try directory.sqlite {
                try $0.execute(
                    sql: "UPDATE message SET role = 'user', state = 'complete', origin = NULL, figures = NULL")
            }
        }
        #expect(store.isDurable)
    }
}
