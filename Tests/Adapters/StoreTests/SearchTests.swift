import AssistantCore
import GRDB
import Testing

@testable import Store

@Suite("Full-text search")
struct SearchTests {
    let directory: TemporaryDirectory
    let store: DatabaseStore

    init() throws {
        directory = try TemporaryDirectory()
        store = try .open(directory)
    }

    private func say(_ texts: String..., in title: String = "t") async throws {
        let conversation = try await store.conversations.create(title: title, at: .at(0))
        for text in texts {
            try await store.conversations.append(NewMessage(Message(.user, text)), to: conversation.id, at: .at(1))
        }
    }

    private func found(_ query: String) async throws -> [String] {
        try await store.conversations.search(query, limit: 10).map { $0.excerpt.map(\.text).joined() }.sorted()
    }

    @Test("every word must be there, as a prefix, whatever the case and the accents")
    func words() async throws {
        try await say("Crème brûlée for four", "cream cheese", "Four cheeses")
        #expect(try await found("creme") == ["Crème brûlée for four"])
        #expect(try await found("CHEES") == ["Four cheeses", "cream cheese"])
        #expect(try await found("cheese four") == ["Four cheeses"])
        #expect(try await found("absent").isEmpty)
    }

    @Test("nothing that a person types is an error")
    func hostile() async throws {
        try await say("harmless")
        let queries = [
            "", " ", "\"", "\"\"\"", "*", "a*", "NEAR(", "text:", "-x", "^a", "(", "a OR", "AND", "NOT", "{", "\0",
            "é\u{301}",
            "'; DROP TABLE message; --", "🧵", "+", "a\"b", "\u{202E}", String(repeating: "w ", count: 5_000),
            String(repeating: "w", count: 50_000),
        ]
        for query in queries { _ = try await store.conversations.search(query, limit: 10) }
        #expect(try await found("harmless") == ["harmless"])
    }

    @Test("operators of the query language are words like others")
    func operators() async throws {
        try await say("cats or dogs", "cats near dogs", "cats")
        #expect(try await found("cats OR dogs") == ["cats or dogs"])
        #expect(try await found("NEAR cats") == ["cats near dogs"])
    }

    @Test("a hit says where it is and marks what matched")
    func hit() async throws {
        let long = String(repeating: "filler ", count: 40)
        try await say("\(long)the needle \(long)", in: "haystack")
        let hit = try #require(try await store.conversations.search("needl", limit: 10).first)
        #expect(hit.title == "haystack")
        #expect(hit.role == .user)
        #expect(hit.excerpt.filter(\.isMatch).map(\.text) == ["needle"])
        #expect(hit.excerpt.map(\.text).joined().count < 200)
    }

    @Test(
        "a damaged index of words is made again from the messages, at once or at the next start",
        arguments: ["id > 10", "id = 10"])
    func damagedIndex(where condition: String) async throws {
        try await say("alpha beta")
        try directory.sqlite {
            try $0.execute(sql: "UPDATE messageWord_data SET block = x'FFFFFFFFFFFFFFFFFFFFFFFF' WHERE \(condition)")
        }
        let reopened = try DatabaseStore.open(directory)
        #expect(try await reopened.conversations.search("alpha", limit: 10).count == 1)
        let next = try DatabaseStore.open(directory)
        #expect(next.isDurable)
        #expect(try await next.conversations.search("alpha", limit: 10).count == 1)
        #expect(next.isDurable)
    }
}
