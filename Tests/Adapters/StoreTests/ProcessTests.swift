import AssistantCore
import Foundation
import GRDB
import Testing

@testable import Store

@Suite("Processes that share, starve or die", .serialized)
struct ProcessTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    @Test("two processes that draw on one budget never pass the cap together")
    func race() async throws {
        _ = try DatabaseStore.open(directory)
        let probes = [
            try Probe("race", directory.path, "30"), try Probe("race", directory.path, "30"),
        ]
        for probe in probes { #expect(probe.nextLine() == "ready") }
        for probe in probes { probe.send("go") }
        for probe in probes { #expect(probe.finish() == 0) }
        let reserved = probes.flatMap(\.lines).filter { $0.hasPrefix("reserved") }
        #expect(Set(reserved).count == 10)
        let total = try await DatabaseStore.open(directory).spending.total(
            of: .everything, since: Timestamp(millisecondsSince1970: 0))
        #expect(total.chargedMicroUSD == 100)
    }

    @Test("a file that may not grow loses nothing that was kept before")
    func fileLimit() async throws {
        let facts = try Probe("fill", directory.path, "600000").facts()
        let kept = try #require(facts["kept"].flatMap { Int($0) })
        #expect(facts["visible"] == facts["written"])
        #expect(facts["spending"] == "notDurable")
        #expect(["inputOutput", "diskFull"].contains(facts["warning"]))
        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable && store.warnings.isEmpty)
        let conversation = try #require(
            try await store.conversations.conversations(titled: "fill", limit: 1, offset: 0).first)
        #expect(conversation.messageCount >= kept + 1)
    }

    @Test(
        "a disk that fills up, or is full from the start, ends in memory with all that was said",
        .enabled(if: Probe.canMount, "this machine does not let a test mount a disk"),
        arguments: ["true", "{ head -c 1000000 /dev/zero > \"$1/ballast\" 2> /dev/null; true; }"])
    func fullDisk(before script: String) throws {
        let facts = try Probe(fillingADiskOf: 700, at: directory.path, before: script).facts()
        #expect((facts["kept"] != nil) == (script == "true"))
        #expect(facts["written"] != nil && facts["visible"] == facts["written"])
        #expect(facts["spending"] == "notDurable")
        #expect(facts["warning"] == "diskFull")
    }

    @Test("a directory that may only be read gives its conversations, in memory, and a reason")
    func readOnly() async throws {
        _ = try await DatabaseStore.open(directory).conversations.create(title: "kept", at: .at(0))
        try directory.sqlite { try $0.execute(sql: "PRAGMA wal_checkpoint(TRUNCATE)") }
        for name in try directory.names {
            try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: directory.file(name))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: directory.path)
        let probe = try Probe("visit", directory.path)
        #expect(probe.finish() == 0)
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: directory.path)
        #expect(probe.lines == ["conversation kept", "durable false", "warning notWritable"])
    }

    /// `BRIM_STORE_CRASHES` sets how many times; `make crash-test` asks for 200.
    private static let crashes = ProcessInfo.processInfo.environment["BRIM_STORE_CRASHES"].flatMap { Int($0) } ?? 25

    @Test("kill -9 at any moment leaves a database that opens, a chain that fits and everything that was acknowledged")
    func kill() async throws {
        var promises = Promises()
        for run in 0..<Self.crashes {
            let probe = try Probe("session", directory.path, "\(run)")
            // Some have company, which dies a moment later.
            let other = run.isMultiple(of: 4) ? try Probe("session", directory.path, "\(run)+") : nil
            // Some die while they open the database, the others somewhere among their first turns.
            let lines = run.isMultiple(of: 5) ? 0 : Int.random(in: 1...60)
            for _ in 0..<lines {
                if probe.nextLine() == nil { break }
            }
            if lines == 0 { usleep(UInt32.random(in: 0...60_000)) }
            probe.kill()
            other?.kill()
            promises.add(probe.lines + (other?.lines ?? []))
        }
        #expect(promises.messages.count > Self.crashes)

        let store = try DatabaseStore.open(directory)
        #expect(store.isDurable && store.warnings.isEmpty)
        #expect(try directory.sqlite { try String.fetchAll($0, sql: "PRAGMA integrity_check") } == ["ok"])
        #expect(try await store.audit.verify().isIntact)
        try check(promises)
    }

    private func check(_ promises: Promises) throws {
        try directory.sqlite { database in
            for (id, text) in promises.messages {
                let kept = try String.fetchOne(database, sql: "SELECT text FROM message WHERE id = ?", arguments: [id])
                #expect(kept == text)
            }
            for (sequence, hash) in promises.entries {
                let kept = try String.fetchOne(
                    database, sql: "SELECT lower(hex(hash)) FROM audit WHERE sequence = ?", arguments: [sequence])
                #expect(kept == hash)
            }
            for (id, amounts) in promises.charges {
                let kept = try Int.fetchOne(
                    database, sql: "SELECT chargedMicroUSD FROM charge WHERE id = ?", arguments: [id])
                #expect(kept.map(amounts.contains) == true, "charge \(id): \(kept ?? -1) is none of \(amounts)")
            }
            let least = promises.charges.values.map { $0.min() ?? 0 }.reduce(0, +)
            #expect(try Int.fetchOne(database, sql: "SELECT sum(chargedMicroUSD) FROM charge") ?? 0 >= least)
        }
    }

    /// What killed processes were told had been kept.
    private struct Promises {
        var messages: [Int64: String] = [:]
        var entries: [Int64: String] = [:]
        /// What each charge may stand at: more than one amount where a settlement was begun and not acknowledged.
        var charges: [Int64: Set<Int>] = [:]

        mutating func add(_ lines: [String]) {
            for line in lines {
                let words = line.split(separator: " ", maxSplits: 2).map(String.init)
                guard words.count == 3, let id = Int64(words[1]) else { continue }
                switch words[0] {
                case "message": messages[id] = words[2]
                case "audit": entries[id] = words[2]
                case "settling": charges[id, default: []].formUnion([Int(words[2]) ?? -1])
                default: charges[id] = [Int(words[2]) ?? -1]
                }
            }
        }
    }
}
