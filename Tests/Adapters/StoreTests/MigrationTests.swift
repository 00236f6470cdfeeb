import AssistantCore
import GRDB
import Testing

@testable import Store

@Suite("Migrations")
struct MigrationTests {
    /// What a database holds after each step, as a Brim of that time would have written it.
    private static let data: [String: String] = [
        "1 conversations": """
        INSERT INTO conversation VALUES (1, 'old', 1, 2);
        INSERT INTO message (id, conversation, role, text, createdAt, state)
        VALUES (1, 1, 'user', 'ancient words', 1, 'complete');
        INSERT INTO message (id, conversation, role, text, createdAt, state, origin, model, figures, signals)
        VALUES (2, 1, 'assistant', 'reply', 2, 'complete', 'local', 'm', '{"confidence":0.5}', '[1.5]')
        """,
        "2 answer cache": """
        INSERT INTO answer
        VALUES (1, x'0102030405060708', 'p', 'a', 'local', 'm', '{}', 1, 1, 9000000000000, 1, 1, 0, 10)
        """,
        "3 spending": """
        INSERT INTO charge (id, state, reservedAt, worstCaseMicroUSD, chargedMicroUSD, model, device, team)
        VALUES (1, 'reserved', 5, 30, 30, 'm', 'd', 't')
        """,
        "4 audit and consent": """
        INSERT INTO consent VALUES (1, 'cloud', 1, 'screen', 5)
        """,
        "5 labels and metrics": """
        INSERT INTO label VALUES (2, 'right', 5);
        INSERT INTO turn (id, startedAt, route) VALUES (1, 5, 'local')
        """,
        "6 turn health": """
        UPDATE turn SET health = '{"celsius":61.5,"throttling":4}' WHERE id = 1
        """,
        "7 losses and attempts": """
        INSERT INTO pinFailure VALUES (1, 2, 5)
        """,
        "8 messages that stay": """
        UPDATE message SET mayLeave = 1 WHERE id = 2
        """,
        "9 endings and tokens": """
        UPDATE turn SET reason = 'unsure', ending = 'broken', isUnsure = 1 WHERE id = 1
        """,
    ]

    @Test(
        "a database of every earlier version is brought up to date with all it held",
        arguments: Schema.identifiers.indices)
    func everyVersion(last: Int) async throws {
        let directory = try TemporaryDirectory()
        let steps = Schema.identifiers[...last]
        try Self.write(steps: Array(steps), into: directory)
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable)
        #expect(store.warnings.isEmpty)
        let messages = try await store.conversations.messages(of: ConversationID(1))
        #expect(messages.map(\.message.text) == ["ancient words", "reply"])
        #expect(messages.last?.figures?.confidence == 0.5)
        // Of what an earlier Brim kept nobody knows whether it was said under local-only.
        #expect(messages.map(\.message.mayLeave) == [false, last >= 7])
        #expect(try await store.conversations.search("ancient", limit: 1).count == 1)
        // Cached answers of earlier versions do not know their conversations, and would outlive them.
        #expect(try await store.cache.statistics().entries == (last >= 6 ? 1 : 0))
        let total = try await store.spending.total(of: .team("t"), since: Timestamp(millisecondsSince1970: 0))
        #expect(total.reservedMicroUSD == (last >= 2 ? 30 : 0))
        #expect(try await store.consent.consent(to: "cloud")?.isGranted == (last >= 3 ? true : nil))
        #expect(try await store.labels.label(of: MessageID(2)) == (last >= 4 ? .right : nil))
        #expect(try await store.metrics.turns(limit: 5).count == (last >= 4 ? 1 : 0))
        #expect(try await store.metrics.turns(limit: 5).first?.health?.throttling == (last >= 5 ? .throttled : nil))
        #expect(try await store.metrics.turns(limit: 5).first?.ending == (last >= 8 ? .broken : nil))
        try await store.audit.append(AuditEvent(.settings, reason: "r", subject: "s"), at: .at(0))
        #expect(try await store.audit.verify().isIntact)
    }

    private static func write(steps: [String], into directory: TemporaryDirectory) throws {
        let queue = try DatabaseQueue(path: directory.file("brim.sqlite"))
        try Schema.migrator.migrate(queue, upTo: #require(steps.last))
        try queue.write { database in
            for step in steps { try database.execute(sql: #require(data[step])) }
        }
    }

    @Test("a database of a later Brim is left as it is, read as far as it can be, and said")
    func newer() async throws {
        let directory = try TemporaryDirectory()
        let conversation = try await DatabaseStore.open(directory).conversations.create(title: "kept", at: .at(0))
        try directory.sqlite {
            try $0.execute(
                sql: """
                    INSERT INTO grdb_migrations VALUES ('99 telepathy');
                    ALTER TABLE message ADD COLUMN thought TEXT;
                    INSERT INTO message (conversation, role, text, createdAt, state, thought)
                    VALUES (1, 'user', 'words', 1, 'complete', 'hm')
                    """)
        }
        let store = try DatabaseStore.open(directory)
        #expect(!store.isDurable)
        #expect(store.warnings.map(\.kind) == [.newerSchema])
        #expect(store.warnings.first?.description.contains("99 telepathy") == true)
        #expect(throws: StoreError.self) { try store.requireDurable() }
        #expect(try await store.conversations.messages(of: conversation.id).map(\.message.text) == ["words"])
        try await store.conversations.append(NewMessage(Message(.user, "new")), to: conversation.id, at: .at(1))
        #expect(try directory.sqlite { try Int.fetchOne($0, sql: "SELECT count(*) FROM message") } == 1)
        #expect(try directory.names.filter { $0.contains("corrupt") }.isEmpty)
    }
}
