import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Opening a store")
struct OpeningTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("missing directories are made for the owner alone, and so is every file in them")
    func permissions() async throws {
        let path = directory.file("a/b")
        let store = try DatabaseStore(directory: path, at: .at(0))
        _ = try await store.conversations.create(title: "t", at: .at(0))
        #expect(store.isDurable && store.warnings.isEmpty)
        #expect(try directory.mode("a") == 0o700)
        #expect(try directory.mode("a/b") == 0o700)
        let files = try FileManager.default.contentsOfDirectory(atPath: path)
        #expect(Set(files).isSuperset(of: ["brim.sqlite", "brim.sqlite-wal", "brim.lock", "device.key"]), "\(files)")
        for file in files { #expect(try directory.mode("a/b/\(file)") == 0o600, "\(file)") }
    }

    @Test("a database that others could read is closed to them")
    func tightens() throws {
        _ = try DatabaseStore.open(directory)
        try FileManager.default.setAttributes([.posixPermissions: 0o666], ofItemAtPath: directory.file("brim.sqlite"))
        #expect(try DatabaseStore.open(directory).isDurable)
        #expect(try directory.mode("brim.sqlite") == 0o600)
    }

    @Test("a pipe in the place of the database is never waited for", .timeLimit(.minutes(10)))
    func pipes() throws {
        for name in ["brim.sqlite", "device.key"] {
            let place = try TemporaryDirectory()
            #expect(unsafe mkfifo(place.file(name), 0o600) == 0)
            let store = try DatabaseStore.open(place)
            #expect(!store.isDurable, "\(name)")
            #expect(!store.warnings.isEmpty, "\(name)")
        }
    }

    @Test("a directory that others may write into is left alone and said")
    func exposedDirectory() throws {
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: directory.path)
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable)
        #expect(store.warnings.map(\.kind) == [.exposedDirectory])
        #expect(try directory.mode("") == 0o777)
    }

    @Test("commits are synced in full and the log is write-ahead")
    func durabilitySettings() async throws {
        let store = try DatabaseStore.open(directory)
        let settings = try await store.audit.access.write { database in
            try ["synchronous", "journal_mode", "foreign_keys", "secure_delete"].map {
                try String.fetchOne(database, sql: "PRAGMA \($0)")
            }
        }
        #expect(settings == ["2", "wal", "1", "1"])
    }

    @Test(
        "a path that cannot hold a database gives a store in memory and a reason",
        arguments: ["file", "file/below", "link", "directory"])
    func impossiblePlaces(place: String) async throws {
        try Data("x".utf8).write(to: URL(fileURLWithPath: directory.file("file")))
        var path = directory.file(place)
        switch place {
        case "link":
            path = directory.file("real")
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            try FileManager.default.createSymbolicLink(
                atPath: path + "/brim.sqlite", withDestinationPath: directory.file("file"))
        case "directory":
            try FileManager.default.createDirectory(atPath: path + "/brim.sqlite", withIntermediateDirectories: true)
        default: break
        }
        let store = try DatabaseStore(directory: path, at: .at(0))
        #expect(!store.isDurable)
        #expect(store.warnings.map(\.kind) == [.notWritable], "\(store.warnings)")
        let conversation = try await store.conversations.create(title: "t", at: .at(0))
        #expect(try await store.conversations.conversation(conversation.id) != nil)
        #expect(try Data(contentsOf: URL(fileURLWithPath: directory.file("file"))) == Data("x".utf8))
    }

    @Test("two stores on one directory see each other's changes at once")
    func twoStores() async throws {
        let (one, other) = (try DatabaseStore.open(directory), try DatabaseStore.open(directory))
        let conversation = try await one.conversations.create(title: "t", at: .at(0))
        try await other.conversations.append(NewMessage(Message(.user, "x")), to: conversation.id, at: .at(1))
        #expect(try await one.conversations.messages(of: conversation.id).count == 1)
        for index in 0..<20 {
            let store = index.isMultiple(of: 2) ? one : other
            try await store.audit.append(AuditEvent(.refusal, reason: "\(index)", subject: ""), at: .at(0))
        }
        #expect(try await one.audit.verify().goodEntries == 20)
    }

    @Test("many that open a new directory at once all get the same database and key")
    func simultaneousOpening() async throws {
        let path = directory.path
        let keys = try await withThrowingTaskGroup(of: String?.self) { group in
            for _ in 0..<6 {
                group.addTask {
                    let store = try DatabaseStore(directory: path, at: .at(0))
                    return store.isDurable ? store.audit.publicKey : nil
                }
            }
            return try await group.reduce(into: Set()) { $0.insert($1) }
        }
        #expect(keys.count == 1 && !keys.contains(nil))
    }

    @Test("a database that another program keeps locked is an error after the busy time-out, and nothing is lost")
    func locked() async throws {
        let file = DatabaseFile(directory: StoreDirectory(path: directory.path)) {
            try $0.execute(sql: "PRAGMA busy_timeout = 50")
        }
        let store = try DatabaseStore(file: file, at: .at(0))
        let conversation = try await store.conversations.create(title: "t", at: .at(0))
        var configuration = Configuration()
        configuration.allowsUnsafeTransactions = true
        let blocker = try DatabaseQueue(path: directory.file("brim.sqlite"), configuration: configuration)
        try blocker.inDatabase { try $0.execute(sql: "BEGIN IMMEDIATE") }
        let error = try await storeError {
            try await store.conversations.rename(conversation.id, to: "x", at: .at(1))
        }
        #expect(error.code == .busy)
        #expect(try await store.conversations.conversation(conversation.id)?.title == "t", "reading goes on")
        try blocker.inDatabase { try $0.execute(sql: "ROLLBACK") }
        try await store.conversations.rename(conversation.id, to: "x", at: .at(2))
        #expect(store.isDurable)
    }

    @Test("a store in memory keeps everything to itself")
    func inMemory() async throws {
        let store = try DatabaseStore.inMemory()
        #expect(!store.isDurable && store.warnings.isEmpty)
        let conversation = try await store.conversations.create(title: "t", at: .at(0))
        try await store.conversations.append(NewMessage(Message(.user, "words")), to: conversation.id, at: .at(0))
        #expect(try await store.conversations.search("words", limit: 1).count == 1)
        let error = try await storeError {
            try await store.conversations.append(NewMessage(Message(.user, "x")), to: ConversationID(9), at: .at(0))
        }
        #expect(error.code == .notFound)
        let durability = try await storeError { try store.requireDurable() }
        #expect(durability.code == .notDurable)
    }
}
