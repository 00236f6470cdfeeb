import DocumentText
import Foundation
import Testing

@Suite("Documents of a folder")
final class DocumentFolderTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "brim-documents-\(UUID())")

    init() throws {
        try FileManager.default.createDirectory(
            at: folder.appending(path: "papers/deep"), withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func write(_ text: String, _ path: String) throws {
        try Data(text.utf8).write(to: folder.appending(path: path))
    }

    @Test("Documents are found at every depth, what is hidden or no document is left out")
    func found() throws {
        for path in ["papers/b.md", "papers/deep/a.TXT", "papers/.hidden.txt", "papers/song.mp3", "papers/ls.1.gz"] {
            try write("text", path)
        }
        let listing = try DocumentFolder(folder.path + "/papers").listing()
        #expect(listing.files.map(\.path) == ["b.md", "deep/a.TXT", "ls.1.gz"])
        #expect(listing.files.map(\.kind) == [.markdown, .text, .manual])
        #expect(listing.skipped == [])
    }

    @Test("A link that leads out of the folder is not followed, and is named")
    func links() throws {
        try write("secret", "outside.txt")
        try write("text", "papers/inside.txt")
        let links = FileManager.default
        try links.createSymbolicLink(
            atPath: folder.path + "/papers/out.txt", withDestinationPath: folder.path + "/outside.txt")
        try links.createSymbolicLink(atPath: folder.path + "/papers/up", withDestinationPath: "/etc")
        try links.createSymbolicLink(atPath: folder.path + "/papers/in.txt", withDestinationPath: "inside.txt")
        try links.createSymbolicLink(atPath: folder.path + "/papers/loop", withDestinationPath: ".")
        let listing = try DocumentFolder(folder.path + "/papers").listing()
        #expect(listing.files.map(\.path) == ["inside.txt"])
        #expect(
            listing.skipped.map(\.path) == ["loop", "out.txt", "up"]
                || listing.skipped.map(\.path) == ["out.txt", "up"])
        #expect(listing.skipped.contains { $0.reason.contains("leads out of the folder") })
    }

    @Test("A changed file has another fingerprint")
    func changed() throws {
        try write("one", "papers/a.txt")
        let before = try DocumentFolder(folder.path + "/papers").listing().files
        try write("three", "papers/a.txt")
        #expect(try DocumentFolder(folder.path + "/papers").listing().files != before)
    }

    @Test("A single document is a collection; a file that is none says what is read")
    func single() throws {
        try write("text", "papers/a.txt")
        try write("text", "papers/a.mp3")
        let document = try DocumentFolder(folder.path + "/papers/a.txt")
        let listing = try document.listing()
        #expect(listing.files.map(\.path) == ["a.txt"])
        #expect(document.location(of: listing.files[0]).hasSuffix("papers/a.txt"))
        #expect(throws: DocumentError.self) { try DocumentFolder(self.folder.path + "/papers/a.mp3").listing() }
        #expect(throws: DocumentError.self) { try DocumentFolder(self.folder.path + "/nothing") }
    }
}
