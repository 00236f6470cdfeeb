import AssistantCore
import Foundation
import Store
import Testing

@Suite("The index of collections")
final class KnowledgeIndexTests {
    private let directory = NSTemporaryDirectory() + "brim-index-" + UUID().uuidString

    deinit { try? FileManager.default.removeItem(atPath: directory) }

    private func index() async throws -> KnowledgeIndex {
        let index = try KnowledgeIndex(directory: directory)
        try await index.add(KnowledgeCollection(name: "town", kind: .folder, root: "/srv/town"))
        return index
    }

    private func document(_ path: String, _ texts: String..., heading: String = "") -> IndexedDocument {
        IndexedDocument(
            path: path, title: path, fingerprint: "1",
            passages: texts.map { IndexedDocument.Passage(heading: heading, page: 3, text: $0, isAnswer: false) })
    }

    @Test("A passage is found by any form of its words, with its place")
    func found() async throws {
        let index = try await index()
        try await index.replace([document("pool", "Its gates are opening at seven.", heading: "Hours")], in: "town")
        let hits = try await index.hits(for: ["opens", "gate"], limit: 5)
        #expect(
            hits.passages == [
                Passage(
                    id: hits.passages.first?.id, collection: "town", document: "pool", title: "pool", heading: "Hours",
                    page: 3,
                    text: "Its gates are opening at seven.")
            ])
        #expect(try await index.hits(for: ["closed"], limit: 5).passages == [])
    }

    @Test("A title counts more than a heading, a heading more than the text, a rare word more than a common one")
    func order() async throws {
        let index = try await index()
        try await index.replace(
            (0..<20).map { document("page \($0)", "The bus stops here, and the tram too.") } + [
                document("a", "The lake is far, the lake is deep, and cold besides, as every visitor of it knows."),
                document("b", "It is far away and cold besides.", heading: "Lake"), document("lake", "It is cold."),
            ], in: "town")
        let hits = try await index.hits(for: ["lake", "bus"], limit: 10)
        #expect(hits.passages.prefix(3).map(\.document) == ["lake", "b", "a"])
        #expect((hits.weights["lake"] ?? 0) > (hits.weights["bus"] ?? 0))
        #expect((hits.weights["nowhere"] ?? 0) == 0)
    }

    @Test("What was replaced or removed is found no more, and takes no room in the index of words")
    func replaced() async throws {
        let index = try await index()
        try await index.replace([document("a", "old words"), document("b", "other words")], in: "town")
        try await index.replace([document("a", "new words")], in: "town")
        #expect(try await index.hits(for: ["old"], limit: 5).passages == [])
        #expect(try await index.hits(for: ["words"], limit: 5).passages.count == 2)
        try await index.remove(documents: ["b"], in: "town")
        #expect(try await index.hits(for: ["other"], limit: 5).passages == [])
        #expect(try await index.fingerprints(in: "town") == ["a": "1"])
        #expect(try await index.remove("town"))
        #expect(try await index.hits(for: ["new"], limit: 5).passages == [])
        #expect(try await !index.remove("town"))
        await #expect(throws: StoreError.self) { try await index.replace([], in: "town") }
    }

    @Test("A collection keeps to itself where it is asked for alone, and its bond goes with its passages")
    func collections() async throws {
        let index = try await index()
        try await index.add(KnowledgeCollection(name: "ward", kind: .folder, root: "/srv/ward", staysHome: true))
        try await index.replace([document("a", "common words")], in: "town")
        try await index.replace([document("b", "common words")], in: "ward")
        let hits = try await index.hits(for: ["words"], limit: 5, in: "ward")
        #expect(hits.passages.map(\.document) == ["b"] && hits.passages.allSatisfy(\.staysHome))
        #expect(try await index.hits(for: ["words"], limit: 5).passages.count == 2)
        await #expect(throws: StoreError.self) {
            try await index.add(KnowledgeCollection(name: "ward", kind: .folder, root: "/"))
        }
        #expect(try await index.collections().map(\.passages) == [1, 1])
    }

    @Test(
        "No word of a query is an operator",
        arguments: ["\" OR 1", "a*", "NEAR(a", "title:x", "-a", "", "\u{0}", String(repeating: "x", count: 5_000)])
    func operators(_ word: String) async throws {
        let index = try await index()
        try await index.replace([document("a", "some words")], in: "town")
        #expect(try await index.hits(for: [word], limit: 5).passages == [])
        #expect(try await index.hits(for: [word, "some"], limit: 5).passages.count == 1)
    }

    @Test("Where every word is common, those passages are found that have all of them")
    func common() async throws {
        let index = try await index()
        try await index.replace(
            (0..<1_200).map { document("page \($0)", "Common words stand here, alpha.") }
                + (0..<1_200).map { document("sheet \($0)", $0 == 700 ? "Words of beta and alpha." : "Beta.") },
            in: "town")
        let hits = try await index.hits(for: ["alpha", "beta"], limit: 5)
        #expect(hits.passages.map(\.document) == ["sheet 700"])
    }

    @Test("An answered question is found beside however many passages with the same words")
    func questions() async throws {
        let index = try await index()
        let answer = IndexedDocument.Passage(
            heading: "When does the lake open?", page: nil, text: "In May.", isAnswer: true)
        try await index.replace(
            (0..<50).map { document("lake \($0)", "The lake opens when it opens.") }
                + [IndexedDocument(path: "faq", title: "faq", fingerprint: "1", passages: [answer])], in: "town")
        let hits = try await index.hits(for: ["lake", "open"], limit: 5)
        #expect(hits.passages.count(where: \.isAnswer) == 1 && hits.passages.count == 6)
        try await index.remove(documents: ["faq"], in: "town")
        #expect(try await !index.hits(for: ["lake", "open"], limit: 5).passages.contains(where: \.isAnswer))
    }

    private let north = PassageVector([0, 1])
    private let east = PassageVector([1, 0.1])

    @Test("Vectors are kept with their passages, and the nearest passage is found by no word of its own")
    func vectors() async throws {
        let index = try await index()
        try await index.replace([document("a", "first", "second"), document("b", "third")], in: "town")
        let all = try await index.passages(withoutVectorBy: "one", after: .min, limit: 9, in: "town")
        #expect(all.map(\.text) == ["first", "second", "third"])
        try await index.keep([(all[0], north), (all[1], east)], by: "one")
        #expect(try await index.vectors(of: all, by: "one").values.map(\.self).contains(east))
        #expect(try await index.count(withoutVectorBy: "one", in: nil) == 1)
        #expect(try await index.passages(withoutVectorBy: "one", after: .min, limit: 9, in: nil) == [all[2]])
        #expect(try await index.nearest(to: PassageVector([1, 0]), by: "one", limit: 1, in: "town") == [all[1]])
        #expect(try await index.nearest(to: PassageVector([1, 0]), by: "one", limit: 1, in: "other") == [])
        #expect(try await index.collections().map(\.vectors) == [2])
        try await index.replace([document("a", "new")], in: "town")
        #expect(try await index.nearest(to: PassageVector([1, 0]), by: "one", limit: 5, in: nil) == [])
    }

    @Test("Vectors of another encoder are no vectors, and go when the first of this one is kept")
    func encoders() async throws {
        let index = try await index()
        try await index.replace([document("a", "first", "second")], in: "town")
        let all = try await index.passages(withoutVectorBy: "one", after: .min, limit: 9, in: nil)
        try await index.keep(all.map { ($0, north) }, by: "one")
        #expect(try await index.vectors(of: all, by: "two").isEmpty)
        #expect(try await index.nearest(to: north, by: "two", limit: 5, in: nil) == [])
        #expect(try await index.count(withoutVectorBy: "two", in: nil) == 2)
        try await index.keep([(all[0], east)], by: "two")
        #expect(try await index.vectors(of: all, by: "two").values.map(\.self) == [east])
        #expect(try await index.vectors(of: all, by: "one").isEmpty)
    }

    @Test("A vector of what a passage said before is not kept for what it says now")
    func staleVectors() async throws {
        let index = try await index()
        try await index.replace([document("a", "old")], in: "town")
        let old = try await index.passages(withoutVectorBy: "one", after: .min, limit: 9, in: nil)
        try await index.replace([document("a", "new")], in: "town")
        try await index.keep(old.map { ($0, north) }, by: "one")
        #expect(try await index.count(withoutVectorBy: "one", in: nil) == 1)
    }

    @Test("Likeness is the cosine, whatever the vectors' lengths, and 0 for what is no vector")
    func likeness() {
        #expect(abs(PassageVector([0.5, 0]).likeness(to: PassageVector([3, 0])) - 1) < 1e-9)
        #expect(abs(PassageVector([1, 0]).likeness(to: PassageVector([-1, 0])) + 1) < 1e-9)
        #expect(north.likeness(to: PassageVector([0, 0])) == 0)
        #expect(north.likeness(to: PassageVector([.nan, 1])) == 0)
        #expect(north.likeness(to: PassageVector([1])) == 0)
    }

    @Test("A damaged index says what to do, and one that never was is none")
    func damaged() async throws {
        #expect(try KnowledgeIndex.existing(in: directory) === nil)
        _ = try await index()
        try Data(repeating: 0x5A, count: 8_192).write(to: URL(fileURLWithPath: directory + "/knowledge.sqlite"))
        for name in ["-wal", "-shm"] {
            try? FileManager.default.removeItem(atPath: directory + "/knowledge.sqlite" + name)
        }
        do {
            _ = try KnowledgeIndex(directory: directory)
            Issue.record("it was opened")
        } catch {
            #expect(error.description.contains("damaged") && error.description.contains("add the collections again"))
        }
    }
}
