import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

/// A database that was damaged or taken away is no clean sheet.
@Suite("Losses")
struct LossTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private static let cap = SpendingCap(since: .at(0), limitMicroUSD: 1_000)
    private static let request = SpendingRequest(worstCaseMicroUSD: 1, model: "m", device: "d")

    /// Fifty-one audit entries and a budget that is used up.
    private func fill() async throws {
        let store = try DatabaseStore.open(directory)
        for index in 0..<51 {
            try await store.audit.append(AuditEvent(.escalation, reason: "entry \(index)", subject: "m"), at: .at(1))
        }
        let all = SpendingRequest(worstCaseMicroUSD: 1_000, model: "m", device: "d")
        _ = try await store.spending.reserve(all, within: [Self.cap], at: .at(1))
        // Pages of its own, so that there is something between them to damage.
        let conversation = try await store.conversations.create(title: "t", at: .at(0)).id
        for index in 0..<40 {
            let text = "message \(index) " + String(repeating: "lorem ", count: 300)
            try await store.conversations.append(NewMessage(Message(.user, text)), to: conversation, at: .at(1))
        }
    }

    /// Writes over the pages that hold one of the texts.
    private func damage(_ texts: String...) throws {
        try directory.sqlite { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        let file = URL(fileURLWithPath: directory.file("brim.sqlite"))
        var bytes = try Data(contentsOf: file)
        for text in texts {
            let found = try #require(bytes.range(of: Data(text.utf8)), "\(text)")
            let page = found.lowerBound / 4_096 * 4_096
            bytes.replaceSubrange(page..<page + 4_096, with: Data(repeating: 0xA5, count: 4_096))
        }
        try bytes.write(to: file)
    }

    /// The page on which a table begins.
    private func damage(root table: String) throws {
        let page = try directory.sqlite { database in
            try database.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)")
            return try Int.fetchOne(
                database, sql: "SELECT rootpage FROM sqlite_master WHERE name = ?", arguments: [table])
        }
        let file = URL(fileURLWithPath: directory.file("brim.sqlite"))
        var bytes = try Data(contentsOf: file)
        let start = (try #require(page) - 1) * 4_096
        bytes.replaceSubrange(start..<start + 4_096, with: Data(repeating: 0xA5, count: 4_096))
        try bytes.write(to: file)
    }

    @Test("damage elsewhere leaves the audit log whole: its chain and earlier checkpoints go on")
    func elsewhere() async throws {
        try await fill()
        let checkpoint = try await DatabaseStore.open(directory).audit.checkpoint(at: .at(2))
        try damage("message 20 lorem")
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable && store.warnings.map(\.kind) == [.corrupt])
        let found = try await store.audit.verify(checkpoint: checkpoint)
        #expect(found.isIntact && found.goodEntries == 52 && found.losses.isEmpty, "\(found)")
        #expect(
            try await store.spending.reserve(Self.request, within: [Self.cap], at: .at(3))
                == .refused(Self.cap, chargedMicroUSD: 1_000))
    }

    @Test("entries that cannot be read are said to be missing, and how many, until the operator acknowledges it")
    func auditDamaged() async throws {
        try await fill()
        try damage("entry 50")
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable && store.warnings.map(\.kind) == [.corrupt, .loss])
        let found = try await store.audit.verify()
        #expect(!found.isIntact && found.flaw == nil, "\(found)")
        let kept = found.goodEntries - 1
        #expect(kept < 51 && found.losses.map(\.entry) == [kept + 1])
        let missing = 51 - kept
        #expect(
            found.description.contains(missing == 1 ? "1 entry is missing" : "\(missing) entries are missing"),
            "\(found)")
        #expect(try DatabaseStore.open(directory).warnings.map(\.kind) == [.loss])
        #expect(try await store.audit.acknowledgeLosses(at: .at(5)))
        #expect(try await store.audit.acknowledgeLosses(at: .at(6)) == false)
        let after = try await store.audit.verify()
        #expect(after.isIntact && after.description.contains("missing") && after.description.contains("operator knows"))
        #expect(try DatabaseStore.open(directory).warnings.isEmpty)
    }

    @Test("spending that cannot be read counts as spent in every period that it falls in, until it is acknowledged")
    func spendingDamaged() async throws {
        try await fill()
        try damage(root: "charge")
        let store = try DatabaseStore(directory: directory.path, at: .at(100))
        #expect(store.isDurable && store.warnings.map(\.kind) == [.corrupt, .loss])
        #expect(
            try await store.spending.reserve(Self.request, within: [Self.cap], at: .at(101)) == .unreadable(Self.cap))
        let error = try await storeError { _ = try await store.spending.total(of: .everything, since: .at(0)) }
        #expect(error.description.contains("brim audit verify"))
        #expect(try await store.audit.verify().description.contains("counts as spent"))
        // What was spent before lies in no period that began after.
        let later = SpendingCap(since: .at(101), limitMicroUSD: 1_000)
        guard case .reserved = try await store.spending.reserve(Self.request, within: [later], at: .at(102)) else {
            Issue.record("a later period is barred")
            return
        }
        // A restart changes nothing; the operator's word does.
        let next = try DatabaseStore(directory: directory.path, at: .at(103))
        #expect(
            try await next.spending.reserve(Self.request, within: [Self.cap], at: .at(104)) == .unreadable(Self.cap))
        #expect(try await next.audit.acknowledgeLosses(at: .at(105)))
        guard case .reserved = try await next.spending.reserve(Self.request, within: [Self.cap], at: .at(106)) else {
            Issue.record("the acknowledgement changed nothing")
            return
        }
    }

    @Test(
        "a database that was removed, emptied or replaced by another is missing, log and spending with it",
        arguments: ["removed", "emptied", "one byte", "replaced"])
    func gone(how: String) async throws {
        try await fill()
        let path = directory.file("brim.sqlite")
        for name in try directory.names where name.hasPrefix("brim.sqlite") {
            try FileManager.default.removeItem(atPath: directory.file(name))
        }
        switch how {
        case "emptied": try Data().write(to: URL(fileURLWithPath: path))
        case "one byte": try Data([0]).write(to: URL(fileURLWithPath: path))
        case "replaced":
            let other = try DatabaseQueue(path: path)
            try await other.write { try $0.execute(sql: "CREATE TABLE x (y)") }
        default: break
        }
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable && store.warnings.map(\.kind).last == .loss, "\(store.warnings)")
        let found = try await store.audit.verify()
        #expect(!found.isIntact && found.description.contains("missing"), "\(found)")
        #expect(try await store.spending.reserve(Self.request, within: [Self.cap], at: .at(0)) == .unreadable(Self.cap))
    }

    @Test("a first start is no loss, nor is one that failed before there was a database")
    func firstStart() async throws {
        let store = try DatabaseStore.open(directory)
        #expect(store.warnings.isEmpty)
        #expect(try await store.audit.verify().isIntact)
        #expect(try await store.audit.acknowledgeLosses(at: .at(1)) == false)
        let other = try TemporaryDirectory()
        try FileManager.default.createDirectory(atPath: other.file("brim.sqlite"), withIntermediateDirectories: false)
        #expect(try DatabaseStore.open(other).isDurable == false)
        try FileManager.default.removeItem(atPath: other.file("brim.sqlite"))
        #expect(try DatabaseStore.open(other).warnings.isEmpty)
    }

    @Test("a log that an earlier Brim began anew says so too")
    func legacy() async throws {
        let store = try DatabaseStore.open(directory)
        try await store.audit.append(
            AuditEvent(.recovery, reason: "the database was damaged; a new log begins", subject: "s"), at: .at(0))
        #expect(try await store.audit.verify().isIntact == false)
        #expect(try await store.audit.acknowledgeLosses(at: .at(1)))
        #expect(try await store.audit.verify().isIntact)
    }

    @Test("whoever opened the store is told when its file fails, once")
    func collected() async throws {
        try await fill()
        let roomy = try DatabaseStore.open(directory)
        defer { withExtendedLifetime(roomy) {} }
        let small = DatabaseFile(directory: StoreDirectory(path: directory.path)) {
            try $0.execute(sql: "PRAGMA max_page_count = 1")
        }
        let (warnings, tell) = AsyncStream<StoreWarning>.makeStream()
        let store = try DatabaseStore(file: small, at: .at(0)) { tell.yield($0) }
        let conversation = try await store.conversations.create(title: "t", at: .at(2)).id
        for _ in 0..<3 {
            let long = NewMessage(Message(.user, String(repeating: "x", count: 100_000)))
            try await store.conversations.append(long, to: conversation, at: .at(2))
        }
        tell.finish()
        var kinds: [StoreWarning.Kind] = []
        for await warning in warnings { kinds.append(warning.kind) }
        #expect(kinds == [.diskFull] && !store.isDurable)
        // What stayed in the file that failed is named.
        #expect(try await store.forget(conversation).contains(directory.file("brim.sqlite")))
    }
}
