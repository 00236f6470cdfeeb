import Foundation
import Knowledge
import Subprocess
import Testing

@testable import DocumentText

@Suite("Text of documents")
final class DocumentReaderTests {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "brim-reader-\(UUID())")

    init() throws { try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true) }

    deinit { try? FileManager.default.removeItem(at: folder) }

    private func read(
        _ bytes: some Sequence<UInt8>, as name: String, _ reader: DocumentReader = DocumentReader()
    ) async throws -> TextDocument {
        let file = folder.appending(path: name)
        try Data(bytes).write(to: file)
        return try await reader.document(at: file.path, kind: #require(DocumentKind(fileName: name)))
    }

    private func error(
        _ bytes: some Sequence<UInt8>, as name: String, _ reader: DocumentReader = DocumentReader()
    ) async throws -> DocumentError? {
        do {
            _ = try await read(bytes, as: name, reader)
            return nil
        } catch let error as DocumentError {
            return error
        }
    }

    private func run(_ program: String, _ arguments: [String], input: String = "") throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [program] + arguments
        let (standardInput, output) = (Pipe(), Pipe())
        process.standardInput = standardInput
        process.standardOutput = output
        try process.run()
        try standardInput.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try standardInput.fileHandleForWriting.close()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        return data
    }

    @Test("UTF-8, UTF-16 and Latin-1 are read; what is no text is one sentence")
    func encodings() async throws {
        #expect(try await read("Käse.".utf8, as: "a.txt").blocks == [.paragraph("Käse.")])
        #expect(try await read([0xEF, 0xBB, 0xBF] + Array("Käse.".utf8), as: "b.txt").blocks == [.paragraph("Käse.")])
        #expect(try await read([0xFF, 0xFE, 0x41, 0, 0xE4, 0], as: "c.txt").blocks == [.paragraph("Aä")])
        #expect(try await read([0x4B, 0xE4, 0x73, 0x65], as: "d.txt").blocks == [.paragraph("Käse")])
        #expect(try await error([0x7F, 0x45, 0x4C, 0x46, 0, 0], as: "e.txt")?.code == .encoding)
        #expect(try await error((0..<400).map { UInt8($0 % 32 + 128) }, as: "f.txt")?.code == .encoding)
        #expect(try await error([], as: "g.txt")?.code == .empty)
    }

    @Test("Control characters of a document become spaces")
    func controls() async throws {
        let document = try await read("Red\u{1B}[31m alert\u{7}. \u{9B}2J Done.".utf8, as: "a.md")
        #expect(document.blocks == [.paragraph("Red [31m alert . 2J Done.")])
    }

    @Test("HTML loses its scripts and keeps its headings")
    func html() async throws {
        let html = """
            <html><head><script>alert(1)</script><style>p{}</style></head><body><h1>Pool &amp; bath</h1>
            <p>It opens at <b>seven</b>. <a href="file:///etc/passwd">More</a></p>
            <iframe src="http://127.0.0.1/"></iframe></body></html>
            """
        let document = try await read(html.utf8, as: "a.html")
        #expect(document.blocks == [.heading("Pool & bath", level: 1), .paragraph("It opens at seven. More")])
    }

    @Test("A question in HTML is a heading like any other: nobody wrote it to be answered word for word")
    func questions() async throws {
        let document = try await read("<h2>When?</h2><div><p>At <b>seven</b>.</p></div>".utf8, as: "q.html")
        #expect(document.blocks == [.heading("When?", level: 2), .paragraph("At seven.")])
        #expect(document.questions == [])
    }

    @Test("DOCX and EPUB are read through pandoc, PDF through pdftotext with its pages", arguments: ["docx", "epub"])
    func packed(_ format: String) async throws {
        let source = "# Pool\n\nIt opens at seven.\n"
        let file = folder.appending(path: "made.\(format)")
        _ = try run("pandoc", ["-f", "markdown", "-o", file.path, "--metadata=title:Pool"], input: source)
        let document = try await DocumentReader().document(
            at: file.path, kind: #require(DocumentKind(fileName: file.lastPathComponent)))
        #expect(document.blocks.contains(.paragraph("It opens at seven.")))
        #expect(document.blocks.contains(.heading("Pool", level: 1)))
    }

    @Test("A manual page is read, packed or not, and nothing that it points at")
    func manual() async throws {
        let source = ".TH LS 1\n.SH NAME\nls \\- list files\n.so /etc/passwd\n.SH OPTIONS\nThere are none.\n"
        for packs in [false, true] {
            let bytes = Data(source.utf8)
            let file = folder.appending(path: packs ? "ls.1.gz" : "ls.1")
            try bytes.write(to: folder.appending(path: "ls.1"))
            if packs { try run("gzip", ["-c", folder.path + "/ls.1"]).write(to: file) }
            let document = try await DocumentReader().document(at: file.path, kind: .manual)
            #expect(document.blocks.contains(.paragraph("There are none.")))
            #expect(!"\(document.blocks)".contains("root:"))
            #expect(document.title == "ls")
        }
    }

    @Test("A manual page in mdoc keeps the words that are marked, and includes no file of anybody's")
    func semanticManual() async throws {
        let page = """
            .\\" A comment
            .Dd January 1, 2026
            .Dt LAKE 1
            .Os
            .Sh NAME
            .Nm lake ,
            .Nm pond
            .Nd fill a lake
            .Sh DESCRIPTION
            The default of
            .Fl d
            is
            .Cm deep .
            .so /etc/passwd
            .so ../../etc/passwd
            """
        let document = try await read(page.utf8, as: "lake.1")
        #expect(document.title == "lake, pond")
        let text = "\(document.blocks)"
        #expect(text.contains("The default of -d is deep.") && !text.contains("root:"), "\(text)")
    }

    @Test("A text of info is read node by node, packed or not, without menus, and its title is the program's")
    func info() async throws {
        let text = """
            This is lake.info, produced by makeinfo.\n\n\u{1F}
            File: lake.info,  Node: Top,  Next: Depth,  Up: (dir)\n\n* Menu:\n\n* Depth:: How deep.\n
            \u{1F}
            File: lake.info,  Node: Depth,  Prev: Top,  Up: Top\n\n1.1 How deep it is\n==================
            \nThe lake is nine\nmetres deep.\u{0}\u{8}[image src="lake.png"\u{0}\u{8}]
            \u{1F}\nTag Table:\nNode: Top\u{7F}61\n
            """
        try Data(text.utf8).write(to: folder.appending(path: "plain"))
        let packed = try run("gzip", ["-c", folder.path + "/plain"])
        for (name, bytes) in [("lake.info", Data(text.utf8)), ("lake.info-1.gz", packed)] {
            let document = try await read(bytes, as: name)
            #expect(document.title == "lake")
            #expect(
                document.blocks == [
                    .heading("1.1 How deep it is", level: 2),
                    .paragraph("The lake is nine metres deep.[image src=\"lake.png\"]"),
                ], "\(document.blocks)")
        }
        #expect(DocumentKind(fileName: "lake.info-x") == nil && DocumentKind(fileName: "info") == nil)
    }

    @Test("The articles of a ZIM file are read under their titles; what is none is one sentence")
    func zim() async throws {
        let site = folder.appending(path: "site")
        try FileManager.default.createDirectory(at: site, withIntermediateDirectories: true)
        let pages = ["pool": "The pool opens at seven.", "gate": "The gate closes at nine. <script>x()</script>"]
        for (name, text) in pages {
            let html = "<html><head><title>The \(name) &amp; I</title></head><body><p>\(text)</p></body></html>"
            try html.write(to: site.appending(path: name + ".html"), atomically: true, encoding: .utf8)
        }
        _ = try run("convert", ["-size", "48x48", "xc:white", site.path + "/i.png"])
        let file = folder.path + "/town.zim"
        _ = try run(
            "zimwriterfs",
            [
                "--welcome=pool.html", "--illustration=i.png", "--language=eng", "--title=Town", "--description=d",
                "--creator=c", "--publisher=p", "--name=town", site.path, file,
            ])
        let document = try await DocumentReader().document(at: file, kind: #require(DocumentKind(fileName: "town.zim")))
        #expect(
            document.blocks == [
                .heading("The gate & I", level: 1), .paragraph("The gate closes at nine."),
                .heading("The pool & I", level: 1), .paragraph("The pool opens at seven."),
            ], "\(document.blocks)")
        #expect(document.title.isEmpty)
        #expect(try await error("no wiki".utf8, as: "a.zim")?.code == .damaged)
    }

    @Test("A bomb of zeros, a program that runs on and a file that is none end with one sentence each")
    func hostile() async throws {
        var reader = DocumentReader()
        reader.limits.outputBytes = 1 << 20
        let bomb = try run("sh", ["-c", "head -c 50000000 /dev/zero | gzip -c"])
        #expect(try await error(bomb, as: "bomb.1.gz", reader)?.code == .tooLarge)
        #expect(try await error("no pdf at all".utf8, as: "a.pdf")?.code == .damaged)
        #expect(try await error("no archive".utf8, as: "a.docx")?.code == .damaged)
        #expect(try await error(Data(count: 100), as: "a.epub")?.code == .damaged)
        reader.textBytes = 10
        #expect(try await error("more than ten bytes".utf8, as: "a.txt", reader)?.code == .tooLarge)
        #expect(unsafe mkfifo(folder.path + "/pipe.txt", 0o600) == 0)
        await #expect(throws: DocumentError.self) {
            try await reader.document(at: self.folder.path + "/pipe.txt", kind: .text)
        }
    }

    @Test("A program that does not come back is ended, and one that is missing is named with its package")
    func programs() async throws {
        var slow = Converter(program: "sleep", arguments: ["60"], package: "coreutils")
        slow.limits.seconds = 1
        let start = ContinuousClock.now
        await #expect(throws: DocumentError.self) { try await slow.output(of: .none) }
        #expect(ContinuousClock.now - start < .seconds(10))
        let missing = Converter(program: "brim-no-such-program", arguments: [], package: "some-package")
        do {
            _ = try await missing.output(of: .none)
            Issue.record("it ran")
        } catch {
            #expect(error.code == .noProgram)
            #expect(error.description.contains("apt install some-package"))
        }
    }
}
