import Foundation
import Testing

@testable import ModelCatalogue

@Suite("Models are read through before they are used")
struct VerifiedFilesTests {
    /// A catalogue of one model whose file says `hello`, a record of what was verified, and the file.
    private struct Place {
        let root = NSTemporaryDirectory() + "verified-" + UUID().uuidString
        var library: ModelLibrary
        var file: String { root + "/models/tiny/weights.bin" }
        var record: String { root + "/cache/verified.json" }

        init() throws {
            try FileManager.default.createDirectory(atPath: root + "/models/tiny", withIntermediateDirectories: true)
            let catalogue = """
                {"models": [{"name": "tiny", "kind": "language", "summary": "s", "licence": "MIT",
                "files": [{"address": "hf:o/r/f.gguf", "path": "tiny/weights.bin", "bytes": 5,
                "sha256": "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"}]}]}
                """
            try catalogue.write(toFile: root + "/catalogue.json", atomically: true, encoding: .utf8)
            library = try ModelLibrary(catalogue: root + "/catalogue.json", directories: [root + "/models"])
            library.verified = VerifiedFiles(record: root + "/cache/verified.json")
            try write("hello")
        }

        /// Writes into the same inode.
        func write(_ text: String) throws {
            if !FileManager.default.fileExists(atPath: file) {
                _ = FileManager.default.createFile(atPath: file, contents: nil)
            }
            let handle = try #require(FileHandle(forWritingAtPath: file))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(text.utf8))
            try handle.close()
        }

        func path() throws -> String { try library.path(of: "tiny", kind: .language) }
    }

    @Test("A file of the right size and another content is refused, also after the right one was used")
    func refused() throws {
        let place = try Place()
        #expect(try place.path() == place.file)
        #expect(try place.path() == place.file)
        let times = try FileManager.default.attributesOfItem(atPath: place.file)[.modificationDate]
        try place.write("jello")
        // Whoever replaces the content can set this time back, and not that of the inode's change.
        try FileManager.default.setAttributes([.modificationDate: try #require(times)], ofItemAtPath: place.file)
        let error = #expect(throws: CatalogueError.self) { try place.path() }
        #expect(error?.code == .corrupted)
        try place.write("hello")
        #expect(try place.path() == place.file)
    }

    @Test("What was read through once is not read again: the record alone answers")
    func remembered() throws {
        let place = try Place()
        #expect(!FileManager.default.fileExists(atPath: place.record))
        _ = try place.path()
        let written = try Data(contentsOf: URL(fileURLWithPath: place.record))
        #expect(String(decoding: written, as: UTF8.self).contains("weights.bin"))
        let clock = ContinuousClock()
        let again = try clock.measure { _ = try place.path() }
        #expect(again < .milliseconds(100))
        #expect(try Data(contentsOf: URL(fileURLWithPath: place.record)) == written)
    }

    @Test(
        "A record that is damaged, huge or out of reach only costs time", arguments: ["{", "[1]", "huge", "directory"])
    func damaged(record: String) throws {
        let place = try Place()
        try FileManager.default.createDirectory(atPath: place.root + "/cache", withIntermediateDirectories: true)
        switch record {
        case "directory":
            try FileManager.default.createDirectory(atPath: place.record, withIntermediateDirectories: true)
        case "huge": try Data(repeating: 0x20, count: 2 << 20).write(to: URL(fileURLWithPath: place.record))
        default: try Data(record.utf8).write(to: URL(fileURLWithPath: place.record))
        }
        #expect(try place.path() == place.file)
        try place.write("jello")
        #expect(throws: CatalogueError.self) { try place.path() }
    }
}
