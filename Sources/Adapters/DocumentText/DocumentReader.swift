internal import AssistantCore
internal import ChildProcesses
internal import Foundation
package import Knowledge
internal import Subprocess
internal import SystemPackage

/// Reads documents of all kinds as text: some itself, others through a ``Converter``.
package struct DocumentReader: Sendable {
    /// What is read of a file itself.
    var textBytes = 64 << 20
    /// What a converter is given.
    var fileBytes = 512 << 20
    var limits = Converter.Limits()

    package init() {}

    /// The text of the file at `path`, which must be a plain file and no link.
    ///
    /// Whatever is in the file, this ends: within a minute, with a bounded text or with one sentence.
    package func document(at path: String, kind: DocumentKind) async throws(DocumentError) -> TextDocument {
        let document: TextDocument
        switch kind {
        case .text: document = PlainTextReader.document(try DecodedText.text(bytes(of: path)))
        case .markdown: document = MarkdownReader.document(try DecodedText.text(bytes(of: path)))
        case .pdf:
            let text = DecodedText.cleaned(String(decoding: try await output(.pdf, of: path), as: UTF8.self))
            document = PlainTextReader.document(text, hasPages: true)
        case .html: document = try await viaPandoc(path, "html")
        case .docx: document = try await viaPandoc(path, "docx")
        case .epub: document = try await viaPandoc(path, "epub")
        case .zim: document = try await ZIMReader(reader: self).document(at: path)
        case .manual: document = try await manual(path)
        case .info:
            document = InfoReader.document(try DecodedText.text(InfoReader.text(try await unpacked(path))))
        }
        let hasText = document.blocks.contains { if case .paragraph = $0 { true } else { false } }
        guard hasText || !document.questions.isEmpty else {
            let step = kind == .pdf ? ": its pages may be pictures, which have to be recognised first (ocrmypdf)" : ""
            throw DocumentError(.empty, "there is no text in it\(step)")
        }
        return document
    }

    private func viaPandoc(_ path: String, _ format: String) async throws(DocumentError) -> TextDocument {
        // Only what the operator wrote as Markdown is an answer word for word.
        let markdown = text(try await output(.pandoc(from: format), of: path))
        return MarkdownReader.document(markdown, answersQuestions: false)
    }

    /// A manual page: mandoc reads the language in which words are marked by what they mean, pandoc the older one.
    private func manual(_ path: String) async throws(DocumentError) -> TextDocument {
        let source = try await unpacked(path)
        let converter: Converter = Self.isSemanticManual(source) ? .mandoc : .pandoc(from: "man")
        var document = try await document(of: source, converter)
        document.title = Self.names(in: document) ?? ""
        return document
    }

    /// The text of a page of HTML that is in memory.
    func document(ofHTML html: [UInt8]) async throws(DocumentError) -> TextDocument {
        try await document(of: html, .pandoc(from: "html"))
    }

    private func document(of source: [UInt8], _ converter: Converter) async throws(DocumentError) -> TextDocument {
        guard let input = try? ChildInput.descriptor(holding: source) else {
            throw DocumentError(.unreadable, "there is no room for a temporary file")
        }
        let markdown = try await converter.limited(limits).output(
            of: .fileDescriptor(FileDescriptor(rawValue: input), closeAfterSpawningProcess: true))
        return MarkdownReader.document(text(markdown), answersQuestions: false)
    }

    /// Whether a manual page is written in mdoc, whose first macro is a date; the older language begins with a title.
    private static func isSemanticManual(_ source: [UInt8]) -> Bool {
        let first = source.prefix(1 << 16).split(separator: UInt8(ascii: "\n")).first { line in
            line.first == UInt8(ascii: ".") && line.dropFirst().first.map { (0x41...0x5A).contains($0) } ?? false
        }
        return first?.starts(with: ".Dd".utf8) ?? false
    }

    /// What a manual page is about, as its first paragraph has it: `grep, rgrep - print lines that match patterns`.
    private static func names(in document: TextDocument) -> String? {
        let body = document.blocks.drop { if case .heading = $0 { false } else { true } }
        let first = body.lazy.compactMap { if case .paragraph(let text) = $0 { text } else { nil } }.first
        guard let first, let dash = [" - ", " – ", " — "].compactMap({ first.range(of: $0)?.lowerBound }).min() else {
            return nil
        }
        let names = first[..<dash]
        return names.utf8.count <= 100 ? String(names) : nil
    }

    private func unpacked(_ path: String) async throws(DocumentError) -> [UInt8] {
        let bytes = path.hasSuffix(".gz") ? try await output(.gunzip, of: path) : try bytes(of: path)
        guard bytes.count <= textBytes else { throw tooLarge }
        return bytes
    }

    private func text(_ bytes: [UInt8]) -> String { DecodedText.cleaned(String(decoding: bytes, as: UTF8.self)) }

    /// What a program prints of a file.
    ///
    /// - Parameter limit: how long the file may be, in bytes; `nil` for ``fileBytes``.
    func output(_ converter: Converter, of path: String, upTo limit: Int? = nil) async throws(DocumentError) -> [UInt8]
    {
        let descriptor = try open(path, upTo: limit ?? fileBytes)
        return try await converter.limited(limits).output(
            of: .fileDescriptor(FileDescriptor(rawValue: descriptor), closeAfterSpawningProcess: true))
    }

    private var tooLarge: DocumentError {
        DocumentError(.tooLarge, "it is larger than \(textBytes >> 20) MB: cut it into smaller documents")
    }

    // MARK: Files

    /// A descriptor of a plain file that is not too large.
    private func open(_ path: String, upTo limit: Int) throws(DocumentError) -> Int32 {
        let file = try PlainFile(path, followsLinks: false)
        guard file.bytes <= Int64(limit) else {
            close(file.descriptor)
            throw DocumentError(.tooLarge, "it is larger than \(limit >> 20) MB: cut it into smaller documents")
        }
        return file.descriptor
    }

    private func bytes(of path: String) throws(DocumentError) -> [UInt8] {
        let descriptor = try open(path, upTo: textBytes)
        let handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        do {
            // One byte more than is allowed tells a file that has grown since.
            let data = try handle.read(upToCount: textBytes + 1) ?? Data()
            guard data.count <= textBytes else { throw tooLarge }
            return Array(data)
        } catch let error as DocumentError {
            throw error
        } catch {
            throw DocumentError(.unreadable, "it cannot be read: \(error.localizedDescription)", underlying: error)
        }
    }
}

extension Converter {
    fileprivate func limited(_ limits: Limits) -> Converter {
        var converter = self
        converter.limits = limits
        return converter
    }
}
